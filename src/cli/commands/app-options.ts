/** What `numbers set` and `accounts set` can be given of an app, and the change that it asks for; and the test of one. */
import { type Command, Option } from 'commander';
import type { AcceptedDelivery, BusinessNumber, NumberChange } from '../../client/index.ts';
import { CommandError, exitCodes } from '../exit-codes.ts';
import { type Output, plain } from '../output.ts';
import { secretIn } from '../secret-file.ts';

export interface AppOptions {
  readonly appUrl?: string;
  /** false: none any more. */
  readonly appSecretFile?: string | false;
  /** false: none any more. */
  readonly appHeadersFile?: string | false;
  readonly appBlocked?: 'drop' | 'tag' | 'hold';
  /** false: none any more. */
  readonly app: boolean;
}

type AppChange = Pick<NumberChange, 'app'>;

/** Adds the options of `AppOptions`. */
export function setsApp(command: Command, url: string): Command {
  return command
    .option('--app-url <url>', url)
    .option('--app-secret-file <file>', 'holds what signs them; - is the standard input')
    .option('--no-app-secret-file', 'take it away')
    .option('--app-headers-file <file>', 'holds headers that go with them, a line each: Name: value')
    .option('--no-app-headers-file', 'take them away')
    .addOption(
      new Option('--app-blocked <what>', 'what becomes of what blocked users send (drop)').choices([
        'drop',
        'tag',
        'hold',
      ]),
    )
    .option('--no-app', 'take the app away');
}

export function toApp({ app: hasApp, appUrl, appSecretFile, appHeadersFile, appBlocked }: AppOptions): AppChange {
  if (appSecretFile === '-' && appHeadersFile === '-')
    throw new CommandError('Only one secret can come from the standard input.', exitCodes.usage);
  const app = {
    ...(appUrl !== undefined && { url: appUrl }),
    ...(appSecretFile !== undefined && { secret: appSecretFile === false ? null : secretIn(appSecretFile) }),
    ...(appHeadersFile !== undefined && { headers: appHeadersFile === false ? null : headersIn(appHeadersFile) }),
    ...(appBlocked !== undefined && { blocked: appBlocked }),
  };
  const isNamed = Object.keys(app).length > 0;
  if (!hasApp && isNamed) throw new CommandError('Give --no-app, or what its app is.', exitCodes.usage);
  if (!hasApp) return { app: null };
  return isNamed ? { app } : {};
}

/** What a header says may be a secret: the file's text is in no message. */
function headersIn(file: string): Readonly<Record<string, string>> {
  const lines = secretIn(file)
    .split('\n')
    .filter((line) => line.trim() !== '');
  const headers = lines.map((line, index) => {
    const colon = line.indexOf(':');
    if (colon > 0) return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()] as const;
    throw new CommandError(`Line ${index + 1} of the headers is no "Name: value".`, exitCodes.usage);
  });
  return Object.fromEntries(headers);
}

/** An app as people read it. */
export function appOf({ app }: Pick<BusinessNumber, 'app'>): string {
  if (app === null) return 'none';
  const headers = app.header_names.length === 0 ? [] : [`headers ${app.header_names.join(' ')}`];
  const secrets = app.secrets.filter((name) => name !== 'headers').map((name) => `with ${name}`);
  return [`${app.url}, blocked ${app.blocked}`, ...secrets, ...headers].join(', ');
}

/** Says what an app is sent to be tried. */
export async function tellTest(output: Output, accepted: AcceptedDelivery): Promise<void> {
  await output.line(accepted, `${plain(accepted.delivery_id)} is on its way.`);
}

import type { Command } from 'commander';
import type { Connection, ConnectionChange } from '../../client/index.ts';
import { CommandError, exitCodes } from '../exit-codes.ts';
import { plain, when } from '../output.ts';
import { secretIn } from '../secret-file.ts';
import { type Session, type SessionOptions, talks } from '../session.ts';
import type { Column } from '../table.ts';
import { dataOf } from './blocks.ts';

/** What `--no-…` takes away is false. */
interface SetOptions extends SessionOptions {
  readonly provider?: string;
  readonly tokenFile?: string;
  readonly origin?: string | false;
  readonly apiVersion?: string | false;
  readonly account?: string;
  readonly appSecretFile?: string | false;
  readonly verifyTokenFile?: string | false;
  readonly webhookSecretFile?: string | false;
  readonly webhookHeader?: string | false;
  readonly webhookHeaderFile?: string;
}

/** `connections`: how the providers are reached that lists are pushed to. */
export function addConnections(program: Command, session: Session): void {
  const connections = program
    .command('connections')
    .description('List, show, add, change or remove connections to providers');

  talks(connections.command('list', { isDefault: true }))
    .description('List the connections')
    .action(async (options: SessionOptions) => {
      const { gatehouse, output } = session.begin(options);
      await output.rows(dataOf(gatehouse.connections.list().pages()), columns, 'There is no connection yet.');
    });

  talks(connections.command('show'))
    .description('Show a connection, without its secrets')
    .argument('<name>', 'the name of the connection')
    .action(async (name: string, options: SessionOptions) => {
      const { gatehouse, output } = session.begin(options);
      const connection = await gatehouse.connections.get(name);
      await output.line(connection, plain(describe(connection)));
    });

  talks(connections.command('set'))
    .alias('add')
    .description('Add a connection, or change it: what is not given stays. Files hold secrets; - is the standard input')
    .argument('<name>', 'lower-case letters, digits, - and _')
    .option('--provider <provider>', 'meta, 360dialog or kapso; a new connection needs it')
    .option('--token-file <file>', 'holds the token or API key; a new connection needs it')
    .option('--origin <url>', 'where the provider is (its own address)')
    .option('--no-origin', 'its own address again')
    .option('--api-version <version>', 'for requests that name none, like v25.0 (its own)')
    .option('--no-api-version', 'its own version again')
    .option('--account <account>', 'whose numbers may use it (default)')
    .option('--app-secret-file <file>', 'holds what signs webhooks of Meta')
    .option('--no-app-secret-file', 'take it away')
    .option('--verify-token-file <file>', 'holds what Meta says when it asks for the address of webhooks')
    .option('--no-verify-token-file', 'take it away')
    .option('--webhook-secret-file <file>', 'holds what signs webhooks of Kapso')
    .option('--no-webhook-secret-file', 'take it away')
    .option('--webhook-header <name>', 'a header that proves webhooks, with --webhook-header-file')
    .option('--webhook-header-file <file>', 'holds its value')
    .option('--no-webhook-header', 'take it away')
    .action(async (name: string, options: SetOptions) => {
      const { gatehouse, output } = session.begin(options);
      const connection = await gatehouse.connections.put(name, toChange(options));
      await output.line(connection, plain(describe(connection)));
    });

  talks(connections.command('remove'))
    .description('Delete a connection that no number uses')
    .argument('<name>', 'the name of the connection')
    .action(async (name: string, options: SessionOptions) => {
      const { gatehouse, output } = session.begin(options);
      await gatehouse.connections.delete(name);
      await output.line({ name, deleted: true }, `${plain(name)} is deleted.`);
    });
}

function toChange(options: SetOptions): ConnectionChange {
  const { provider, tokenFile, origin, apiVersion, account } = options;
  const { appSecretFile, verifyTokenFile, webhookSecretFile, webhookHeader, webhookHeaderFile } = options;
  const files = [tokenFile, appSecretFile, verifyTokenFile, webhookSecretFile, webhookHeaderFile];
  if (files.filter((file) => file === '-').length > 1)
    throw new CommandError('Only one secret can come from the standard input.', exitCodes.usage);
  if ((typeof webhookHeader === 'string') !== (webhookHeaderFile !== undefined))
    throw new CommandError('Give --webhook-header and --webhook-header-file together.', exitCodes.usage);
  return {
    ...(provider !== undefined && { provider }),
    ...(tokenFile !== undefined && { token: secretIn(tokenFile) }),
    ...(origin !== undefined && { origin: origin || null }),
    ...(apiVersion !== undefined && { api_version: apiVersion || null }),
    ...(account !== undefined && { account }),
    ...(appSecretFile !== undefined && { app_secret: secretOrNull(appSecretFile) }),
    ...(verifyTokenFile !== undefined && { verify_token: secretOrNull(verifyTokenFile) }),
    ...(webhookSecretFile !== undefined && { webhook_secret: secretOrNull(webhookSecretFile) }),
    ...(webhookHeader === false && { webhook_header: null }),
    ...(webhookHeader &&
      webhookHeaderFile && { webhook_header: { name: webhookHeader, value: secretIn(webhookHeaderFile) } }),
  };
}

function secretOrNull(file: string | false): string | null {
  return file === false ? null : secretIn(file);
}

const columns: readonly Column<Connection>[] = [
  { title: 'CONNECTION', text: ({ name }) => name },
  { title: 'PROVIDER', text: ({ provider, api_version: version }) => [provider, version ?? []].flat().join(' ') },
  { title: 'ORIGIN', text: ({ origin }) => origin ?? 'its own' },
  { title: 'ACCOUNT', text: ({ account }) => account },
  { title: 'SECRETS', text: ({ secrets }) => secrets.join(', ') },
  { title: 'STATE', text: stateOf },
];

function describe(connection: Connection): string {
  const { webhook_header: header, webhook_url: url } = connection;
  const lines = columns.map(({ title, text }) => `${title.toLowerCase()}: ${text(connection)}`);
  const headers = header === null ? [] : [`webhook header: ${header.name}`];
  return [...lines, ...headers, `webhook: ${url ?? 'none, for no secret could prove one'}`].join('\n');
}

function stateOf({ stopped }: Connection): string {
  return stopped === null ? 'not stopped' : `stopped since ${when(stopped.at)}: ${stopped.code} ${stopped.detail}`;
}

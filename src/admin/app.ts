/** Where webhooks go on to, of a number or an account: what a PUT says of it, and how it is shown. */
import type { FromSchema } from 'json-schema-to-ts';
import { type App, type AppOwner, type AppPatch, placeOfApp } from '../core/apps.ts';
import type { SealedSecret } from '../core/ids.ts';
import type { AdminDeps } from './deps.ts';
import { formats } from './formats.ts';
import { parseAppUrl } from './origin.ts';
import { invalid, type Violation } from './problem.ts';
import type { appChange } from './schemas/app.ts';
import { unsealable } from './secrets.ts';

type AppChange = FromSchema<typeof appChange>;
type AppFields = Exclude<AppChange, null>;

/** Their order is that of the answers. */
const secretNames = ['secret', 'headers'] as const;

/** What each delivery says of itself, and no app says for it. */
const ours = /^(x-hub-signature-256|x-webhook-signature|x-gatehouse-.*)$/i;

/** `undefined` stays so: nothing is said of the app. */
export function toAppPatch(
  deps: AdminDeps,
  owner: AppOwner,
  change: AppChange | undefined,
): AppPatch | null | undefined {
  if (!change) return change;
  const { url, blocked } = change;
  return {
    ...(url !== undefined && { url: parseAppUrl(deps, url) }),
    ...(blocked !== undefined && { blocked }),
    ...sealSecrets(deps, owner, change),
  };
}

function sealSecrets({ sealer }: AdminDeps, owner: AppOwner, change: AppFields): Pick<AppPatch, 'secret' | 'headers'> {
  const texts = { secret: change.secret, headers: headersText(change.headers) };
  const given = secretNames.filter((name) => typeof texts[name] === 'string');
  if (given.length > 0 && !sealer.canSeal) throw unsealable(given.map((name) => `app/${name}`));
  const seal = (name: (typeof secretNames)[number]): SealedSecret | null | undefined => {
    const text = texts[name];
    return typeof text === 'string' ? sealer.seal(text, placeOfApp(owner, name)) : text;
  };
  const [secret, headers] = [seal('secret'), seal('headers')];
  return { ...(secret !== undefined && { secret }), ...(headers !== undefined && { headers }) };
}

/** As they are sealed: JSON with the names in lower case. None at all is as good as null. */
function headersText(headers: AppFields['headers']): string | null | undefined {
  if (!headers) return headers;
  const entries = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  const seen = new Set<string>();
  const faults = entries.flatMap(([name]): Violation[] => {
    const field = `app/headers/${name.slice(0, 100)}`;
    if (seen.has(name)) return [{ field, detail: 'is there twice.' }];
    seen.add(name);
    const isFit = name.length <= 100 && formats['header-name'].check(name) && !ours.test(name);
    return isFit ? [] : [{ field, detail: 'must be the name of a header that deliveries do not have of their own.' }];
  });
  if (faults.length > 0) throw invalid(...faults);
  return entries.length === 0 ? null : JSON.stringify(Object.fromEntries(entries));
}

/** A change of an app that is not there, without what a new one needs. */
export function noAppUrl() {
  return invalid({ field: 'app/url', detail: 'is required for a new app.' });
}

/** No answer shows a secret, or a header's value. */
export function renderApp({ sealer }: Pick<AdminDeps, 'sealer'>, owner: AppOwner, app: App | null) {
  if (!app) return null;
  const { url, blocked, headers } = app;
  const names = headers ? Object.keys(JSON.parse(sealer.open(headers, placeOfApp(owner, 'headers'))) as object) : [];
  return { url, blocked, secrets: secretNames.filter((name) => app[name] !== undefined), header_names: names };
}

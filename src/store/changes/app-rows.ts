/** How an app lies in the row of its number or account. */
import type { App, AppOwner, BlockedMode } from '../../core/apps.ts';
import type { AccountName, PhoneNumberId, SealedSecret } from '../../core/ids.ts';

/** All are null where there is no app. */
export interface AppRow {
  readonly app_url: string | null;
  readonly app_secret: SealedSecret | null;
  readonly app_headers: SealedSecret | null;
  readonly app_blocked: BlockedMode | null;
}

export function toApp({ app_url, app_secret, app_headers, app_blocked }: AppRow): App | null {
  if (app_url === null || app_blocked === null) return null;
  return {
    url: app_url,
    ...(app_secret !== null && { secret: app_secret }),
    ...(app_headers !== null && { headers: app_headers }),
    blocked: app_blocked,
  };
}

/** In the order of `AppRow`. */
export function appValues(app: App | null): [string | null, string | null, string | null, string | null] {
  return [app?.url ?? null, app?.secret ?? null, app?.headers ?? null, app?.blocked ?? null];
}

/** What stands for an app's owner where there is a row for every delivery. */
export function keyOfApp(owner: AppOwner): string {
  return owner.kind === 'number' ? `number:${owner.number}` : `account:${owner.account}`;
}

export function ownerOfKey(key: string): AppOwner {
  const name = key.slice(key.indexOf(':') + 1);
  return key.startsWith('number:')
    ? { kind: 'number', number: name as PhoneNumberId }
    : { kind: 'account', account: name as AccountName };
}

import type { AccountName, PhoneNumberId, SealedSecret } from './ids.ts';

/** What becomes of what a blocked user writes: forgotten, passed on with a mark, or kept until somebody decides. */
export type BlockedMode = 'drop' | 'tag' | 'hold';

/** Where the webhooks of a number, or of all numbers of an account that have no app of their own, go on to. */
export interface App {
  readonly url: string;
  /** What forwarded bodies are signed with; absent: they are not. */
  readonly secret?: SealedSecret;
  /** Headers that go with each, as JSON: values by name. */
  readonly headers?: SealedSecret;
  readonly blocked: BlockedMode;
}

/** What a PUT says of an app: what is absent stays, null removes. */
export interface AppPatch {
  readonly url?: string;
  readonly secret?: SealedSecret | null;
  readonly headers?: SealedSecret | null;
  readonly blocked?: BlockedMode;
}

/** Whose app it is. */
export type AppOwner =
  | { readonly kind: 'number'; readonly number: PhoneNumberId }
  | { readonly kind: 'account'; readonly account: AccountName };

/** The app as it is after a PUT; null: there is none any more; `undefined`: a new one needs its `url`. */
export function changeApp(before: App | null, patch: AppPatch | null): App | null | undefined {
  if (patch === null) return null;
  const url = patch.url ?? before?.url;
  if (url === undefined) return undefined;
  const secret = patch.secret === undefined ? before?.secret : (patch.secret ?? undefined);
  const headers = patch.headers === undefined ? before?.headers : (patch.headers ?? undefined);
  return {
    url,
    ...(secret !== undefined && { secret }),
    ...(headers !== undefined && { headers }),
    blocked: patch.blocked ?? before?.blocked ?? 'drop',
  };
}

/** The place that a secret of an app is sealed for. */
export function placeOfApp(owner: AppOwner, name: 'secret' | 'headers'): string {
  return owner.kind === 'number' ? `app/number/${owner.number}/${name}` : `app/account/${owner.account}/${name}`;
}

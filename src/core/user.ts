import type { Bsuid, WaId } from './ids.ts';
import { isParentBsuid, parseBsuid, parseWaId } from './ids.ts';
import { phoneKey } from './phone-variants.ts';

/** Whom a request means: by phone number or wa_id, or by BSUID. */
export type UserId =
  | { readonly kind: 'wa_id'; readonly waId: WaId }
  | { readonly kind: 'user_id'; readonly userId: Bsuid };

/** Why a text names nobody who could be blocked. */
export type NotAUser = { readonly kind: 'not_a_user' } | { readonly kind: 'parent_user_id' };

/** One user of a request: the text as it came, and whom it names. */
export interface AskedUser {
  readonly input: string;
  readonly user: UserId | NotAUser;
}

/** Everything known of a user's ids; at least one of the two is there. */
export interface KnownIds {
  readonly waId?: WaId;
  readonly userId?: Bsuid;
}

/** Reads a user in any writing: a phone number, a wa_id or a BSUID. */
export function parseUser(input: string): UserId | NotAUser {
  const waId = parseWaId(input);
  if (waId !== undefined) return { kind: 'wa_id', waId };
  const userId = parseBsuid(input);
  if (userId !== undefined) return { kind: 'user_id', userId };
  return isParentBsuid(input) ? { kind: 'parent_user_id' } : { kind: 'not_a_user' };
}

export function isUserId(user: UserId | NotAUser): user is UserId {
  return user.kind === 'wa_id' || user.kind === 'user_id';
}

/** Each id that is known of a user, the wa_id first. */
export function idsOf({ waId, userId }: KnownIds): UserId[] {
  return [
    ...(waId === undefined ? [] : [{ kind: 'wa_id', waId } as const]),
    ...(userId === undefined ? [] : [{ kind: 'user_id', userId } as const]),
  ];
}

/** Users who are found by any id that they share, phone numbers in whatever form. */
export class UserIndex {
  readonly #phones = new Set<string>();
  readonly #userIds = new Set<string>();

  constructor(users: Iterable<KnownIds> = []) {
    for (const user of users) this.add(user);
  }

  add({ waId, userId }: KnownIds): void {
    if (waId !== undefined) this.#phones.add(phoneKey(waId));
    if (userId !== undefined) this.#userIds.add(userId);
  }

  has({ waId, userId }: KnownIds): boolean {
    return (
      (waId !== undefined && this.#phones.has(phoneKey(waId))) || (userId !== undefined && this.#userIds.has(userId))
    );
  }
}

/** The one id by which a provider is told of a user. */
import type { Bsuid, WaId } from '../../core/ids.ts';
import type { KnownIds, UserId } from '../../core/user.ts';

/** A wa_id or a BSUID; only a wa_id begins with a digit. */
export type Target = WaId | Bsuid;

/** The wa_id, else the BSUID. */
export function targetOf({ waId, userId }: KnownIds): Target {
  const target = waId ?? userId;
  if (target === undefined) throw new Error('a user without any id');
  return target;
}

export function targetOfUser(user: UserId): Target {
  return user.kind === 'wa_id' ? user.waId : user.userId;
}

export function userOfTarget(target: Target): UserId {
  return target < ':' ? { kind: 'wa_id', waId: target as WaId } : { kind: 'user_id', userId: target as Bsuid };
}

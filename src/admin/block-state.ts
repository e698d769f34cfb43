/** Entries of a list, and whether somebody is in it, as the API shows them. */
import type { PhoneNumberId } from '../core/ids.ts';
import type { BlockEntry, Store } from '../core/ports.ts';
import type { Sync } from '../core/push.ts';
import type { KnownIds, UserId } from '../core/user.ts';
import { toTime } from './fields.ts';

/** Whether the number has blocked the user; of one who is free, whether the provider is still to be told so. */
export async function readState(
  { lists, directory }: Pick<Store, 'lists' | 'directory'>,
  id: PhoneNumberId,
  user: UserId,
) {
  const check = await lists.check(id, user);
  if (check) return { blocked: true as const, matched_by: check.matchedBy, entry: renderEntry(check.entry) };
  const number = await directory.number(id);
  const removal = number?.upstream ? await lists.removal(id, user) : undefined;
  return { blocked: false as const, ...(removal && { entry: { sync: renderSync(removal) } }) };
}

/** The ids of a user as the API shows them. */
export function renderIds({ waId, userId }: KnownIds) {
  return { ...(waId !== undefined && { wa_id: waId }), ...(userId !== undefined && { user_id: userId }) };
}

/** Who changed a list, through what and under which request, as the API shows it. */
export function renderOrigin({ by, reason }: Pick<BlockEntry, 'by' | 'reason'>) {
  return {
    dialect: by.dialect,
    key_id: by.keyId,
    request_id: by.requestId,
    ...(reason !== undefined && { reason }),
  };
}

export function renderEntry(entry: BlockEntry) {
  const { blockedAt, sync } = entry;
  return {
    user: renderIds(entry),
    blocked_at: toTime(blockedAt),
    ...renderOrigin(entry),
    ...(sync && { sync: renderSync(sync) }),
  };
}

function renderSync({ state, code, detail, lastAttemptAt, nextAttemptAt }: Sync) {
  return {
    state,
    ...(code !== undefined && { code }),
    ...(detail !== undefined && { detail }),
    ...(lastAttemptAt !== undefined && { last_attempt_at: toTime(lastAttemptAt) }),
    ...(nextAttemptAt !== undefined && { next_attempt_at: toTime(nextAttemptAt) }),
  };
}

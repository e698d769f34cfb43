/** Entries of a list, and whether somebody is in it, as the API shows them. */
import type { PhoneNumberId } from '../core/ids.ts';
import type { BusinessNumber } from '../core/numbers.ts';
import type { BlockEntry, Stop } from '../core/ports.ts';
import type { Sync } from '../core/push.ts';
import type { KnownIds, UserId } from '../core/user.ts';
import type { AdminDeps } from './deps.ts';
import { toTime } from './fields.ts';

/** Whether the number has blocked the user; of one who is free, whether the provider is still to be told so. */
export async function readState(deps: Pick<AdminDeps, 'store' | 'upstreams'>, id: PhoneNumberId, user: UserId) {
  const { lists, directory } = deps.store;
  const check = await lists.check(id, user);
  if (check) {
    const { entry } = check;
    const mayBeStopped = entry.sync?.state === 'pending' && deps.upstreams.stops().length > 0;
    const stop = mayBeStopped ? stopOf(deps, await directory.number(id)) : undefined;
    return { blocked: true as const, matched_by: check.matchedBy, entry: renderEntry(entry, stop) };
  }
  const number = await directory.number(id);
  const removal = number?.upstream ? await lists.removal(id, user) : undefined;
  return { blocked: false as const, ...(removal && { entry: { sync: renderSync(removal, stopOf(deps, number)) } }) };
}

/** Why nothing of the number's list is pushed now, if its connection is stopped. */
export function stopOf(
  { upstreams }: Pick<AdminDeps, 'upstreams'>,
  number: Pick<BusinessNumber, 'upstream'> | undefined,
): Stop | undefined {
  return upstreams.stops().find(({ connection }) => connection === number?.upstream?.connection);
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

export function renderEntry(entry: BlockEntry, stop?: Stop) {
  const { blockedAt, sync } = entry;
  return {
    user: renderIds(entry),
    blocked_at: toTime(blockedAt),
    ...renderOrigin(entry),
    ...(sync && { sync: renderSync(sync, stop) }),
  };
}

function renderSync(sync: Sync, stop: Stop | undefined) {
  const { state, code, detail, lastAttemptAt, nextAttemptAt } = stop ? stopped(sync, stop) : sync;
  return {
    state,
    ...(code !== undefined && { code }),
    ...(detail !== undefined && { detail }),
    ...(lastAttemptAt !== undefined && { last_attempt_at: toTime(lastAttemptAt) }),
    ...(nextAttemptAt !== undefined && { next_attempt_at: toTime(nextAttemptAt) }),
  };
}

/** Who is to be pushed waits for another token, and for no time. */
function stopped(sync: Sync, { connection, code, detail }: Stop): Sync {
  if (sync.state !== 'pending' && sync.state !== 'removing') return sync;
  const { nextAttemptAt: _never, ...others } = sync;
  return { ...others, code, detail: `The connection ${connection} is stopped until it gets another token: ${detail}` };
}

import { Refusal } from './errors.ts';
import type { Outcome } from './outcome.ts';
import type { BlockLists, ListChange } from './ports.ts';
import { maxUsersPerRequest } from './rules.ts';

/** Blocks up to 1,000 users; more are refused as a whole (`too_many_users`) and nothing is applied. */
export async function blockUsers(lists: BlockLists, change: ListChange): Promise<readonly Outcome[]> {
  refuseTooMany(change);
  return change.users.length === 0 ? [] : lists.block(change);
}

/** Unblocks up to 1,000 users; more are refused as a whole (`too_many_users`) and nothing is applied. */
export async function unblockUsers(lists: BlockLists, change: ListChange): Promise<readonly Outcome[]> {
  refuseTooMany(change);
  return change.users.length === 0 ? [] : lists.unblock(change);
}

function refuseTooMany({ users }: ListChange): void {
  if (users.length > maxUsersPerRequest) throw new Refusal({ kind: 'too_many_users', max: maxUsersPerRequest });
}

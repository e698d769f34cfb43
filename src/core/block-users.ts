import { Refusal } from './errors.ts';
import type { BusinessNumber } from './numbers.ts';
import type { Outcome } from './outcome.ts';
import type { BlockLists, ListChange, Pushing } from './ports.ts';
import type { PushGoal } from './push.ts';
import { arePushed, maxUsersPerRequest } from './rules.ts';

/** Where lists are changed, and who tells their providers. */
export interface Changing {
  readonly lists: BlockLists;
  readonly pushing: Pushing;
}

/** Blocks or unblocks up to 1,000 users; more are refused as a whole (`too_many_users`) and nothing is applied. */
export async function changeUsers(
  { lists, pushing }: Changing,
  number: BusinessNumber,
  goal: PushGoal,
  change: Omit<ListChange, 'number'>,
): Promise<readonly Outcome[]> {
  const { users } = change;
  if (users.length > maxUsersPerRequest) throw new Refusal({ kind: 'too_many_users', max: maxUsersPerRequest });
  if (users.length === 0) return [];
  const asked = { ...change, number: number.id };
  const { rules } = number;
  if (arePushed(rules) && rules.push === 'wait') return pushing.agree(number, goal, asked);
  const outcomes = await lists[goal](asked);
  if (number.upstream) pushing.wake(number);
  return outcomes;
}

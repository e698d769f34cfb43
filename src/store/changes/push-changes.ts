/** What a change of a pushed list gives the provider to be told, in the same transaction. */
import type { Plan } from '../../core/block-list.ts';
import type { Outcome } from '../../core/outcome.ts';
import type { ListChange } from '../../core/ports.ts';
import type { PushGoal } from '../../core/push.ts';
import { isUserId, type UserId } from '../../core/user.ts';
import { packUsers } from './packed-users.ts';
import { type Target, targetOf, targetOfUser } from './push-targets.ts';
import type { OpenList, PushTables } from './tables.ts';

/** Asks for what the plan changes. Gives the last sequence number that the list then has. */
export function pushChange<List>(
  pushes: PushTables<List>,
  goal: PushGoal,
  change: ListChange,
  list: OpenList<List>,
  { add, remove, outcomes, next }: Plan,
): number {
  const users = goal === 'block' ? add.map(({ person }) => ('user' in person ? person.user : person)) : remove;
  pushes.rows.askAll(list.list, goal, list.seq + 1, packUsers(users), change.at);
  for (const { kind, user } of outcomes) {
    if (kind === 'already_there') pushes.rows.askAgain(list.list, targetIn(list, user), change.at);
  }
  return overrule(pushes, goal, change, { list, outcomes, seq: next.seq });
}

export interface Overruled<List> {
  readonly list: OpenList<List>;
  readonly outcomes: readonly Outcome[];
  /** The last sequence number given so far. */
  readonly seq: number;
}

/**
 * The contrary of what is asked for now, where it was asked for and is not settled, is forgotten. The provider may have done
 * it already: so it is told, also if nothing changes here. Gives the last sequence number that the list then has.
 */
export function overrule<List>(
  { rows, intents }: PushTables<List>,
  goal: PushGoal,
  { users, at }: ListChange,
  { list, outcomes, seq }: Overruled<List>,
): number {
  if (!intents.any(list.list)) return seq;
  let generation = seq;
  for (const [index, { user }] of users.entries()) {
    if (!isUserId(user)) continue;
    const isContrary = intents.forgetContrary(list.list, goal, targetsOf(list, user));
    const isUnchanged = ['already_there', 'was_not_there'].includes(outcomes[index]?.kind ?? '');
    if (!isContrary || !isUnchanged) continue;
    generation += 1;
    const asked = { target: targetIn(list, user), goal, generation, mayBeThere: goal === 'unblock' };
    rows.ask(list.list, asked, at);
  }
  return generation;
}

/** How the provider knows a user of the list. */
export function targetIn<List>(list: OpenList<List>, user: UserId): Target {
  const match = list.find(user);
  return match ? targetOf(match.person) : targetOfUser(user);
}

/** All ids by which the provider may have been told of a user. */
export function targetsOf<List>(list: Pick<OpenList<List>, 'find'>, user: UserId): Target[] {
  const { waId, userId } = list.find(user)?.person ?? {};
  return [...new Set([waId, userId, targetOfUser(user)].filter((id) => id !== undefined))];
}

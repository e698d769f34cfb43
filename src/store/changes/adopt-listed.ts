/** Brings a list and its provider's together, once somebody has read what the provider lists. */
import { isRefused } from '../../core/outcome.ts';
import type { ListChange, ListedChange } from '../../core/ports.ts';
import type { PushGoal } from '../../core/push.ts';
import { idsOf, type UserId, UserIndex } from '../../core/user.ts';
import { block, unblock } from './change-list.ts';
import { targetIn, targetsOf } from './push-changes.ts';
import { targetOfUser } from './push-targets.ts';
import type { OpenList, Tables } from './tables.ts';

/** The users of a change of whom the provider's list can say something, each by the id that is known here. */
interface Heeded<List> {
  readonly list: OpenList<List>;
  readonly through: number;
  readonly users: readonly UserId[];
}

/** It is here as the provider has it. */
export function adopt<List>(tables: Tables<List>, goal: PushGoal, change: ListedChange): void {
  const heeded = heed(tables, change);
  if (!heeded) return;
  const { list, users } = heeded;
  const { rows } = tables.pushes;
  if (goal === 'block') {
    const removing = new Set(
      rows.removing(
        list.list,
        users.flatMap((user) => targetsOf(list, user)),
      ),
    );
    const wanted = users.filter((user) => !targetsOf(list, user).some((target) => removing.has(target)));
    adoptBlocks(tables, change, { ...heeded, users: wanted });
    return;
  }
  const blocked = users.filter((user) => isBlocked(list, user));
  unblock(tables, toChange(change, blocked));
  const freed = blocked.reduce((sum, user) => sum + rows.confirmRemoval(list.list, targetIn(list, user)), 0);
  rows.release(list.list, freed, change.at);
}

/** The provider is told again how it is here, also of whom it was never told. */
export function ask<List>(tables: Tables<List>, goal: PushGoal, change: ListedChange): void {
  const heeded = heed(tables, change);
  if (!heeded) return;
  const { list, users } = heeded;
  const wanted = users.filter((user) => isBlocked(list, user) === (goal === 'block'));
  const mayBeThere = goal === 'unblock';
  for (const [index, user] of wanted.entries()) {
    const asked = { target: targetIn(list, user), goal, generation: list.seq + 1 + index, mayBeThere };
    tables.pushes.rows.ask(list.list, asked, change.at);
  }
  tables.states.saveCounters(change.number, { ...list, seq: list.seq + wanted.length });
}

/** Who has a row keeps it; the others get one. */
function adoptBlocks<List>(
  tables: Tables<List>,
  change: ListedChange,
  { list: { list }, through, users }: Heeded<List>,
): void {
  const { number, at } = change;
  const outcomes = block(tables, toChange(change, users)).filter((outcome) => !isRefused(outcome));
  const after = tables.states.open(number, users);
  const { rows } = tables.pushes;
  const targets = new Set(outcomes.flatMap(({ user }) => (user ? targetIn(after, user) : [])));
  let { seq } = after;
  for (const target of targets) {
    if (rows.isOf(list, target, through)) {
      rows.sync(list, target, at);
      continue;
    }
    seq += 1;
    rows.adopt(list, target, seq, at);
  }
  if (seq > after.seq) tables.states.saveCounters(number, { ...after, seq });
}

/** Leaves out of whom there are news, and for whom a request under way asks. `undefined`: the list is another one's. */
function heed<List>({ states, log, pushes }: Tables<List>, change: ListedChange): Heeded<List> | undefined {
  const { number, upstream, asOf, by } = change;
  const pushed = pushes.lists.ofUpstream(number, upstream, asOf);
  if (!pushed) return undefined;
  const list = states.open(number, change.users.flatMap(idsOf));
  const news = new UserIndex(log.usersSince(number, asOf, by.requestId));
  const users = change.users.flatMap((ids) => {
    const all = idsOf(ids);
    const user = all.find((id) => list.find(id)) ?? all[0];
    return user && !news.has(ids) && !news.has(list.find(user)?.person ?? {}) ? [user] : [];
  });
  const asked = new Set(
    pushes.intents.asked(
      list.list,
      users.flatMap((user) => targetsOf(list, user)),
    ),
  );
  const free = users.filter((user) => !targetsOf(list, user).some((target) => asked.has(target)));
  return { list, through: pushed.through, users: free };
}

function isBlocked<List>(list: OpenList<List>, user: UserId): boolean {
  return list.find(user)?.person.blockedSeq !== undefined;
}

function toChange({ number, by, at }: ListedChange, users: readonly UserId[]): ListChange {
  return { number, by, at, users: users.map((user) => ({ input: targetOfUser(user), user })) };
}

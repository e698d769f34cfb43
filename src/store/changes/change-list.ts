/** Carries out block and unblock requests as the core decides them: state and log in one transaction. */
import { decideBlock, decideUnblock, type Person, type Plan } from '../../core/block-list.ts';
import type { Outcome } from '../../core/outcome.ts';
import type { ListChange } from '../../core/ports.ts';
import { arePushed } from '../../core/rules.ts';
import { isUserId } from '../../core/user.ts';
import { releaseHeld } from './held-changes.ts';
import { type PackedUsers, packUsers } from './packed-users.ts';
import { pushChange } from './push-changes.ts';
import type { OpenList, Tables } from './tables.ts';

export function block<List>(tables: Tables<List>, change: ListChange): readonly Outcome[] {
  const list = openList(tables, change);
  const plan = decideBlock(list, change.users, change.at, change.reason);
  carryOutBlock(tables, change, list, plan);
  return plan.outcomes;
}

/** The same for what a provider has agreed to: `reason` is for those who enter the list alone. */
export function blockAgreed<List>(tables: Tables<List>, change: ListChange): void {
  const list = openList(tables, change);
  carryOutBlock(tables, change, list, decideBlock(list, change.users, change.at));
}

export function unblock<List>(tables: Tables<List>, change: ListChange): readonly Outcome[] {
  const list = openList(tables, change);
  const plan = decideUnblock(list, change.users, change.at);
  if (change.held) releaseHeld(tables.webhooks, change, list);
  const seq = arePushed(list.rules) ? pushChange(tables.pushes, 'unblock', change, list, plan) : plan.next.seq;
  if (seq === list.seq) return plan.outcomes;
  for (const { blockedSeq, ...person } of plan.remove) {
    if (blockedSeq !== undefined) tables.entries.remove(list.list, blockedSeq);
    tables.people.keep(list.list, person);
  }
  logLine(tables, change, 'unblock', packUsers(plan.remove), list.seq + 1);
  tables.states.save(change.number, { ...plan.next, seq }, list.nextPerson);
  return plan.outcomes;
}

/** The list as it is, in which the users of a change can be found. */
export function openList<List>({ states }: Tables<List>, { number, users }: ListChange): OpenList<List> {
  return states.open(
    number,
    users.map(({ user }) => user).filter((user) => isUserId(user)),
  );
}

function carryOutBlock<List>(tables: Tables<List>, change: ListChange, list: OpenList<List>, plan: Plan): void {
  const seq = arePushed(list.rules) ? pushChange(tables.pushes, 'block', change, list, plan) : plan.next.seq;
  if (seq === list.seq) return;
  addEntries(tables, change, list, plan);
  reword(tables, change, list, plan.reword, list.seq + 1 + plan.add.length);
  tables.states.save(change.number, { ...plan.next, seq }, list.nextPerson);
}

/** Gives blocked users the reason of the change; the log tells of the first under `firstSeq`, the others follow on. */
export function reword<List>(
  tables: Tables<List>,
  change: ListChange,
  { list }: OpenList<List>,
  people: readonly Person[],
  firstSeq: number,
): void {
  const { reason } = change;
  for (const { blockedSeq } of people) {
    if (blockedSeq !== undefined && reason !== undefined) tables.entries.reword(list, blockedSeq, reason);
  }
  logLine(tables, change, 'update', packUsers(people), firstSeq);
}

/** The entries' `seq`s follow on from the list's, in the order of the plan. */
function addEntries<List>(tables: Tables<List>, change: ListChange, list: OpenList<List>, { add }: Plan): void {
  if (add.length === 0) return;
  const firstSeq = list.seq + 1;
  const users = packUsers(add.map(({ person }) => ('user' in person ? person.user : person)));
  tables.entries.add(list.list, firstSeq, users, change);
  tables.people.addAll(
    list.list,
    firstSeq,
    add.map(({ person }) => ('user' in person ? person.user : undefined)),
  );
  for (const { person, seq } of add) {
    if (!('user' in person)) tables.people.keep(list.list, { ...person, blockedSeq: seq });
  }
  logLine(tables, change, 'block', users, firstSeq);
}

function logLine<List>(
  { log }: Tables<List>,
  { number, at, by, reason }: ListChange,
  action: 'block' | 'unblock' | 'update',
  users: PackedUsers,
  firstSeq: number,
): void {
  log.append({ number, action, at, by, reason: reason ?? undefined, users, firstSeq });
}

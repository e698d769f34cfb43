/** Carries out block and unblock requests as the core decides them: state and log in one transaction. */
import { decideBlock, decideUnblock, type Plan } from '../../core/block-list.ts';
import type { Outcome } from '../../core/outcome.ts';
import type { ListChange } from '../../core/ports.ts';
import { isUserId } from '../../core/user.ts';
import type { Entries } from './entries.ts';
import type { EventLog } from './event-log.ts';
import type { ListStates, OpenList } from './list-states.ts';
import { type PackedUsers, packUsers } from './packed-users.ts';
import type { People } from './people.ts';

/** The tables of the lists. */
export interface Tables {
  readonly states: ListStates;
  readonly people: People;
  readonly entries: Entries;
  readonly log: EventLog;
}

export function block(tables: Tables, change: ListChange): readonly Outcome[] {
  const list = openList(tables, change);
  const plan = decideBlock(list, change.users, change.at, change.reason);
  if (plan.next.seq === list.seq) return plan.outcomes;
  addEntries(tables, change, list, plan);
  rewordEntries(tables, change, list, plan);
  logLine(tables, change, 'update', packUsers(plan.reword), list.seq + 1 + plan.add.length);
  tables.states.save(change.number, plan.next, list.nextPerson);
  return plan.outcomes;
}

export function unblock(tables: Tables, change: ListChange): readonly Outcome[] {
  const list = openList(tables, change);
  const plan = decideUnblock(list, change.users, change.at);
  if (plan.next.seq === list.seq) return plan.outcomes;
  for (const { blockedSeq, ...person } of plan.remove) {
    if (blockedSeq !== undefined) tables.entries.remove(list.list, blockedSeq);
    tables.people.keep(list.list, person);
  }
  logLine(tables, change, 'unblock', packUsers(plan.remove), list.seq + 1);
  tables.states.save(change.number, plan.next, list.nextPerson);
  return plan.outcomes;
}

function openList({ states }: Tables, { number, users }: ListChange): OpenList {
  return states.open(
    number,
    users.map(({ user }) => user).filter((user) => isUserId(user)),
  );
}

/** The entries' `seq`s follow on from the list's, in the order of the plan. */
function addEntries(tables: Tables, change: ListChange, list: OpenList, { add }: Plan): void {
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

function rewordEntries(tables: Tables, { reason }: ListChange, { list }: OpenList, { reword }: Plan): void {
  for (const { blockedSeq } of reword) {
    if (blockedSeq !== undefined && reason !== undefined) tables.entries.reword(list, blockedSeq, reason);
  }
}

function logLine(
  { log }: Tables,
  { number, at, by, reason }: ListChange,
  action: 'block' | 'unblock' | 'update',
  users: PackedUsers,
  firstSeq: number,
): void {
  log.append({ number, action, at, by, reason: reason ?? undefined, users, firstSeq });
}

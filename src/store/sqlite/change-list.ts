/** Carries out block and unblock requests as the core decides them: state and log in one transaction. */
import { decideBlock, decideUnblock, type Person, type Plan } from '../../core/block-list.ts';
import type { Outcome } from '../../core/outcome.ts';
import type { ListChange } from '../../core/ports.ts';
import type { KnownIds, UserId } from '../../core/user.ts';
import type { Entries } from './entries.ts';
import type { EventLog } from './event-log.ts';
import type { ListStates, OpenList } from './list-states.ts';
import type { People } from './people.ts';

/** The tables of the lists. */
export interface Tables {
  readonly states: ListStates;
  readonly people: People;
  readonly entries: Entries;
  readonly log: EventLog;
}

export function block(tables: Tables, change: ListChange): readonly Outcome[] {
  const list = tables.states.open(change.number);
  const plan = decideBlock(list, change.users, change.at, change.reason);
  if (plan.next.seq === list.seq) return plan.outcomes;
  const { added, nextPerson } = addPeople(tables, change, list, plan);
  const updated = rewordEntries(tables, change, plan);
  logLine(tables, change, 'block', added, list.seq + 1);
  logLine(tables, change, 'update', updated, list.seq + 1 + added.length);
  tables.states.save(change.number, plan.next, nextPerson);
  return plan.outcomes;
}

export function unblock(tables: Tables, change: ListChange): readonly Outcome[] {
  const list = tables.states.open(change.number);
  const plan = decideUnblock(list, change.users, change.at);
  if (plan.next.seq === list.seq) return plan.outcomes;
  for (const { id, blockedSeq } of plan.remove) {
    if (blockedSeq !== undefined) tables.entries.remove(change.number, blockedSeq);
    tables.people.setBlocked(change.number, id, null);
  }
  logLine(tables, change, 'unblock', plan.remove, list.seq + 1);
  tables.states.save(change.number, plan.next, list.nextPerson);
  return plan.outcomes;
}

function addPeople(
  tables: Tables,
  change: ListChange,
  list: OpenList,
  plan: Plan,
): { added: KnownIds[]; nextPerson: number } {
  const { number, at, by, reason } = change;
  let { nextPerson } = list;
  const added = plan.add.map(({ person, seq }) => {
    const known: Person = 'user' in person ? newcomer(nextPerson++, person.user) : person;
    const { id, waId, userId } = known;
    const ids = { ...(waId !== undefined && { waId }), ...(userId !== undefined && { userId }) };
    if ('user' in person) tables.people.add(number, { ...known, blockedSeq: seq });
    else tables.people.setBlocked(number, id, seq);
    tables.entries.add(number, id, { seq, ...ids, blockedAt: at, by, ...(typeof reason === 'string' && { reason }) });
    return ids;
  });
  return { added, nextPerson };
}

function newcomer(id: number, user: UserId): Person {
  return user.kind === 'wa_id' ? { id, waId: user.waId, settled: false } : { id, userId: user.userId, settled: false };
}

function rewordEntries(tables: Tables, { number, reason }: ListChange, { reword }: Plan): readonly KnownIds[] {
  for (const { blockedSeq } of reword) {
    if (blockedSeq !== undefined && reason !== undefined) tables.entries.reword(number, blockedSeq, reason);
  }
  return reword;
}

function logLine(
  { log }: Tables,
  { number, at, by, reason }: ListChange,
  action: 'block' | 'unblock' | 'update',
  users: readonly KnownIds[],
  firstSeq: number,
): void {
  log.append({ number, action, at, by, reason: reason ?? undefined, users, firstSeq });
}

import type { DatabaseSync } from 'node:sqlite';
import { Refusal } from '../../core/errors.ts';
import type { PhoneNumberId } from '../../core/ids.ts';
import type { BlockLists, Check } from '../../core/ports.ts';
import type { UserId } from '../../core/user.ts';
import { block, type Tables, unblock } from './change-list.ts';
import { Checkpoints } from './checkpoints.ts';
import { Entries } from './entries.ts';
import { EventLog } from './event-log.ts';
import { ListStates } from './list-states.ts';
import { People } from './people.ts';
import { readPage } from './read-page.ts';
import type { Reader } from './reader.ts';
import { receive } from './receive-message.ts';
import type { Writer } from './writer.ts';

export function openTables(db: DatabaseSync): Tables {
  const people = new People(db);
  const entries = new Entries(db);
  return { people, entries, states: new ListStates(db, people, entries), log: new EventLog(db) };
}

export function createLists(tables: Tables, reader: Reader, writer: Writer): BlockLists {
  const { states, entries, log } = tables;
  const checkpoints = new Checkpoints(entries);
  return {
    block: (change) => writer.run(() => block(tables, change), change.users.length),
    unblock: (change) => writer.run(() => unblock(tables, change), change.users.length),
    receive: (message) => writer.run(() => receive(tables, message)),
    page: (number, request) =>
      reader.read(() => readPage({ entries, checkpoints }, number, request, states.open(number))),
    check: (number, user) => reader.read(() => check(tables, number, user)),
    events: (number, after, limit) =>
      reader.read(() => {
        if (!states.counters(number)) throw new Refusal({ kind: 'number_not_found', asked: number });
        return log.page(number, after, limit);
      }),
  };
}

function check({ states, entries }: Tables, number: PhoneNumberId, user: UserId): Check | undefined {
  const match = states.open(number).find(user);
  if (match?.person.blockedSeq === undefined) return undefined;
  const entry = entries.at(number, match.person.blockedSeq);
  return entry && { matchedBy: match.by, entry };
}

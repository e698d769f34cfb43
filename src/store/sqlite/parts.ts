/** The tables, each behind the code that knows it, over one connection. */
import type { DatabaseSync } from 'node:sqlite';
import { Accounts } from './accounts.ts';
import type { Tables } from './change-list.ts';
import { Entries } from './entries.ts';
import { EventLog } from './event-log.ts';
import { Keys } from './keys.ts';
import { ListStates } from './list-states.ts';
import { Numbers } from './numbers.ts';
import { People } from './people.ts';

export interface Parts {
  readonly tables: Tables;
  readonly accounts: Accounts;
  readonly numbers: Numbers;
  readonly keys: Keys;
}

export function openParts(db: DatabaseSync): Parts {
  const people = new People(db);
  const entries = new Entries(db);
  const tables = { people, entries, states: new ListStates(db, people, entries), log: new EventLog(db) };
  const accounts = new Accounts(db);
  const numbers = new Numbers(db, accounts, tables);
  return { tables, accounts, numbers, keys: new Keys(db, accounts, numbers) };
}

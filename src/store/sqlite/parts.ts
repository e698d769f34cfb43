/** The tables, each behind the code that knows it, over one connection. */
import type { DatabaseSync } from 'node:sqlite';
import { Accounts } from './accounts.ts';
import { Connections } from './connections.ts';
import { Entries } from './entries.ts';
import { EventLog } from './event-log.ts';
import type { IdentityFilter } from './identity-filter.ts';
import { Keys } from './keys.ts';
import { ListStates } from './list-states.ts';
import { Numbers } from './numbers.ts';
import { People } from './people.ts';
import { openPushTables } from './push-tables.ts';
import type { SqliteTables } from './tables.ts';
import { TurnMemory } from './turn-memory.ts';
import { openWebhookTables } from './webhook-tables.ts';

export interface Parts {
  readonly tables: SqliteTables;
  readonly accounts: Accounts;
  readonly connections: Connections;
  readonly numbers: Numbers;
  readonly keys: Keys;
  /** For who else writes: ids that it does not enter are taken for those of strangers. */
  readonly filter: IdentityFilter | undefined;
  readonly memory: TurnMemory;
}

export function openParts(db: DatabaseSync, filter?: IdentityFilter): Parts {
  const people = new People(db, filter);
  const entries = new Entries(db);
  const memory = new TurnMemory();
  const pushes = openPushTables(db);
  const tables = {
    people,
    entries,
    states: new ListStates(db, { people, entries, memory }),
    log: new EventLog(db),
    pushes,
    webhooks: openWebhookTables(db, memory),
  };
  const accounts = new Accounts(db);
  const connections = new Connections(db, accounts, pushes);
  const numbers = new Numbers(db, { accounts, connections, tables });
  return { tables, accounts, connections, numbers, keys: new Keys(db, accounts, numbers), filter, memory };
}

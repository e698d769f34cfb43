/** What is kept of pushing. Nothing of it is prepared before a number has an upstream. */
import type { DatabaseSync } from 'node:sqlite';
import { lazily } from './lazily.ts';
import { PushIntents } from './push-intents.ts';
import { PushLists } from './push-lists.ts';
import { PushRows } from './push-rows.ts';

export interface PushTables {
  readonly lists: PushLists;
  readonly rows: PushRows;
  readonly intents: PushIntents;
}

export function openPushTables(db: DatabaseSync): PushTables {
  const [lists, rows, intents] = [
    lazily(() => new PushLists(db)),
    lazily(() => new PushRows(db)),
    lazily(() => new PushIntents(db)),
  ];
  return {
    get lists() {
      return lists();
    },
    get rows() {
      return rows();
    },
    get intents() {
      return intents();
    },
  };
}

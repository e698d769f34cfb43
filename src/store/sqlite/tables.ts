import type { Tables } from '../changes/tables.ts';
import type { Entries } from './entries.ts';
import type { EventLog } from './event-log.ts';
import type { ListStates } from './list-states.ts';
import type { People } from './people.ts';
import type { PushTables } from './push-tables.ts';
import type { WebhookTables } from './webhook-tables.ts';

/** The tables of the lists. */
export interface SqliteTables extends Tables<number> {
  readonly states: ListStates;
  readonly people: People;
  readonly entries: Entries;
  readonly log: EventLog;
  readonly pushes: PushTables;
  readonly webhooks: WebhookTables;
}

/** The append-only log: one row for all that a request did in one way, unfolded into one event per user. */
import type { DatabaseSync } from 'node:sqlite';
import type { PhoneNumberId } from '../../core/ids.ts';
import type { BlockEvent, EventPage } from '../../core/ports.ts';
import type { KnownIds } from '../../core/user.ts';
import { type EventRow, unfold } from '../changes/event-rows.ts';
import type { LogLine, LogTable } from '../changes/tables.ts';
import { prepare } from './statement.ts';

export class EventLog implements LogTable {
  readonly #sql;

  constructor(db: DatabaseSync) {
    this.#sql = {
      insert: prepare(
        db,
        `INSERT INTO block_event (number, last_seq, n, at, action, dialect, key_id, request_id, reason, users)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ),
      after: prepare<EventRow>(db, 'SELECT * FROM block_event WHERE number = ? AND last_seq > ? ORDER BY last_seq'),
    };
  }

  /** Writes nothing for no users. */
  append({ number, action, at, by, reason, users, firstSeq }: LogLine): void {
    const { users: known, json } = users;
    const count = known.length;
    if (count === 0) return;
    const lastSeq = firstSeq + count - 1;
    const { dialect, keyId, requestId } = by;
    this.#sql.insert.run(number, lastSeq, count, at, action, dialect, keyId, requestId, reason ?? null, json);
  }

  /** Whom the log tells of after this, but under one request. */
  usersSince(number: PhoneNumberId, after: number, except: string): KnownIds[] {
    return [...this.#sql.after.iterate(number, after)]
      .filter(({ request_id }) => request_id !== except)
      .flatMap((row) => [...unfold(row, after)].map(({ user }) => user));
  }

  /** A page may begin and end in the middle of a row. */
  page(number: PhoneNumberId, after: number, limit: number): EventPage {
    const events: BlockEvent[] = [];
    for (const row of this.#sql.after.iterate(number, after)) {
      for (const event of unfold(row, after)) {
        if (events.length === limit) return { events, hasMore: true };
        events.push(event);
      }
    }
    return { events, hasMore: false };
  }
}

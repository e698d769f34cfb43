/** The log, to which a group of requests appends. */
import type { PhoneNumberId } from '../../core/ids.ts';
import type { KnownIds } from '../../core/user.ts';
import { type EventRow, unfold } from '../changes/event-rows.ts';
import type { LogLine, LogTable } from '../changes/tables.ts';
import { readEventsAfter } from './event-rows.ts';
import { arrayOf } from './literals.ts';
import type { Session } from './session.ts';
import type { Journal } from './working-rows.ts';
import type { Line, Needs, WorkingContext } from './working-table.ts';
import { toWrite, type Write } from './write.ts';

const append = {
  name: 'append_events',
  text: `INSERT INTO block_event (number, last_seq, n, at, action, dialect, key_id, request_id, reason, users)
         SELECT $1, * FROM unnest(
           $2::bigint[], $3::int[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
           $10::text[])
         WHERE :unmoved`,
};

// To make rows of arrays costs more than to add one.
const appendOne = {
  name: 'append_event',
  text: `INSERT INTO block_event (number, last_seq, n, at, action, dialect, key_id, request_id, reason, users)
         SELECT $1, $2::bigint, $3::int, $4::bigint, $5, $6, $7, $8, $9, $10 FROM :once`,
};

export class WorkingLog implements LogTable {
  readonly #line: Line;
  readonly #journal: Journal;
  #read: readonly EventRow[] = [];
  /** After which sequence number it is known what the log tells. */
  #after = Infinity;
  #added: EventRow[] = [];

  constructor({ line, journal }: WorkingContext) {
    this.#line = line;
    this.#journal = journal;
  }

  async load(session: Session, needs: readonly Needs[]): Promise<void> {
    this.#after = Math.min(...needs.map(({ logAfter = Infinity }) => logAfter));
    if (this.#after === Infinity) return;
    this.#read = await session.query<EventRow>(readEventsAfter, [this.#line, this.#after]);
  }

  append({ action, at, by, reason, users, firstSeq }: LogLine): void {
    const n = users.users.length;
    if (n === 0) return;
    this.#added.push({
      last_seq: firstSeq + n - 1,
      n,
      at,
      action,
      dialect: by.dialect,
      key_id: by.keyId,
      request_id: by.requestId,
      reason: reason ?? null,
      users: users.json,
    });
    this.#journal.note(() => this.#added.pop());
  }

  usersSince(number: PhoneNumberId, after: number, except: string): KnownIds[] {
    if (number !== this.#line || after < this.#after) throw new Error(`the log of ${number} was not read`);
    return [...this.#read, ...this.#added]
      .filter(({ last_seq, request_id }) => last_seq > after && request_id !== except)
      .flatMap((row) => [...unfold(row, after)].map(({ user }) => user));
  }

  takeWrites(): Write[] {
    const rows = this.#added;
    if (rows.length === 0) return [];
    this.#read = [...this.#read, ...rows];
    this.#added = [];
    const [only] = rows;
    if (only && rows.length === 1) return [toWrite(appendOne, [this.#line, ...valuesOf(only)])];
    const columns = [
      arrayOf(rows.map(({ last_seq }) => last_seq)),
      arrayOf(rows.map(({ n }) => n)),
      arrayOf(rows.map(({ at }) => at)),
      rows.map(({ action }) => action),
      rows.map(({ dialect }) => dialect),
      rows.map(({ key_id }) => key_id),
      rows.map(({ request_id }) => request_id),
      rows.map(({ reason }) => reason),
      rows.map(({ users }) => users),
    ];
    return [toWrite(append, [this.#line, ...columns])];
  }
}

function valuesOf(row: EventRow): unknown[] {
  const { last_seq, n, at, action, dialect, key_id, request_id, reason, users } = row;
  return [last_seq, n, at, action, dialect, key_id, request_id, reason, users];
}

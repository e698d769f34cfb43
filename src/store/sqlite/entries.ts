/** Who is blocked now: one row per entry, in list order. */
import type { DatabaseSync } from 'node:sqlite';
import type { BlockEntry, ListChange } from '../../core/ports.ts';
import type { KnownIds } from '../../core/user.ts';
import { type EntryRow, entryColumns, toEntry } from '../changes/entry-rows.ts';
import type { PackedUsers } from '../changes/packed-users.ts';
import type { EntriesTable } from '../changes/tables.ts';
import { prepare, prepareTuples } from './statement.ts';

/** A list as a whole. `first` and `last` are its ends, which in an empty list are Infinity and 0. */
export interface ListHead {
  readonly count: number;
  readonly version: number;
  readonly first: number;
  readonly last: number;
}

/** A part of a list: what comes after one list order, up to and with another. */
export interface Span {
  readonly after: number;
  readonly through: number;
}

export class Entries implements EntriesTable<number> {
  readonly #sql;

  constructor(db: DatabaseSync) {
    this.#sql = {
      insert: prepare(
        db,
        `INSERT INTO block_entry (list, seq, wa_id, user_id, blocked_at, dialect, key_id, request_id, reason)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ),
      // OR FAIL: the writer undoes the whole request, so SQLite need not be ready to undo the statement.
      insertMany: prepare(
        db,
        `INSERT OR FAIL INTO block_entry (list, seq, wa_id, user_id, blocked_at, dialect, key_id, request_id, reason)
         SELECT ?1, ?2 + key,
                CASE WHEN type = 'array' THEN value ->> 0 WHEN value < ':' THEN value END,
                CASE WHEN type = 'array' THEN value ->> 1 WHEN value > ':' THEN value END,
                ?3, ?4, ?5, ?6, ?7
         FROM json_each(?8)`,
      ),
      delete: prepare(db, 'DELETE FROM block_entry WHERE list = ? AND seq = ?'),
      deleteAll: prepare(db, 'DELETE FROM block_entry WHERE list = ?'),
      reword: prepare(db, 'UPDATE block_entry SET reason = ? WHERE list = ? AND seq = ?'),
      identify: prepare(db, 'UPDATE block_entry SET wa_id = ?, user_id = ? WHERE list = ? AND seq = ?'),
      one: prepareTuples<EntryRow>(db, `SELECT ${entryColumns} FROM block_entry AS entry WHERE list = ? AND seq = ?`),
      within: prepareTuples<EntryRow>(
        db,
        `SELECT ${entryColumns} FROM block_entry AS entry WHERE list = ? AND seq > ? AND seq <= ? ORDER BY seq`,
      ),
      head: prepare<ListHead>(
        db,
        `SELECT count, version,
                ifnull((SELECT min(seq) FROM block_entry WHERE list = ?1), 9e999) AS first,
                ifnull((SELECT max(seq) FROM block_entry WHERE list = ?1), 0) AS last
         FROM number_state WHERE list = ?1`,
      ),
      hop: prepare<{ seq: number }>(
        db,
        'SELECT seq FROM block_entry WHERE list = ? AND seq > ? ORDER BY seq LIMIT 1 OFFSET ?',
      ),
      hopBack: prepare<{ seq: number }>(
        db,
        'SELECT seq FROM block_entry WHERE list = ? AND seq < ? ORDER BY seq DESC LIMIT 1 OFFSET ?',
      ),
    };
  }

  /** New entries for these users, in their order; the first gets `seq`. In SQL's order of texts, `:` follows the digits. */
  add(list: number, seq: number, { users, json }: PackedUsers, change: Omit<ListChange, 'users'>): void {
    const { at, by, reason = null } = change;
    const rest = [at, by.dialect, by.keyId, by.requestId, reason] as const;
    const [first] = users;
    if (users.length > 1 || !first) this.#sql.insertMany.run(list, seq, ...rest, json);
    else this.#sql.insert.run(list, seq, first.waId ?? null, first.userId ?? null, ...rest);
  }

  remove(list: number, seq: number): void {
    this.#sql.delete.run(list, seq);
  }

  removeAll(list: number): void {
    this.#sql.deleteAll.run(list);
  }

  reword(list: number, seq: number, reason: string | null): void {
    this.#sql.reword.run(reason, list, seq);
  }

  /** Shows the ids that were learned of an entry's person. */
  identify(list: number, seq: number, { waId, userId }: KnownIds): void {
    this.#sql.identify.run(waId ?? null, userId ?? null, list, seq);
  }

  at(list: number, seq: number): BlockEntry | undefined {
    const row = this.#sql.one.get(list, seq);
    return row && toEntry(row);
  }

  within(list: number, { after, through }: Span): BlockEntry[] {
    return this.#sql.within.all(list, after, through).map(toEntry);
  }

  head(list: number): ListHead {
    const head = this.#sql.head.get(list);
    if (!head) throw new Error(`there is no list ${list}`);
    return head;
  }

  /** The list order of the entry that is `rows` rows beyond `seq`. */
  hop(list: number, seq: number, rows: number): number | undefined {
    return rows === 0 ? seq : this.#sql.hop.get(list, seq, rows - 1)?.seq;
  }

  /** The list order after which the last `rows` entries before `seq` come. */
  hopBack(list: number, seq: number, rows: number): number {
    const first = rows === 0 ? seq : this.#sql.hopBack.get(list, seq, rows - 1)?.seq;
    return (first ?? 1) - 1;
  }
}

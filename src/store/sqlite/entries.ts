/** Who is blocked now: one row per entry, in list order. */
import type { DatabaseSync } from 'node:sqlite';
import type { Bsuid, KeyId, PhoneNumberId, WaId } from '../../core/ids.ts';
import type { BlockEntry } from '../../core/ports.ts';
import type { KnownIds } from '../../core/user.ts';
import { toKnownIds } from './known-ids.ts';
import { prepare } from './statement.ts';

interface EntryRow {
  readonly seq: number;
  readonly wa_id: WaId | null;
  readonly user_id: Bsuid | null;
  readonly blocked_at: number;
  readonly dialect: string;
  readonly key_id: KeyId | null;
  readonly request_id: string;
  readonly reason: string | null;
}

export class Entries {
  readonly #sql;

  constructor(db: DatabaseSync) {
    this.#sql = {
      insert: prepare(
        db,
        `INSERT INTO block_entry (number, seq, person, wa_id, user_id, blocked_at, dialect, key_id, request_id, reason)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ),
      delete: prepare(db, 'DELETE FROM block_entry WHERE number = ? AND seq = ?'),
      reword: prepare(db, 'UPDATE block_entry SET reason = ? WHERE number = ? AND seq = ?'),
      identify: prepare(db, 'UPDATE block_entry SET wa_id = ?, user_id = ? WHERE number = ? AND seq = ?'),
      one: prepare<EntryRow>(db, 'SELECT * FROM block_entry WHERE number = ? AND seq = ?'),
      after: prepare<EntryRow>(
        db,
        'SELECT * FROM block_entry WHERE number = ? AND seq > ? ORDER BY seq LIMIT ? OFFSET ?',
      ),
      before: prepare<EntryRow>(db, 'SELECT * FROM block_entry WHERE number = ? AND seq < ? ORDER BY seq DESC LIMIT ?'),
      first: prepare<{ seq: number | null }>(db, 'SELECT min(seq) AS seq FROM block_entry WHERE number = ?'),
      last: prepare<{ seq: number | null }>(db, 'SELECT max(seq) AS seq FROM block_entry WHERE number = ?'),
      hop: prepare<{ seq: number }>(
        db,
        'SELECT seq FROM block_entry WHERE number = ? AND seq > ? ORDER BY seq LIMIT 1 OFFSET ?',
      ),
    };
  }

  add(number: PhoneNumberId, person: number, entry: BlockEntry): void {
    const { seq, waId, userId, blockedAt, by, reason } = entry;
    this.#sql.insert.run(
      number,
      seq,
      person,
      waId ?? null,
      userId ?? null,
      blockedAt,
      by.dialect,
      by.keyId,
      by.requestId,
      reason ?? null,
    );
  }

  remove(number: PhoneNumberId, seq: number): void {
    this.#sql.delete.run(number, seq);
  }

  reword(number: PhoneNumberId, seq: number, reason: string | null): void {
    this.#sql.reword.run(reason, number, seq);
  }

  /** Shows the ids that were learned of an entry's person. */
  identify(number: PhoneNumberId, seq: number, { waId, userId }: KnownIds): void {
    this.#sql.identify.run(waId ?? null, userId ?? null, number, seq);
  }

  at(number: PhoneNumberId, seq: number): BlockEntry | undefined {
    const row = this.#sql.one.get(number, seq);
    return row && toEntry(row);
  }

  /** Up to `limit` entries beyond `seq`, less the first `skip` of them. */
  after(number: PhoneNumberId, seq: number, limit: number, skip = 0): BlockEntry[] {
    return this.#sql.after.all(number, seq, limit, skip).map(toEntry);
  }

  /** Up to `limit` entries next before `seq`, in list order. */
  before(number: PhoneNumberId, seq: number, limit: number): BlockEntry[] {
    return this.#sql.before.all(number, seq, limit).map(toEntry).reverse();
  }

  /** The list orders of the first and last entry; `undefined` for an empty list. */
  bounds(number: PhoneNumberId): { first: number; last: number } | undefined {
    const first = this.#sql.first.get(number)?.seq ?? undefined;
    const last = this.#sql.last.get(number)?.seq ?? undefined;
    return first === undefined || last === undefined ? undefined : { first, last };
  }

  /** The list order of the entry that is `rows` rows beyond `seq`. */
  hop(number: PhoneNumberId, seq: number, rows: number): number | undefined {
    return this.#sql.hop.get(number, seq, rows - 1)?.seq;
  }
}

function toEntry(row: EntryRow): BlockEntry {
  return {
    seq: row.seq,
    ...toKnownIds(row.wa_id, row.user_id),
    blockedAt: row.blocked_at,
    by: { dialect: row.dialect, keyId: row.key_id, requestId: row.request_id },
    ...(row.reason !== null && { reason: row.reason }),
  };
}

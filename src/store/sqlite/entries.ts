/** Who is blocked now: one row per entry, in list order. */
import type { DatabaseSync } from 'node:sqlite';
import { Refusal } from '../../core/errors.ts';
import type { Bsuid, KeyId, PhoneNumberId, WaId } from '../../core/ids.ts';
import type { BlockEntry, ListChange } from '../../core/ports.ts';
import type { KnownIds } from '../../core/user.ts';
import type { Identity } from './identities.ts';
import { toKnownIds } from './known-ids.ts';
import type { PackedUsers } from './packed-users.ts';
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

/** An entry by one of its ids. Where there is none, only the first two can be other than null. */
interface IdentityRow extends Omit<EntryRow, 'seq'> {
  readonly seq: number | null;
  readonly person: number | null;
  readonly merged_into: number | null;
}

/** Whom an id leads to. Of a person who turned out to be another, and is `merged`, no more is told. */
export type Identified =
  | { readonly kind: 'nobody' | 'merged' }
  | { readonly kind: 'person'; readonly entry: BlockEntry | undefined };

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

export class Entries {
  readonly #sql;

  constructor(db: DatabaseSync) {
    this.#sql = {
      // OR FAIL: the writer undoes the whole request, so SQLite need not be ready to undo the statement.
      insert: prepare(
        db,
        `INSERT OR FAIL INTO block_entry (number, seq, wa_id, user_id, blocked_at, dialect, key_id, request_id, reason)
         SELECT ?1, ?2 + key,
                CASE WHEN type = 'array' THEN value ->> 0 WHEN value < ':' THEN value END,
                CASE WHEN type = 'array' THEN value ->> 1 WHEN value > ':' THEN value END,
                ?3, ?4, ?5, ?6, ?7
         FROM json_each(?8)`,
      ),
      delete: prepare(db, 'DELETE FROM block_entry WHERE number = ? AND seq = ?'),
      reword: prepare(db, 'UPDATE block_entry SET reason = ? WHERE number = ? AND seq = ?'),
      identify: prepare(db, 'UPDATE block_entry SET wa_id = ?, user_id = ? WHERE number = ? AND seq = ?'),
      one: prepare<EntryRow>(db, 'SELECT * FROM block_entry WHERE number = ? AND seq = ?'),
      ofIdentity: prepare<IdentityRow>(
        db,
        `SELECT identity.person, person.merged_into, block_entry.seq, block_entry.wa_id, block_entry.user_id, blocked_at,
                dialect, key_id, request_id, reason
         FROM business_number
         JOIN number_state ON number_state.number = business_number.id
         LEFT JOIN identity ON identity.tier IN (0, 1, 2) AND identity.list = number_state.list AND identity.value = ?2
         LEFT JOIN person ON person.list = number_state.list AND person.id = identity.person
         LEFT JOIN block_entry ON block_entry.number = business_number.id
           AND block_entry.seq = iif(person.id IS NULL, identity.person, person.blocked_seq)
         WHERE business_number.id = ?1`,
      ),
      within: prepare<EntryRow>(db, 'SELECT * FROM block_entry WHERE number = ? AND seq > ? AND seq <= ? ORDER BY seq'),
      head: prepare<ListHead>(
        db,
        `SELECT count, version,
                ifnull((SELECT min(seq) FROM block_entry WHERE number = ?1), 9e999) AS first,
                ifnull((SELECT max(seq) FROM block_entry WHERE number = ?1), 0) AS last
         FROM business_number JOIN number_state ON number_state.number = business_number.id
         WHERE business_number.id = ?1`,
      ),
      hop: prepare<{ seq: number }>(
        db,
        'SELECT seq FROM block_entry WHERE number = ? AND seq > ? ORDER BY seq LIMIT 1 OFFSET ?',
      ),
      hopBack: prepare<{ seq: number }>(
        db,
        'SELECT seq FROM block_entry WHERE number = ? AND seq < ? ORDER BY seq DESC LIMIT 1 OFFSET ?',
      ),
    };
  }

  /** New entries for these users, in their order; the first gets `seq`. In SQL's order of texts, `:` follows the digits. */
  add(number: PhoneNumberId, seq: number, { json }: PackedUsers, { at, by, reason }: Omit<ListChange, 'users'>): void {
    this.#sql.insert.run(number, seq, at, by.dialect, by.keyId, by.requestId, reason ?? null, json);
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

  /** Whom an id leads to on a number that is there; else refuses with `number_not_found`. */
  ofIdentity(number: PhoneNumberId, identity: Identity): Identified {
    const row = this.#sql.ofIdentity.get(number, identity);
    if (!row) throw new Refusal({ kind: 'number_not_found', asked: number });
    if (row.person === null) return { kind: 'nobody' };
    if (row.merged_into !== null) return { kind: 'merged' };
    const { seq } = row;
    return { kind: 'person', entry: seq === null ? undefined : toEntry({ ...row, seq }) };
  }

  within(number: PhoneNumberId, { after, through }: Span): BlockEntry[] {
    return this.#sql.within.all(number, after, through).map(toEntry);
  }

  /** What is told of the list of a number that is there; else refuses with `number_not_found`. */
  head(number: PhoneNumberId): ListHead {
    const head = this.#sql.head.get(number);
    if (!head) throw new Refusal({ kind: 'number_not_found', asked: number });
    return head;
  }

  /** The list order of the entry that is `rows` rows beyond `seq`. */
  hop(number: PhoneNumberId, seq: number, rows: number): number | undefined {
    return rows === 0 ? seq : this.#sql.hop.get(number, seq, rows - 1)?.seq;
  }

  /** The list order after which the last `rows` entries before `seq` come. */
  hopBack(number: PhoneNumberId, seq: number, rows: number): number {
    const first = rows === 0 ? seq : this.#sql.hopBack.get(number, seq, rows - 1)?.seq;
    return (first ?? 1) - 1;
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

/** Who is blocked now: one row per entry. */
import type { Bsuid, KeyId, PhoneNumberId, WaId } from '../../core/ids.ts';
import type { ListChange } from '../../core/ports.ts';
import type { KnownIds } from '../../core/user.ts';
import type { PackedUsers } from '../changes/packed-users.ts';
import type { EntriesTable } from '../changes/tables.ts';
import { arrayOf } from './literals.ts';
import { WorkingRows } from './working-rows.ts';
import type { Line, WorkingContext } from './working-table.ts';
import { toWrite, type Write } from './write.ts';

export interface WorkingEntry {
  readonly waId: WaId | null;
  readonly userId: Bsuid | null;
  readonly at: number;
  readonly dialect: string;
  readonly keyId: KeyId | null;
  readonly requestId: string;
  readonly reason: string | null;
}

// A row for each request says what its users have in common, which is most of an entry; their ids are a text with commas.
const add = {
  name: 'add_entries',
  text: `INSERT INTO block_entry (number, seq, wa_id, user_id, blocked_at, dialect, key_id, request_id, reason)
         SELECT $1, first_seq + place - 1, wa_id, user_id, blocked_at, dialect, key_id, request_id, reason
         FROM unnest(
           $2::bigint[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::text[], $8::text[], $9::text[]
         ) AS added (first_seq, wa_ids, user_ids, blocked_at, dialect, key_id, request_id, reason)
         CROSS JOIN LATERAL unnest(
           string_to_array(wa_ids, ',', ''), string_to_array(user_ids, ',', '')
         ) WITH ORDINALITY AS blocked (wa_id, user_id, place)
         WHERE :unmoved`,
};

// To make rows of arrays costs more than to add one.
const addOne = {
  name: 'add_entry',
  text: `INSERT INTO block_entry (number, seq, wa_id, user_id, blocked_at, dialect, key_id, request_id, reason)
         SELECT $1, $2::bigint, $3, $4, $5::bigint, $6, $7, $8, $9 FROM :once`,
};

const change = {
  name: 'change_entries',
  text: `UPDATE block_entry SET wa_id = changed.wa_id, user_id = changed.user_id, reason = changed.reason
         FROM unnest($2::bigint[], $3::text[], $4::text[], $5::text[]) AS changed (seq, wa_id, user_id, reason)
         WHERE block_entry.number = $1 AND block_entry.seq = changed.seq AND :unmoved`,
};

const remove = {
  name: 'remove_entries',
  text: 'DELETE FROM block_entry WHERE number = $1 AND seq = ANY ($2::bigint[]) AND :unmoved',
};

export class WorkingEntries implements EntriesTable<PhoneNumberId> {
  readonly #line: Line;
  readonly #rows: WorkingRows<number, WorkingEntry>;

  constructor({ line, journal }: WorkingContext) {
    this.#line = line;
    this.#rows = new WorkingRows('entry', journal);
  }

  /** Keeps what the database has. */
  load(seq: number, entry: WorkingEntry): void {
    this.#rows.load(seq, entry);
  }

  add(_list: PhoneNumberId, seq: number, { users }: PackedUsers, change: Omit<ListChange, 'users'>): void {
    const { at, by, reason = null } = change;
    for (const [index, { waId, userId }] of users.entries())
      this.#rows.put(seq + index, { waId: waId ?? null, userId: userId ?? null, at, ...by, reason });
  }

  remove(_list: PhoneNumberId, seq: number): void {
    if (this.#rows.get(seq)) this.#rows.delete(seq);
  }

  reword(_list: PhoneNumberId, seq: number, reason: string | null): void {
    const entry = this.#rows.get(seq);
    if (entry) this.#rows.put(seq, { ...entry, reason });
  }

  identify(_list: PhoneNumberId, seq: number, { waId, userId }: KnownIds): void {
    const entry = this.#rows.get(seq);
    if (entry) this.#rows.put(seq, { ...entry, waId: waId ?? null, userId: userId ?? null });
  }

  reasonOf(seq: number): string | undefined {
    return this.#rows.get(seq)?.reason ?? undefined;
  }

  takeWrites(): Write[] {
    const { added, changed, deleted } = this.#rows.takeChanges();
    return [
      ...(added.length === 1 ? added.map((entry) => toWrite(addOne, [this.#line, ...valuesOf(entry)])) : []),
      ...(added.length > 1 ? [toWrite(add, [this.#line, ...columnsOf(added)])] : []),
      ...(changed.length > 0 ? [toWrite(change, [this.#line, ...changedColumnsOf(changed)])] : []),
      ...(deleted.length > 0 ? [toWrite(remove, [this.#line, arrayOf(deleted)])] : []),
    ];
  }
}

type Entries = readonly (readonly [number, WorkingEntry])[];

function valuesOf([seq, entry]: Entries[number]): unknown[] {
  const { waId, userId, at, dialect, keyId, requestId, reason } = entry;
  return [seq, waId, userId, at, dialect, keyId, requestId, reason];
}

function columnsOf(entries: Entries): unknown[] {
  const runs = runsOf(entries);
  return [
    arrayOf(runs.map(({ firstSeq }) => firstSeq)),
    runs.map(({ entries }) => listOf(entries.map(({ waId }) => waId))),
    runs.map(({ entries }) => listOf(entries.map(({ userId }) => userId))),
    arrayOf(runs.map(({ common }) => common.at)),
    runs.map(({ common }) => common.dialect),
    runs.map(({ common }) => common.keyId),
    runs.map(({ common }) => common.requestId),
    runs.map(({ common }) => common.reason),
  ];
}

/** Entries that follow on from each other and have all but their ids in common. */
interface Run {
  readonly firstSeq: number;
  readonly common: WorkingEntry;
  readonly entries: WorkingEntry[];
}

function runsOf(entries: Entries): Run[] {
  const runs: Run[] = [];
  for (const [seq, entry] of entries) {
    const run = runs.at(-1);
    if (run && seq === run.firstSeq + run.entries.length && isLike(entry, run.common)) run.entries.push(entry);
    else runs.push({ firstSeq: seq, common: entry, entries: [entry] });
  }
  return runs;
}

function isLike(one: WorkingEntry, other: WorkingEntry): boolean {
  const { at, dialect, keyId, requestId, reason } = one;
  const isSameRequest = requestId === other.requestId && dialect === other.dialect && keyId === other.keyId;
  return isSameRequest && at === other.at && reason === other.reason;
}

/** No id has a comma; null: nobody has one. */
function listOf(ids: readonly (string | null)[]): string | null {
  return ids.some((id) => id !== null) ? ids.map((id) => id ?? '').join(',') : null;
}

/** What may be another than before. */
function changedColumnsOf(entries: Entries): unknown[] {
  return [
    entries.map(([seq]) => seq),
    entries.map(([, { waId }]) => waId),
    entries.map(([, { userId }]) => userId),
    entries.map(([, { reason }]) => reason),
  ];
}

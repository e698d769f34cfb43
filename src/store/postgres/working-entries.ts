/** Who is blocked now: one row per entry. */
import type { Bsuid, KeyId, PhoneNumberId, WaId } from '../../core/ids.ts';
import type { ListChange } from '../../core/ports.ts';
import type { KnownIds } from '../../core/user.ts';
import type { PackedUsers } from '../changes/packed-users.ts';
import type { EntriesTable } from '../changes/tables.ts';
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

const add = {
  name: 'add_entries',
  text: `INSERT INTO block_entry (number, seq, wa_id, user_id, blocked_at, dialect, key_id, request_id, reason)
         SELECT $1, * FROM unnest(
           $2::bigint[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::text[], $8::text[], $9::text[])
         WHERE :unmoved`,
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
      ...(added.length > 0 ? [toWrite(add, [this.#line, ...columnsOf(added)])] : []),
      ...(changed.length > 0 ? [toWrite(change, [this.#line, ...changedColumnsOf(changed)])] : []),
      ...(deleted.length > 0 ? [toWrite(remove, [this.#line, deleted])] : []),
    ];
  }
}

type Entries = readonly (readonly [number, WorkingEntry])[];

function columnsOf(entries: Entries): unknown[] {
  return [
    entries.map(([seq]) => seq),
    entries.map(([, { waId }]) => waId),
    entries.map(([, { userId }]) => userId),
    entries.map(([, { at }]) => at),
    entries.map(([, { dialect }]) => dialect),
    entries.map(([, { keyId }]) => keyId),
    entries.map(([, { requestId }]) => requestId),
    entries.map(([, { reason }]) => reason),
  ];
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

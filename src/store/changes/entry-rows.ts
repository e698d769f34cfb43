/** How an entry of a list lies in a database: both have the same columns. */
import type { Bsuid, KeyId, WaId } from '../../core/ids.ts';
import type { BlockEntry } from '../../core/ports.ts';
import { toKnownIds } from './known-ids.ts';

/** The columns of an entry in their order. */
export type EntryRow = readonly [
  seq: number,
  waId: WaId | null,
  userId: Bsuid | null,
  blockedAt: number,
  dialect: string,
  keyId: KeyId | null,
  requestId: string,
  reason: string | null,
];

export const entryColumns = 'entry.seq, entry.wa_id, entry.user_id, blocked_at, dialect, key_id, request_id, reason';

/** Of a row that begins with an entry. */
export function toEntry(row: readonly [...EntryRow, ...unknown[]]): BlockEntry {
  const [seq, waId, userId, blockedAt, dialect, keyId, requestId, reason] = row;
  const entry = { seq, ...toKnownIds(waId, userId), blockedAt, by: { dialect, keyId, requestId } };
  return reason === null ? entry : { ...entry, reason };
}

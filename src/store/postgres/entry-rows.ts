/** How an entry of a list lies in the database. */
import type { Bsuid, KeyId, WaId } from '../../core/ids.ts';
import type { BlockEntry } from '../../core/ports.ts';
import { toKnownIds } from '../changes/known-ids.ts';

export interface EntryRow {
  readonly seq: number;
  readonly wa_id: WaId | null;
  readonly user_id: Bsuid | null;
  readonly blocked_at: number;
  readonly dialect: string;
  readonly key_id: KeyId | null;
  readonly request_id: string;
  readonly reason: string | null;
}

export const entryColumns = 'entry.seq, entry.wa_id, entry.user_id, blocked_at, dialect, key_id, request_id, reason';

export function toEntry(row: EntryRow): BlockEntry {
  const { seq, wa_id, user_id, blocked_at: blockedAt, dialect, key_id: keyId, request_id: requestId, reason } = row;
  const entry = { seq, ...toKnownIds(wa_id, user_id), blockedAt, by: { dialect, keyId, requestId } };
  return reason === null ? entry : { ...entry, reason };
}

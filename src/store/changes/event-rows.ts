/** How the log lies in the database: one row for all that a request did in one way, unfolded into one event per user. */
import type { KeyId } from '../../core/ids.ts';
import type { BlockEvent, EventAction } from '../../core/ports.ts';
import { type PackedUser, unpackUser } from './packed-users.ts';

export interface EventRow {
  readonly last_seq: number;
  readonly n: number;
  readonly at: number;
  readonly action: EventAction;
  readonly dialect: string;
  readonly key_id: KeyId | null;
  readonly request_id: string;
  readonly reason: string | null;
  /** As JSON. */
  readonly users: string;
}

export function* unfold(row: EventRow, after: number): Generator<BlockEvent> {
  const users = JSON.parse(row.users) as PackedUser[];
  const by = { dialect: row.dialect, keyId: row.key_id, requestId: row.request_id };
  const reason = row.reason === null ? undefined : { reason: row.reason };
  const firstSeq = row.last_seq - row.n + 1;
  for (const [index, packed] of users.entries()) {
    const seq = firstSeq + index;
    if (seq > after) yield { seq, at: row.at, action: row.action, user: unpackUser(packed), by, ...reason };
  }
}

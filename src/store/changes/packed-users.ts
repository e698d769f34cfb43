/** The users of a request as one JSON text, which the log keeps and from which SQL makes the rows of the list. */
import type { Bsuid, WaId } from '../../core/ids.ts';
import type { KnownIds } from '../../core/user.ts';

/** A wa_id or a BSUID alone as a text (only a wa_id begins with a digit), both as a pair. */
export type PackedUser = string | readonly [WaId, Bsuid] | null;

export interface PackedUsers {
  readonly users: readonly KnownIds[];
  readonly json: string;
}

export function packUsers(users: readonly KnownIds[]): PackedUsers {
  return { users, json: JSON.stringify(users.map(packUser)) };
}

function packUser({ waId, userId }: KnownIds): PackedUser {
  if (waId !== undefined && userId !== undefined) return [waId, userId];
  return waId ?? userId ?? null;
}

export function unpackUser(packed: PackedUser): KnownIds {
  if (packed === null) return {};
  if (typeof packed !== 'string') return { waId: packed[0], userId: packed[1] };
  return /^\d/.test(packed) ? { waId: packed as WaId } : { userId: packed as Bsuid };
}

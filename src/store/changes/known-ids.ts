import type { Bsuid, WaId } from '../../core/ids.ts';
import type { KnownIds } from '../../core/user.ts';

export function toKnownIds(waId: WaId | null, userId: Bsuid | null): KnownIds {
  if (userId === null) return waId === null ? {} : { waId };
  return waId === null ? { userId } : { waId, userId };
}

import type { Bsuid, WaId } from '../../core/ids.ts';
import type { KnownIds } from '../../core/user.ts';

export function toKnownIds(waId: WaId | null, userId: Bsuid | null): KnownIds {
  return { ...(waId !== null && { waId }), ...(userId !== null && { userId }) };
}

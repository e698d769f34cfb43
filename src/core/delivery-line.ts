/** The order in which an app is told: whatever is about the same user goes in the order in which it came. */
import type { DeliveryId } from './ids.ts';
import type { DeliveryHead } from './webhook-ports.ts';

/** So many of an app's oldest deliveries are considered; what is behind them waits until there are fewer. */
export const lineLength = 512;

type Place = Pick<DeliveryHead, 'id' | 'keys'>;

/** Whom the deliveries of an app's line wait for, by their ids: for each, the first before it that shares a key. `line` is oldest first. */
export function waitsIn<Head extends Place>(line: readonly Head[]): ReadonlyMap<DeliveryId, Head> {
  const first = new Map<string, { readonly head: Head; readonly place: number }>();
  const waits = new Map<DeliveryId, Head>();
  for (const [place, head] of line.entries()) {
    const before = head.keys.flatMap((key) => first.get(key) ?? []);
    const [oldest] = before.toSorted((one, other) => one.place - other.place);
    if (oldest) waits.set(head.id, oldest.head);
    for (const key of head.keys) if (!first.has(key)) first.set(key, { head, place });
  }
  return waits;
}

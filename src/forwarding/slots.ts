import type { Delivery } from '../core/ports.ts';

/** A delivery, as far as it is known here. */
export interface Slot extends Pick<Delivery, 'id' | 'keys' | 'isBlocked'> {
  /** Absent: it has to be read again. */
  body: string | undefined;
  /** As `Delivery` has it. */
  triedSince: number;
  attempts: number;
  /** In ms since the epoch. */
  dueAt: number;
  isUnderWay: boolean;
}

export interface Survey {
  /** What can go now, in its order. */
  readonly ready: readonly Slot[];
  /** When the next can, in ms since the epoch; `undefined`: when something else is over. */
  readonly nextAt: number | undefined;
}

/** What can go: whatever is about the same goes in order, so what waits keeps all behind it that shares a key with it. */
export function survey(slots: readonly Slot[], now: number): Survey {
  const taken = new Set<string>();
  const ready: Slot[] = [];
  let nextAt: number | undefined;
  for (const slot of slots) {
    const isFirst = !slot.keys.some((key) => taken.has(key));
    for (const key of slot.keys) taken.add(key);
    if (!isFirst || slot.isUnderWay) continue;
    if (slot.dueAt <= now) ready.push(slot);
    else nextAt = Math.min(slot.dueAt, nextAt ?? slot.dueAt);
  }
  return { ready, nextAt };
}

/**
 * What is known after a look at the store: `found` is the oldest of an app's deliveries. What was `settled` since the look
 * began is as we know it, and nothing under way is forgotten.
 */
export function merge(
  slots: readonly Slot[],
  found: readonly Delivery[],
  { settled, window }: { readonly settled: ReadonlySet<string>; readonly window: number },
): Slot[] {
  const known = new Map(slots.map((slot) => [slot.id, slot]));
  const ids = new Set(found.map(({ id }) => id));
  const kept = slots.filter((slot) => slot.isUnderWay && !ids.has(slot.id));
  const merged = found.flatMap((delivery) => {
    const slot = known.get(delivery.id);
    if (settled.has(delivery.id)) return slot ?? [];
    if (!slot) return toSlot(delivery);
    // By hand it may be wanted earlier, and longer.
    slot.dueAt = Math.min(slot.dueAt, delivery.dueAt ?? slot.dueAt);
    slot.triedSince = delivery.triedSince;
    return slot;
  });
  for (const slot of merged.slice(window)) slot.body = undefined;
  return [...kept, ...merged];
}

function toSlot({ id, keys, isBlocked, triedSince, attempts, dueAt, body }: Delivery): Slot {
  return { id, keys, isBlocked, triedSince, attempts, dueAt: dueAt ?? triedSince, body, isUnderWay: false };
}

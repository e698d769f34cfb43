import type { Intake } from '../../core/ports.ts';
import { itemsOf, type ListText, partsOf } from '../../core/webhook.ts';

/** What takes about as long to write, and to hold, as one row. */
const charactersPerRow = 1024;

/** About how many rows an intake comes to: its items, and its texts by their length. */
export function rowsOf({ webhook }: Intake): number {
  const parts = partsOf(webhook);
  const items = parts.flatMap(itemsOf);
  const lists: readonly ListText<unknown>[] = [webhook, ...webhook.elements, ...parts];
  const between = parts.flatMap(({ elements }) => elements.map((one) => (typeof one === 'string' ? one.length : 0)));
  const lengths = [
    ...lists.map(({ before, after }) => before.length + after.length),
    ...between,
    ...items.map(({ text }) => text.length),
  ];
  return 1 + items.length + Math.floor(lengths.reduce((sum, length) => sum + length, 0) / charactersPerRow);
}

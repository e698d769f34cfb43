import type { Intake } from '../../core/ports.ts';
import type { ListText } from '../../core/webhook.ts';

/** What takes about as long to write, and to hold, as one row. */
const charactersPerRow = 1024;

/** About how many rows an intake comes to: its items, and its texts by their length. */
export function rowsOf({ webhook }: Intake): number {
  let items = 0;
  let length = around(webhook);
  for (const entry of webhook.elements) {
    length += around(entry);
    for (const part of entry.elements) {
      length += around(part);
      for (const member of part.elements) {
        if (typeof member === 'string') length += member.length;
        else {
          items += member.elements.length;
          for (const { text } of member.elements) length += text.length;
        }
      }
    }
  }
  return 1 + items + Math.floor(length / charactersPerRow);
}

function around({ before, after }: ListText<unknown>): number {
  return before.length + after.length;
}

import { ListMarks, type Seek, seekIn, spacing } from '../list-marks.ts';
import type { Entries } from './entries.ts';

/**
 * Makes a page deep in a list cost like its first: rows are counted once per version, in hops, and remembered, instead of
 * from the beginning for each page. The lists read last are kept.
 */
export class Checkpoints {
  readonly #entries: Entries;
  readonly #marks: ListMarks<number>;

  constructor(entries: Entries, maxLists = 1000) {
    this.#entries = entries;
    this.#marks = new ListMarks(maxLists);
  }

  /** The way to row `offset`, or to the last checkpoint before it if the list is shorter. */
  seek(list: number, version: number, offset: number): Seek {
    const seqs = this.#marks.of(list, version);
    const wanted = Math.floor(offset / spacing);
    while (seqs.length <= wanted) {
      const next = this.#entries.hop(list, seqs.at(-1) ?? 0, spacing);
      if (next === undefined) break;
      seqs.push(next);
    }
    return seekIn(seqs, offset);
  }
}

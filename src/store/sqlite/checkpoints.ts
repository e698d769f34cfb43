import type { Entries } from './entries.ts';

const spacing = 256;

/** The list orders of every 256th row of one list at one version; the first, 0, stands before row 0. */
interface Marks {
  readonly version: number;
  readonly seqs: number[];
}

/** Where to begin reading so that `skip` more rows lead to the wanted one. */
export interface Seek {
  readonly seq: number;
  readonly skip: number;
}

/**
 * Makes a page deep in a list cost like its first: rows are counted once per version, in hops, and remembered, instead of
 * from the beginning for each page. The lists read last are kept.
 */
export class Checkpoints {
  readonly #entries: Entries;
  readonly #maxLists: number;
  readonly #lists = new Map<number, Marks>();

  constructor(entries: Entries, maxLists = 1000) {
    this.#entries = entries;
    this.#maxLists = maxLists;
  }

  /** The way to row `offset`, or to the last checkpoint before it if the list is shorter. */
  seek(list: number, version: number, offset: number): Seek {
    const { seqs } = this.#marksOf(list, version);
    const wanted = Math.floor(offset / spacing);
    while (seqs.length <= wanted) {
      const next = this.#entries.hop(list, seqs.at(-1) ?? 0, spacing);
      if (next === undefined) break;
      seqs.push(next);
    }
    const index = Math.min(wanted, seqs.length - 1);
    return { seq: seqs[index] ?? 0, skip: offset - index * spacing };
  }

  #marksOf(list: number, version: number): Marks {
    const known = this.#lists.get(list);
    const marks = known?.version === version ? known : { version, seqs: [0] };
    // A Map keeps the order of insertion: the list used least lately comes first.
    this.#lists.delete(list);
    this.#lists.set(list, marks);
    const oldest = this.#lists.keys().next();
    if (this.#lists.size > this.#maxLists && !oldest.done) this.#lists.delete(oldest.value);
    return marks;
  }
}

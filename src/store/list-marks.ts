/** How many rows lie between two marks. */
export const spacing = 256;

/** The list orders of every `spacing`-th row of a list at one version; the first, 0, stands before row 0. */
interface Marks {
  readonly version: number;
  readonly seqs: number[];
}

/** Where to begin reading so that `skip` more rows lead to the wanted one. */
export interface Seek {
  readonly seq: number;
  readonly skip: number;
}

/** Those of the lists read last are kept. */
export class ListMarks<List> {
  readonly #maxLists: number;
  readonly #lists = new Map<List, Marks>();

  constructor(maxLists: number) {
    this.#maxLists = maxLists;
  }

  /** What is known of a list at this version; more may be added at the end. */
  of(list: List, version: number): number[] {
    const known = this.#lists.get(list);
    const marks = known?.version === version ? known : { version, seqs: [0] };
    // A Map keeps the order of insertion: the list used least lately comes first.
    this.#lists.delete(list);
    this.#lists.set(list, marks);
    const oldest = this.#lists.keys().next();
    if (this.#lists.size > this.#maxLists && !oldest.done) this.#lists.delete(oldest.value);
    return marks.seqs;
  }
}

/** The way to row `offset`, or to the last mark before it if the list is shorter. */
export function seekIn(seqs: readonly number[], offset: number): Seek {
  const index = Math.min(Math.floor(offset / spacing), seqs.length - 1);
  return { seq: seqs[index] ?? 0, skip: offset - index * spacing };
}

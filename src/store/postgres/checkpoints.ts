import type { PhoneNumberId } from '../../core/ids.ts';

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

/** The list orders of every so many-th entry after one, up to so many of them. */
export type ReadMarks = (after: number, spacing: number, limit: number) => Promise<readonly number[]>;

/**
 * Makes a page deep in a list cost like its first: rows are counted once per version and remembered, instead of from the
 * beginning for each page. The caller reads the version in the same snapshot as the rows, so what another node changes meanwhile
 * is another version. The lists read last are kept.
 */
export class Checkpoints {
  readonly #maxLists: number;
  readonly #lists = new Map<PhoneNumberId, Marks>();

  constructor(maxLists = 1000) {
    this.#maxLists = maxLists;
  }

  /** The way to row `offset`, or to the last checkpoint before it if the list is shorter. */
  async seek(number: PhoneNumberId, version: number, offset: number, read: ReadMarks): Promise<Seek> {
    const { seqs } = this.#marksOf(number, version);
    const wanted = Math.floor(offset / spacing);
    const known = seqs.length;
    if (known <= wanted) {
      const more = await read(seqs.at(-1) ?? 0, spacing, wanted + 1 - known);
      // Others may have read them meanwhile.
      if (seqs.length === known) seqs.push(...more);
    }
    const index = Math.min(wanted, seqs.length - 1);
    return { seq: seqs[index] ?? 0, skip: offset - index * spacing };
  }

  #marksOf(number: PhoneNumberId, version: number): Marks {
    const known = this.#lists.get(number);
    const marks = known?.version === version ? known : { version, seqs: [0] };
    // A Map keeps the order of insertion: the list used least lately comes first.
    this.#lists.delete(number);
    this.#lists.set(number, marks);
    const oldest = this.#lists.keys().next();
    if (this.#lists.size > this.#maxLists && !oldest.done) this.#lists.delete(oldest.value);
    return marks;
  }
}

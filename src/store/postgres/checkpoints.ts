import type { PhoneNumberId } from '../../core/ids.ts';
import { ListMarks, type Seek, seekIn, spacing } from '../list-marks.ts';

/** The list orders of every so many-th entry after one, up to so many of them. */
export type ReadMarks = (after: number, spacing: number, limit: number) => Promise<readonly number[]>;

/**
 * Makes a page deep in a list cost like its first: rows are counted once per version and remembered, instead of from the
 * beginning for each page. The caller reads the version in the same snapshot as the rows, so what another node changes meanwhile
 * is another version. The lists read last are kept.
 */
export class Checkpoints {
  readonly #marks: ListMarks<PhoneNumberId>;

  constructor(maxLists = 1000) {
    this.#marks = new ListMarks(maxLists);
  }

  /** The way to row `offset`, or to the last checkpoint before it if the list is shorter. */
  async seek(number: PhoneNumberId, version: number, offset: number, read: ReadMarks): Promise<Seek> {
    const seqs = this.#marks.of(number, version);
    const wanted = Math.floor(offset / spacing);
    const known = seqs.length;
    if (known <= wanted) {
      const more = await read(seqs.at(-1) ?? 0, spacing, wanted + 1 - known);
      // Others may have read them meanwhile.
      if (seqs.length === known) seqs.push(...more);
    }
    return seekIn(seqs, offset);
  }
}

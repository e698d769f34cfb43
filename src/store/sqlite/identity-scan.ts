/**
 * Enters the ids that a file held when it was opened into the filter, a slice at a time, so that a start waits for no more
 * than one. An id that moves to a further tier meanwhile is met there, as they are read in the order in which ids move; one
 * that is new was entered by whoever wrote it.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { Identity, IdentityFilter } from './identity-filter.ts';
import { prepareTuples } from './statement.ts';

export interface ScanLimits {
  /** How many ids are read at once. */
  readonly slice: number;
  /** How long is waited before the next slice, in ms: what is asked of the server comes first. */
  readonly pause: number;
}

const defaultLimits: ScanLimits = { slice: 500, pause: 4 };
const tiers = 3;

type Place = readonly [list: number, value: Identity];

const beforeAll: Place = [0, 0];

export class IdentityScan {
  readonly #db: DatabaseSync;
  readonly #filter: IdentityFilter;
  readonly #limits: ScanLimits;
  readonly #slice;
  #tier = 0;
  #after: Place = beforeAll;
  #timer: NodeJS.Timeout | undefined;

  constructor(db: DatabaseSync, filter: IdentityFilter, limits: ScanLimits = defaultLimits) {
    this.#db = db;
    this.#filter = filter;
    this.#limits = limits;
    this.#slice = prepareTuples<[number, Identity]>(
      db,
      `SELECT list, value FROM identity WHERE tier = ? AND (list, value) > (?, ?) ORDER BY list, value LIMIT ?`,
    );
  }

  /** Reads the first slice at once, and the others by and by. A slice that cannot be read leaves the filter incomplete. */
  start(): void {
    try {
      if (!this.#next()) return;
    } catch {
      return;
    }
    this.#timer = setTimeout(() => this.start(), this.#limits.pause).unref();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  /** Whether there is more to read. */
  #next(): boolean {
    // Only a transaction that could not be ended is open here: there is no telling what it hides.
    if (this.#db.isTransaction) return true;
    let left = this.#limits.slice;
    while (this.#tier < tiers) {
      const rows = this.#slice.all(this.#tier, ...this.#after, left);
      for (const [list, value] of rows) this.#filter.add(list, value);
      left -= rows.length;
      const last = rows.at(-1);
      if (left === 0 && last) {
        this.#after = last;
        return true;
      }
      this.#tier += 1;
      this.#after = beforeAll;
    }
    this.#filter.complete();
    return false;
  }
}

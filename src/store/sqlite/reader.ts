import type { DatabaseSync } from 'node:sqlite';
import { storeUnavailable, toRefusal } from './failures.ts';

/**
 * Runs reads. A read is synchronous and only this process writes, so all its statements see one committed moment: that
 * between two groups of writes.
 */
export class Reader {
  readonly #db: DatabaseSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  async read<Value>(work: () => Value): Promise<Value> {
    if (!this.#db.isOpen) throw storeUnavailable(new Error('the store is closed'));
    // Only a transaction that could not be ended is open here: what it wrote was refused and must not be read.
    if (this.#db.isTransaction) throw storeUnavailable(new Error('a failed transaction is still open'));
    try {
      return work();
    } catch (error) {
      throw toRefusal(error);
    }
  }
}

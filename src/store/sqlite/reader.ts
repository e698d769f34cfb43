import type { DatabaseSync } from 'node:sqlite';
import { storeUnavailable } from '../unavailable.ts';
import { toRefusal } from './failures.ts';
import { prepare } from './statement.ts';

/** Runs reads. All statements of a read see one committed moment, whatever is written meanwhile. */
export class Reader {
  readonly #db: DatabaseSync;
  readonly #sql;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#sql = { begin: prepare(db, 'BEGIN'), end: prepare(db, 'COMMIT') };
  }

  async read<Value>(work: () => Value): Promise<Value> {
    return this.readOne(() => this.together(work));
  }

  /** A read of one statement, which is a transaction by itself, or of some that need not see the same moment. */
  async readOne<Value>(work: () => Value): Promise<Value> {
    if (!this.#db.isOpen) throw storeUnavailable(new Error('the store is closed'));
    // Only a transaction that could not be ended is open here: what it wrote was refused and must not be read.
    if (this.#db.isTransaction) throw storeUnavailable(new Error('a failed transaction is still open'));
    try {
      return work();
    } catch (error) {
      throw toRefusal(error);
    }
  }

  /** Within a read: statements that have to see the same moment. */
  together<Value>(work: () => Value): Value {
    if (this.#db.isTransaction) return work();
    this.#sql.begin.run();
    try {
      return work();
    } finally {
      if (this.#db.isTransaction) this.#sql.end.run();
    }
  }
}

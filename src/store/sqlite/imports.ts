/** What is read of a pushed list to compare it with the provider's. */
import type { DatabaseSync } from 'node:sqlite';
import { Refusal } from '../../core/errors.ts';
import type { ConnectionName, PhoneNumberId } from '../../core/ids.ts';
import type { Removals } from '../../core/ports.ts';
import { type Target, userOfTarget } from '../changes/push-targets.ts';
import { prepare } from './statement.ts';

/** Lists whose provider's list is still to be imported. */
export class Imports {
  readonly #sql;

  constructor(db: DatabaseSync) {
    const numbers = `business_number
       JOIN number_state ON number_state.number = business_number.id
       JOIN push_list ON push_list.list = number_state.list`;
    this.#sql = {
      of: prepare<{ readonly id: PhoneNumberId }>(
        db,
        `SELECT business_number.id FROM ${numbers} WHERE connection = ? AND import_pending = 1`,
      ),
      asOf: prepare<{ readonly asOf: number }>(
        db,
        `SELECT enqueue_through AS asOf FROM ${numbers} WHERE business_number.id = ? AND import_pending = 1`,
      ),
    };
  }

  of(connection: ConnectionName): PhoneNumberId[] {
    return this.#sql.of.all(connection).map(({ id }) => id);
  }

  asOf(number: PhoneNumberId): number | undefined {
    return this.#sql.asOf.get(number)?.asOf;
  }
}

/** Unblocks that the provider has not confirmed. */
export class Unconfirmed {
  readonly #sql;

  constructor(db: DatabaseSync) {
    this.#sql = {
      list: prepare<{ readonly list: number; readonly asOf: number }>(
        db,
        'SELECT list, seq AS asOf FROM number_state WHERE number = ?',
      ),
      // SQLite would rather read the whole list.
      users: prepare<{ readonly target: Target }>(
        db,
        "SELECT target FROM push INDEXED BY push_removing WHERE list = ? AND goal = 'unblock'",
      ),
    };
  }

  of(number: PhoneNumberId): Removals {
    const state = this.#sql.list.get(number);
    if (!state) throw new Refusal({ kind: 'number_not_found', asked: number });
    return { asOf: state.asOf, users: this.#sql.users.all(state.list).map(({ target }) => userOfTarget(target)) };
  }
}

import type { DatabaseSync } from 'node:sqlite';
import type { PhoneNumberId } from '../../core/ids.ts';
import type { ReconcileJob } from '../../core/ports.ts';
import { prepare } from './statement.ts';

export class JobRows {
  readonly #put;

  constructor(db: DatabaseSync) {
    this.#put = prepare(
      db,
      `INSERT OR REPLACE INTO job (number, id, state, prefer, done, total, started_at, ended_at)
       SELECT id, ?2, ?3, ?4, ?5, ?6, ?7, ?8 FROM business_number WHERE id = ?1`,
    );
  }

  put(number: PhoneNumberId, job: ReconcileJob): void {
    const { id, state, prefer, done, total, startedAt, endedAt } = job;
    this.#put.run(number, id, state, prefer, done, total, startedAt, endedAt ?? null);
  }
}

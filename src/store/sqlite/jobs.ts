/** The last job of each number. */
import type { DatabaseSync } from 'node:sqlite';
import { works } from '../../core/leases.ts';
import type { Jobs } from '../../core/ports.ts';
import { type JobRow, toJob } from '../changes/job-rows.ts';
import { lazily } from './lazily.ts';
import type { OwnLeases } from './leases.ts';
import type { Reader } from './reader.ts';
import { prepare } from './statement.ts';
import type { WriteQueue } from './writes.ts';

export interface JobsParts {
  readonly db: DatabaseSync;
  readonly leases: OwnLeases;
  readonly reader: Reader;
  readonly writes: WriteQueue;
}

export function createJobs({ db, leases, reader, writes }: JobsParts): Jobs {
  const last = lazily(() => prepare<JobRow>(db, 'SELECT * FROM job WHERE number = ?'));
  return {
    put: (number, job) => writes.run('putJob', number, job),
    last: (number) =>
      reader.readOne(() => {
        const row = last().get(number);
        return row && toJob(row, leases.isHeld(works.reconcile(number)));
      }),
  };
}

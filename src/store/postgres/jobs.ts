/** The last job of each number. */
import { works } from '../../core/leases.ts';
import type { Jobs } from '../../core/ports.ts';
import { type JobRow, toJob } from '../changes/job-rows.ts';
import type { Writes } from './groups.ts';
import type { Sessions, Sql } from './session.ts';

const put: Sql = {
  name: 'put_job',
  text: `INSERT INTO job (number, token, id, state, prefer, done, total, started_at, ended_at)
    SELECT id, $2, $3, $4, $5, $6, $7, $8, $9 FROM business_number WHERE id = $1
    ON CONFLICT (number) DO UPDATE SET
      token = excluded.token, id = excluded.id, state = excluded.state, prefer = excluded.prefer, done = excluded.done,
      total = excluded.total, started_at = excluded.started_at, ended_at = excluded.ended_at`,
};
const last: Sql = {
  name: 'last_job',
  text: `SELECT id, state, prefer, done, total, started_at, ended_at, EXISTS (
      SELECT FROM lease WHERE work = $2 AND lease.token = job.token AND until > clock_timestamp()) AS is_alive
    FROM job WHERE number = $1`,
};

export function createJobs(sessions: Pick<Sessions, 'read'>, writes: Pick<Writes, 'transaction'>): Jobs {
  return {
    put: (number, job, lease) =>
      writes.transaction({ cost: 1, isOwn: true, lease }, async (session) => {
        const { id, state, prefer, done, total, startedAt, endedAt } = job;
        await session.run(put, [number, lease.token, id, state, prefer, done, total, startedAt, endedAt ?? null]);
      }),
    async last(number) {
      const [row] = await sessions.read((session) =>
        session.query<JobRow & { readonly is_alive: boolean }>(last, [number, works.reconcile(number)]),
      );
      return row && toJob(row, row.is_alive);
    },
  };
}

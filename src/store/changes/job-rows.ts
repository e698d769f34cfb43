/** How the last job of a number lies in its row. */
import type { Preference, ReconcileJob } from '../../core/ports.ts';

export interface JobRow {
  readonly id: string;
  readonly state: ReconcileJob['state'];
  readonly prefer: Preference;
  readonly done: number;
  readonly total: number;
  readonly started_at: number;
  readonly ended_at: number | null;
}

/** `isAlive`: whoever does it still has it. */
export function toJob(row: JobRow, isAlive: boolean): ReconcileJob {
  const { id, state, prefer, done, total, started_at, ended_at } = row;
  return {
    id,
    state: state === 'running' && !isAlive ? 'interrupted' : state,
    prefer,
    done,
    total,
    startedAt: started_at,
    ...(ended_at !== null && { endedAt: ended_at }),
  };
}

/** How it lies in a row where a user stands at the provider. */
import type { Sync } from '../../core/push.ts';

export interface SyncRow {
  readonly state: Exclude<Sync['state'], 'removing'>;
  readonly code: number | null;
  readonly detail: string | null;
  readonly last_attempt_at: number | null;
  readonly due: number | null;
}

export function toSync({ state, code, detail, last_attempt_at, due }: SyncRow): Sync {
  return {
    state,
    ...(code !== null && { code }),
    ...(detail !== null && { detail }),
    ...(last_attempt_at !== null && { lastAttemptAt: last_attempt_at }),
    ...(due !== null && { nextAttemptAt: due }),
  };
}

/** Of who is not blocked. */
export function toRemoval(row: SyncRow): Sync {
  return { ...toSync(row), state: row.state === 'failed' ? 'failed' : 'removing' };
}

/** What is done in the background after its request, as a store keeps it. */
import type { PhoneNumberId } from './ids.ts';
import type { Lease } from './leases.ts';

/** Whose list is right where the two differ. */
export type Preference = 'ours' | 'theirs';

/** How a number's list and its provider's are made one. */
export interface ReconcileJob {
  readonly id: string;
  /** `interrupted`: the process that did it ended before it was done. */
  readonly state: 'running' | 'done' | 'failed' | 'interrupted';
  /** Users, out of how many. */
  readonly done: number;
  readonly total: number;
  readonly prefer: Preference;
  /** In ms since the epoch. */
  readonly startedAt: number;
  readonly endedAt?: number;
}

/** The last job of each number. */
export interface Jobs {
  /** Keeps how far it has come. Nothing is kept of a number that is not there. */
  put(number: PhoneNumberId, job: ReconcileJob, lease: Lease): Promise<void>;
  /** One that was running and whose lease nobody has any more is `interrupted`. */
  last(number: PhoneNumberId): Promise<ReconcileJob | undefined>;
}

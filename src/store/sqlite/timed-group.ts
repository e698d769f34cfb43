/** What is told of a group, with all that decides where the next one is written. */
import type { CommittedGroup, ObserveOptions, StoreObserver } from '../observer.ts';

export interface TimedGroup extends CommittedGroup {
  /** How much of it went into bringing it to disk. */
  readonly commitMilliseconds: number;
  /** What came before took so long, less what other programs had of the processor meanwhile, as far as that is known. */
  readonly workMilliseconds: number;
  /** About how many rows were written, of which `maxSmallRows` count of each write: who writes more is not small. */
  readonly smallRows: number;
}

/** What one message of a webhook comes to. */
export const maxSmallRows = 3;

export interface GroupObserver extends StoreObserver {
  committed(group: TimedGroup): void;
}

export interface GroupObserveOptions extends ObserveOptions {
  readonly observer?: GroupObserver | undefined;
}

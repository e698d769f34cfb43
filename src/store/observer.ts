/** Learns what a store does. It is told after the fact, maybe of several groups at once, and must not throw. */
export interface StoreObserver {
  /** So many writes went to disk together, in one transaction that took so long. */
  committed(group: CommittedGroup): void;
  /** What its operator should know of the database, in a sentence. */
  warned?(warning: string): void;
}

export interface CommittedGroup {
  readonly writes: number;
  readonly milliseconds: number;
}

export interface ObserveOptions {
  readonly observer?: StoreObserver | undefined;
}

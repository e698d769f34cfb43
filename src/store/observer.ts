/** Learns what a store does. It is told after the fact, maybe of several groups at once, and must not throw. */
export interface StoreObserver {
  /** So many writes went to disk together, in one transaction that took so long. */
  committed(group: { readonly writes: number; readonly milliseconds: number }): void;
}

export interface ObserveOptions {
  readonly observer?: StoreObserver | undefined;
}

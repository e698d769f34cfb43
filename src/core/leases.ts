/**
 * Work that one node does at a time, when several share a store: whoever has its lease. A node that dies leaves it to run
 * out, and another takes over.
 */
import type { AppOwner } from './apps.ts';
import type { PhoneNumberId } from './ids.ts';

/** What there is to be done, by name. */
export const works = {
  /** Whatever is said to the provider about a number's list. */
  list: (number: PhoneNumberId) => `push:${number}`,
  /** To bring deliveries to an app. */
  app: (owner: AppOwner) => (owner.kind === 'number' ? `app:number:${owner.number}` : `app:account:${owner.account}`),
  /** To make a number's list and its provider's one. */
  reconcile: (number: PhoneNumberId) => `job:${number}`,
  expiry: 'expiry',
  firstStart: 'first-start',
} as const;

/** That a node has some work. */
export interface Lease {
  readonly work: string;
  /** Grows with each holder: who comes with an earlier one has lost the work to another. */
  readonly token: number;
}

/**
 * Whether one has run out is for the store's clock to say, never for a node's. A write that carries a lease is refused
 * (`LeaseLost`), and nothing of it done, if it is not the latest of its work: that is looked at in the write's own
 * transaction. So whoever wakes late cannot undo what was done since.
 */
export interface Leases {
  /** Whether there can be other nodes: else every lease is given, and none is ever lost. */
  readonly isShared: boolean;
  /**
   * The lease of some work, for so long; `undefined`: another node has it. A node that has it already gets the same: who does
   * the work among its own is the node's business.
   */
  claim(work: string, forMs: number): Promise<Lease | undefined>;
  /** For so long from now on. False: another node has the work, or had it. */
  renew(lease: Lease, forMs: number): Promise<boolean>;
  /** Lets others have it. */
  release(lease: Lease): Promise<void>;
}

/** Another node has the work by now. Whoever did it stops: nothing is wrong. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';

  constructor(work: string) {
    super(`another node took over ${work}`);
  }
}

import { type Lease, LeaseLost, type Leases } from './leases.ts';

/** How long a lease is asked for, in ms. One call outward takes less than five sixths of it. */
export const defaultLeaseFor = 30_000;

export interface HoldingParts {
  readonly leases: Leases;
  readonly work: string;
  /** In ms. */
  readonly leaseFor: number;
  /** In ms, by a clock that never goes back. */
  readonly time: () => number;
}

/**
 * The lease of some work, as whoever does it keeps it: asked for anew at each step of which the end can be foreseen, and not by
 * a timer, which would keep it for who hangs.
 */
export class Holding {
  readonly #parts: HoldingParts;
  #lease: Lease | undefined;
  /** When it was given, and asked for last. */
  #givenAt = 0;
  #askedAt = 0;

  constructor(parts: HoldingParts) {
    this.#parts = parts;
  }

  /** For what is written. Throws LeaseLost without one. */
  get lease(): Lease {
    if (!this.#lease) throw new LeaseLost(this.#parts.work);
    return this.#lease;
  }

  get isHeld(): boolean {
    return this.#lease !== undefined;
  }

  /** For how long it was kept without a break, in ms. */
  get age(): number {
    return this.#lease ? this.#parts.time() - this.#givenAt : 0;
  }

  /** False: another node has the work. */
  async take(): Promise<boolean> {
    if (this.#isFresh) return true;
    const { leases, work, leaseFor, time } = this.#parts;
    const askedAt = time();
    const lease = await leases.claim(work, leaseFor);
    if (lease?.token !== this.#lease?.token) this.#givenAt = askedAt;
    this.#askedAt = askedAt;
    this.#lease = lease;
    return lease !== undefined;
  }

  /** Makes sure that a call that begins now ends before the lease does. Throws LeaseLost. */
  async keep(): Promise<void> {
    const { lease } = this;
    if (this.#isFresh) return;
    const { leases, leaseFor, time } = this.#parts;
    const askedAt = time();
    if (!(await leases.renew(lease, leaseFor))) {
      this.forget(lease);
      throw new LeaseLost(lease.work);
    }
    this.#askedAt = askedAt;
  }

  /** Another node has it, if this is the one. */
  forget({ token }: Lease): void {
    if (this.#lease?.token === token) this.#lease = undefined;
  }

  /** What cannot be given back now runs out by itself. */
  async release(): Promise<void> {
    const lease = this.#lease;
    this.#lease = undefined;
    try {
      if (lease) await this.#parts.leases.release(lease);
    } catch {}
  }

  get #isFresh(): boolean {
    return this.#lease !== undefined && this.#parts.time() - this.#askedAt < this.#parts.leaseFor / 6;
  }
}

import type { Lease, Leases } from '../../core/ports.ts';

/** One process owns the file (`file-lock.ts`), so all work is its own as long as it lives: no lease runs out. */
export class OwnLeases implements Leases {
  readonly isShared = false;
  readonly #held = new Set<string>();

  isHeld(work: string): boolean {
    return this.#held.has(work);
  }

  async claim(work: string): Promise<Lease> {
    this.#held.add(work);
    return { work, token: 1 };
  }

  async renew(): Promise<boolean> {
    return true;
  }

  async release({ work }: Lease): Promise<void> {
    this.#held.delete(work);
  }
}

/** Bounds what waits: a write beyond it is refused at once (`overloaded`) and never begun. */
import { Refusal } from '../core/errors.ts';
import { storeUnavailable } from './unavailable.ts';

/** How many writes may wait, and what they may cost together: about how many rows they write. */
export interface MaxWaiting {
  readonly writes: number;
  readonly cost: number;
}

/**
 * What is worked off in a few seconds, and never more memory than some tens of MB. Who comes later is served sooner by trying
 * again than by waiting.
 */
const defaultMax: MaxWaiting = { writes: 10_000, cost: 100_000 };
/** In seconds. */
const retryAfter = 1;

export interface Costs {
  readonly cost: number;
  /** The store does it of its own accord, or it tells what became of a push or a delivery: it is never too much. */
  readonly isOwn?: boolean;
}

export class Bound {
  readonly #max: MaxWaiting;
  readonly #idle: (() => void)[] = [];
  #waiting = 0;
  #waitingCost = 0;
  #isClosed = false;

  constructor(max: MaxWaiting = defaultMax) {
    this.#max = max;
  }

  /** How many writes were asked for and are not answered yet. */
  get waiting(): number {
    return this.#waiting;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  async run<Value>({ cost, isOwn = false }: Costs, write: () => Promise<Value>): Promise<Value> {
    if (this.#isClosed) throw storeUnavailable(new Error('the store is closed'));
    if (!isOwn && this.#isFull(cost)) throw new Refusal({ kind: 'overloaded', retryAfter });
    this.#waiting += 1;
    this.#waitingCost += cost;
    try {
      return await write();
    } finally {
      this.#waiting -= 1;
      this.#waitingCost -= cost;
      if (this.#waiting === 0) for (const resolve of this.#idle.splice(0)) resolve();
    }
  }

  /** Refuses what comes from now on; resolves when all that waited is settled. */
  close(): Promise<void> {
    this.#isClosed = true;
    if (this.#waiting === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  #isFull(cost: number): boolean {
    // A write that alone costs more than may wait has its turn, too.
    return this.#waiting >= this.#max.writes || (this.#waiting > 0 && this.#waitingCost + cost > this.#max.cost);
  }
}

/**
 * Bounds what waits: a write beyond it is refused at once (`overloaded`) and never begun. It counts where writes are asked
 * for, so that a refusal waits for no thread.
 */
import { Refusal } from '../../core/errors.ts';
import { type Args, costOf, isOwn, type Result, type WriteName, type WriteQueue } from './writes.ts';

/** How many writes may wait, and what they may cost together. */
export interface MaxWaiting {
  readonly writes: number;
  readonly cost: number;
}

/**
 * What a disk that does 100 transactions a second works off in about a second, and never more memory than some tens of MB.
 * Who comes later is served sooner by trying again than by waiting.
 */
const defaultMax: MaxWaiting = { writes: 10_000, cost: 100_000 };
/** In seconds. */
const retryAfter = 1;

export class BoundedWrites implements WriteQueue {
  readonly #writes: WriteQueue;
  readonly #max: MaxWaiting;
  #waiting = 0;
  #waitingCost = 0;

  constructor(writes: WriteQueue, max: MaxWaiting = defaultMax) {
    this.#writes = writes;
    this.#max = max;
  }

  /** How many writes were asked for and are not answered yet. */
  get waiting(): number {
    return this.#waiting;
  }

  async run<Name extends WriteName>(name: Name, ...args: Args<Name>): Promise<Result<Name>> {
    const cost = costOf(name, args);
    if (!isOwn(name) && this.#isFull(cost)) throw new Refusal({ kind: 'overloaded', retryAfter });
    this.#waiting += 1;
    this.#waitingCost += cost;
    try {
      return await this.#writes.run(name, ...args);
    } finally {
      this.#waiting -= 1;
      this.#waitingCost -= cost;
    }
  }

  close(): Promise<void> {
    return this.#writes.close();
  }

  #isFull(cost: number): boolean {
    // A write that alone costs more than may wait has its turn, too.
    return this.#waiting >= this.#max.writes || (this.#waiting > 0 && this.#waitingCost + cost > this.#max.cost);
  }
}

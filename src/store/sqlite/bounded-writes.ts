import { Bound, type MaxWaiting } from '../bound.ts';
import { type Args, costOf, isOwn, type Result, type WriteName, type WriteQueue } from './writes.ts';

/** Writes, bounded where they are asked for, so that a refusal waits for no thread. */
export class BoundedWrites implements WriteQueue {
  readonly #writes: WriteQueue;
  readonly #bound: Bound;

  constructor(writes: WriteQueue, max?: MaxWaiting) {
    this.#writes = writes;
    this.#bound = new Bound(max);
  }

  /** How many writes were asked for and are not answered yet. */
  get waiting(): number {
    return this.#bound.waiting;
  }

  run<Name extends WriteName>(name: Name, ...args: Args<Name>): Promise<Result<Name>> {
    const costs = { cost: costOf(name, args), isOwn: isOwn(name) };
    return this.#bound.run(costs, () => this.#writes.run(name, ...args));
  }

  close(): Promise<void> {
    return this.#writes.close();
  }
}

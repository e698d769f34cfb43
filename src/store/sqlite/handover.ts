/**
 * Writes in the thread that serves or in one of their own, as their pace asks; that thread is started when it is first asked
 * for, and while it starts, and should it die, writes go on here.
 *
 *   here --groups are long, the thread is ready--> switch to the thread --groups are short--> switch back
 *
 * Writes take effect in the order in which they came: from the moment on when a switch is wanted new ones are held, until the
 * side in use has none left, and then go to the other side in their order. So a stream of writes cannot put a switch off.
 */
import { storeUnavailable } from '../unavailable.ts';
import type { Pace } from './pace.ts';
import type { ThreadEvents } from './threaded-writes.ts';
import type { Args, Result, WriteName, WriteQueue } from './writes.ts';

export interface HandoverParts {
  readonly here: WriteQueue;
  readonly startThread: (events: ThreadEvents) => WriteQueue;
  readonly pace: Pick<Pace, 'asksForThread' | 'forget'>;
}

interface Side {
  readonly queue: WriteQueue;
  /** How many writes were handed to it and are not answered yet. */
  waiting: number;
  isReady: boolean;
}

export class Handover implements WriteQueue {
  readonly #parts: HandoverParts;
  readonly #here: Side;
  readonly #switched: (() => void)[] = [];
  #thread: Side | undefined;
  #inUse: Side;
  /** The side that gets the writes held, once the one in use has none left. */
  #next: Side | undefined;
  #held: (() => void)[] = [];
  #canHaveThread = true;
  #isClosed = false;

  constructor(parts: HandoverParts) {
    this.#parts = parts;
    this.#here = { queue: parts.here, waiting: 0, isReady: true };
    this.#inUse = this.#here;
  }

  run<Name extends WriteName>(name: Name, ...args: Args<Name>): Promise<Result<Name>> {
    if (this.#isClosed) return Promise.reject(storeUnavailable(new Error('the store is closed')));
    this.#choose();
    if (!this.#next) return this.#write(name, args);
    return new Promise((resolve) => this.#held.push(() => resolve(this.#write(name, args))));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#next) await new Promise<void>((resolve) => this.#switched.push(resolve));
    await Promise.all([this.#here.queue.close(), this.#thread?.queue.close()]);
  }

  async #write<Name extends WriteName>(name: Name, args: Args<Name>): Promise<Result<Name>> {
    const side = this.#inUse;
    side.waiting += 1;
    try {
      return await side.queue.run(name, ...args);
    } finally {
      side.waiting -= 1;
      if (side === this.#inUse && side.waiting === 0) this.#switch();
    }
  }

  #choose(): void {
    if (this.#next) return;
    const asksForThread = this.#parts.pace.asksForThread(this.#inUse === this.#thread);
    if (asksForThread && !this.#thread && this.#canHaveThread) this.#thread = this.#startThread();
    const wanted = asksForThread && this.#thread?.isReady ? this.#thread : this.#here;
    if (wanted === this.#inUse) return;
    this.#next = wanted;
    if (this.#inUse.waiting === 0) this.#switch();
  }

  #switch(): void {
    if (!this.#next) return;
    this.#inUse = this.#next;
    this.#next = undefined;
    for (const release of this.#held.splice(0)) release();
    for (const resolve of this.#switched.splice(0)) resolve();
  }

  #startThread(): Side {
    const onReady = () => {
      side.isReady = true;
    };
    const queue = this.#parts.startThread({ onReady, onEnd: () => this.#lose(side) });
    const side: Side = { queue, waiting: 0, isReady: false };
    return side;
  }

  /**
   * All that waited for the thread is refused by now, and what is held comes after all that waits here. A thread that could
   * not even begin is not tried again; another one may be, once groups were long for a while.
   */
  #lose(thread: Side): void {
    this.#thread = undefined;
    this.#canHaveThread = thread.isReady;
    this.#parts.pace.forget();
    if (this.#inUse !== thread && this.#next !== thread) return;
    this.#next = this.#here;
    this.#switch();
  }
}

/**
 * Writes here until the thread is there, and again should it die: a start waits for no thread, and a store that is closed
 * soon has none. Writes take effect in the order in which they came, so the thread gets the first once none waits here.
 */
import type { ThreadEvents, ThreadedWrites } from './threaded-writes.ts';
import type { Args, Result, WriteName, WriteQueue } from './writes.ts';

/** How long after the opening the thread is started: the start of the server is over by then. */
const defaultDelayMs = 1000;

export interface HandoverParts {
  readonly here: WriteQueue;
  readonly startThread: (events: ThreadEvents) => ThreadedWrites;
  readonly delayMs?: number;
}

export class Handover implements WriteQueue {
  readonly #parts: HandoverParts;
  #timer: NodeJS.Timeout | undefined;
  #thread: ThreadedWrites | undefined;
  #isReady = false;
  #waitingHere = 0;
  #isClosed = false;

  constructor(parts: HandoverParts) {
    this.#parts = parts;
    this.#startLater();
  }

  async run<Name extends WriteName>(name: Name, ...args: Args<Name>): Promise<Result<Name>> {
    if (this.#thread && this.#isReady && this.#waitingHere === 0) return this.#thread.run(name, ...args);
    this.#waitingHere += 1;
    try {
      return await this.#parts.here.run(name, ...args);
    } finally {
      this.#waitingHere -= 1;
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await Promise.all([this.#parts.here.close(), this.#thread?.close()]);
  }

  #startLater(): void {
    const { startThread, delayMs = defaultDelayMs } = this.#parts;
    this.#timer = setTimeout(() => {
      this.#thread = startThread({
        onReady: () => {
          this.#isReady = true;
        },
        onEnd: () => this.#lose(),
      });
    }, delayMs).unref();
  }

  /** A thread that could not even begin is not tried again. */
  #lose(): void {
    const wasReady = this.#isReady;
    this.#isReady = false;
    this.#thread = undefined;
    if (wasReady && !this.#isClosed) this.#startLater();
  }
}

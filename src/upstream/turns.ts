/** Lets one act after the other, in the order in which they came. */
export class Turns {
  #last: Promise<void> = Promise.resolve();
  #waiting = 0;

  /** How many act or wait for their turn. */
  get size(): number {
    return this.#waiting;
  }

  /** Acts after all who came before. Who gives up before its turn throws what the signal says and does nothing. */
  async take<Value>(act: () => Promise<Value>, signal?: AbortSignal): Promise<Value> {
    const before = this.#last;
    const { promise: over, resolve: end } = Promise.withResolvers<void>();
    this.#last = before.then(() => over);
    this.#waiting += 1;
    try {
      await (signal ? unlessAborted(before, signal) : before);
      signal?.throwIfAborted();
      return await act();
    } finally {
      this.#waiting -= 1;
      end();
    }
  }
}

async function unlessAborted(before: Promise<void>, signal: AbortSignal): Promise<void> {
  const { promise: aborted, resolve } = Promise.withResolvers<void>();
  const onAbort = () => resolve();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    if (!signal.aborted) await Promise.race([before, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/**
 * What `act` makes of each input, in the order of the inputs, with at most `width` under way. After a failure, or when
 * nobody takes the rest, `act` is told by its signal and nothing more is begun.
 */
export async function* inOrder<Input, Output>(
  inputs: Iterable<Input> | AsyncIterable<Input>,
  width: number,
  act: (input: Input, signal: AbortSignal) => Promise<Output>,
): AsyncGenerator<Output, void, undefined> {
  const stop = new AbortController();
  const underWay: Promise<Output>[] = [];
  try {
    for await (const input of inputs) {
      underWay.push(quietly(act(input, stop.signal)));
      if (underWay.length >= width) yield await (underWay.shift() as Promise<Output>);
    }
    for (const output of underWay) yield await output;
  } finally {
    stop.abort();
    await Promise.allSettled(underWay);
  }
}

/** The promise, which may fail before anybody looks at it. */
function quietly<Output>(promise: Promise<Output>): Promise<Output> {
  promise.catch(() => {});
  return promise;
}

import { halfJitterGenerator } from 'cockatiel';

/** In ms: before something is tried for the second time, and the longest wait. */
export interface Delays {
  readonly firstDelay: number;
  readonly longestDelay: number;
}

/** How long to wait after so many tries in vain (0: after the first), in ms: doubled each time, by half a matter of chance. */
export function delayAfter(tries: number, { firstDelay, longestDelay }: Delays): number {
  const [delay] = halfJitterGenerator(tries, {
    generator: halfJitterGenerator,
    initialDelay: firstDelay,
    maxDelay: longestDelay,
    exponent: 2,
  });
  return delay;
}

import { halfJitterGenerator } from 'cockatiel';
import type { UpstreamLimits } from './limits.ts';

/** How long to wait after so many tries in vain (0: after the first), in ms: doubled each time, by half a matter of chance. */
export function delayAfter(tries: number, { firstDelay, longestDelay }: UpstreamLimits): number {
  const [delay] = halfJitterGenerator(tries, {
    generator: halfJitterGenerator,
    initialDelay: firstDelay,
    maxDelay: longestDelay,
    exponent: 2,
  });
  return delay;
}

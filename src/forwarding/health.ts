import { delayAfter } from '../upstream/backoff.ts';
import type { ForwardingLimits } from './limits.ts';

/** How an app does: one that fails all the time is left alone for a while, and then tried with one delivery. */
export class AppHealth {
  readonly #limits: ForwardingLimits;
  #failures = 0;
  /** In ms since the epoch. */
  pausedUntil = 0;

  constructor(limits: ForwardingLimits) {
    this.#limits = limits;
  }

  get isDown(): boolean {
    return this.#failures >= this.#limits.failuresToPause;
  }

  /** Gives whether it was down until now. */
  succeeded(): boolean {
    const wasDown = this.isDown;
    this.reset();
    return wasDown;
  }

  /** Gives for how long it is left alone from now on, in ms; 0: it is not. */
  failed(now: number): number {
    this.#failures += 1;
    if (!this.isDown) return 0;
    const { failuresToPause, firstDelay, longestPause } = this.#limits;
    const pause = delayAfter(this.#failures - failuresToPause, { firstDelay, longestDelay: longestPause });
    this.pausedUntil = Math.max(this.pausedUntil, now + pause);
    return pause;
  }

  reset(): void {
    this.#failures = 0;
    this.pausedUntil = 0;
  }
}

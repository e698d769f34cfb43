/**
 * What paces the calls of one connection, so that a provider in trouble, or one that is asked too much, is left alone. It
 * holds for our own calls and not for what passes through.
 */
import { setTimeout as delay } from 'node:timers/promises';
import {
  BrokenCircuitError,
  bulkhead,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  DelegateBackoff,
  handleType,
} from 'cockatiel';
import type { Clock } from '../core/ports.ts';
import { delayAfter } from './backoff.ts';
import { CallError } from './exchange.ts';
import type { UpstreamLimits } from './limits.ts';
import { Turns } from './turns.ts';

export const failsAlways = 'The provider has failed several times in a row and is left alone for a while';

export interface GateOptions {
  readonly limits: UpstreamLimits;
  /** The clock that never goes back, in ms; absent: the machine's. */
  readonly ticks?: Clock | undefined;
  /** Whether what a call gave is a failure of the provider's. */
  isBroken(reading: unknown): boolean;
  /** The provider fails all the time, and is left alone for so long. */
  onBreak(milliseconds: number): void;
}

export class Gate {
  /** Who pushes a number takes a place in here for it. */
  readonly numbers;
  readonly #limits: UpstreamLimits;
  readonly #breaker;
  readonly #ticks: Clock;
  /** By the clock that never goes back, as all times here. */
  #pausedUntil = 0;
  #brokenUntil = 0;
  #lastStart = Number.NEGATIVE_INFINITY;
  readonly #starts = new Turns();

  constructor({ limits, ticks = () => performance.now(), isBroken, onBreak }: GateOptions) {
    this.#limits = limits;
    this.#ticks = ticks;
    this.numbers = bulkhead(limits.numbersAtOnce, Number.POSITIVE_INFINITY);
    const halfOpenAfter = new DelegateBackoff(({ attempt }: { attempt: number }) => {
      const longest = delayAfter(attempt, limits);
      // The breaker reads another clock: who comes back comes a little late rather than a little early.
      this.#brokenUntil = ticks() + longest + 10;
      onBreak(longest);
      return longest;
    });
    this.#breaker = circuitBreaker(handleType(CallError).orWhenResult(isBroken), {
      breaker: new ConsecutiveBreaker(limits.failuresToBreak),
      halfOpenAfter,
    });
  }

  /** Why nothing is to be asked now, and for how long, in ms. */
  get closed(): { readonly why: 'busy' | 'broken'; readonly for: number } | undefined {
    const now = this.#ticks();
    // While one call tries whether the provider is there again, the others need not wait for it.
    const tried = this.#breaker.state === CircuitState.HalfOpen ? this.#limits.firstDelay : 0;
    const broken = Math.max(tried, this.#brokenUntil - now);
    const paused = this.#pausedUntil - now;
    if (broken <= 0 && paused <= 0) return undefined;
    return paused > broken ? { why: 'busy', for: paused } : { why: 'broken', for: broken };
  }

  /** Nothing is asked for so long, in ms. */
  pause(milliseconds: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, this.#ticks() + milliseconds);
  }

  /** Asks when it is its turn. Throws a CallError if it cannot be. */
  async pass<Reading>(ask: () => Promise<Reading>, signal: AbortSignal): Promise<Reading> {
    try {
      await this.#starts.take(() => this.#waitForGap(signal), signal);
      return await this.#breaker.execute(ask);
    } catch (error) {
      if (error instanceof CallError) throw error;
      if (error instanceof BrokenCircuitError) throw new CallError(failsAlways, false, error);
      if (signal.aborted) throw new CallError('The provider could not be asked in time', false, error);
      throw error;
    }
  }

  async #waitForGap(signal: AbortSignal): Promise<void> {
    const wait = this.#lastStart + this.#limits.gap - this.#ticks();
    if (wait > 0) await delay(wait, undefined, { signal });
    this.#lastStart = this.#ticks();
  }
}

import { Refusal } from '../core/errors.ts';
import type { KeyId } from '../core/ids.ts';

interface Bucket {
  tokens: number;
  /** When `tokens` was counted, in ms since the epoch. */
  at: number;
}

/** A bucket that stood this long is full again, and as good as none. In ms. */
const timeToFill = 1000;

/**
 * A token bucket per key: it holds one second's worth of requests and fills at that rate, so a key may ask in bursts but
 * not more on the average. The limit is this process's own.
 */
export class RateLimit {
  readonly #perSecond: number;
  /** Those used least lately come first. */
  readonly #buckets = new Map<KeyId, Bucket>();

  /** `perSecond` is at least 1. */
  constructor(perSecond: number) {
    this.#perSecond = perSecond;
  }

  /** Takes a token; refuses (`rate_limited`) when there is none. `now` is in ms since the epoch. */
  take(key: KeyId, now: number): void {
    const tokens = this.#tokensOf(key, now);
    if (tokens < 1) {
      const retryAfter = Math.ceil((1 - tokens) / this.#perSecond);
      throw new Refusal({ kind: 'rate_limited', limit: this.#perSecond, retryAfter });
    }
    this.#buckets.delete(key);
    this.#buckets.set(key, { tokens: tokens - 1, at: now });
    this.#forget(now);
  }

  /** How many keys are remembered. */
  get size(): number {
    return this.#buckets.size;
  }

  #tokensOf(key: KeyId, now: number): number {
    const bucket = this.#buckets.get(key);
    if (!bucket) return this.#perSecond;
    // A clock that was set back fills nothing.
    const waited = Math.max(0, now - bucket.at);
    return Math.min(this.#perSecond, bucket.tokens + (waited * this.#perSecond) / timeToFill);
  }

  #forget(now: number): void {
    for (const [key, { at }] of this.#buckets) {
      if (now - at < timeToFill) return;
      this.#buckets.delete(key);
    }
  }
}

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { makeKeyId } from '../core/credentials.ts';
import { Refusal } from '../core/errors.ts';
import { RateLimit } from './rate-limit.ts';

const key = makeKeyId();

/** How many of these requests, made at one moment, pass. */
function passed(limit: RateLimit, requests: number, now: number, of = key): number {
  let count = 0;
  for (let i = 0; i < requests; i += 1) {
    try {
      limit.take(of, now);
      count += 1;
    } catch (error) {
      assert.ok(error instanceof Refusal && error.reason.kind === 'rate_limited');
    }
  }
  return count;
}

describe('a rate limit', () => {
  it('lets a burst of one second pass, then as many as time has brought', () => {
    const limit = new RateLimit(5);
    assert.equal(passed(limit, 60, 0), 5);
    assert.equal(passed(limit, 60, 199), 0);
    assert.equal(passed(limit, 60, 400), 2);
    assert.equal(passed(limit, 60, 100_000), 5);
  });

  it('counts each key by itself', () => {
    const limit = new RateLimit(5);
    passed(limit, 60, 0);
    assert.equal(passed(limit, 60, 0, makeKeyId()), 5);
  });

  it('tells the limit, and in whole seconds when to come back', () => {
    const limit = new RateLimit(1);
    limit.take(key, 0);
    assert.throws(
      () => limit.take(key, 10),
      (error) => {
        assert.ok(error instanceof Refusal);
        assert.deepEqual(error.reason, { kind: 'rate_limited', limit: 1, retryAfter: 1 });
        return true;
      },
    );
  });

  it('is not filled by a clock that is set back', () => {
    const limit = new RateLimit(5);
    passed(limit, 5, 10_000);
    assert.equal(passed(limit, 5, 0), 0);
  });

  it('forgets keys whose bucket is full again', () => {
    const limit = new RateLimit(5);
    for (let i = 0; i < 100; i += 1) limit.take(makeKeyId(), i);
    limit.take(key, 2000);
    assert.equal(limit.size, 1);
  });

  it('never lets more pass in any stretch than a burst and its rate', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 700 }), { maxLength: 60 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), gaps, (rate, waits) => {
        const limit = new RateLimit(rate);
        let now = 0;
        let all = 0;
        for (const wait of waits) {
          now += wait;
          all += passed(limit, 3, now);
          assert.ok(all <= rate + (now * rate) / 1000 + 1e-6);
        }
      }),
    );
  });
});

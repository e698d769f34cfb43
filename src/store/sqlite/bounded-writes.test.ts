import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Refusal } from '../../core/errors.ts';
import type { MaxWaiting } from '../bound.ts';
import { asked, at, by, one, phones } from '../contract/fixture.contract.ts';
import { BoundedWrites } from './bounded-writes.ts';
import type { WriteQueue } from './writes.ts';

/** Writes that wait until they are let go. */
class Held implements WriteQueue {
  #go: ((ok: boolean) => void)[] = [];

  run(): Promise<never> {
    return new Promise((resolve, reject) => {
      this.#go.push((ok) => (ok ? resolve([] as never) : reject(new Error('lost'))));
    });
  }

  letGo(ok = true): void {
    for (const go of this.#go.splice(0)) go(ok);
  }

  async close(): Promise<void> {
    this.letGo();
  }
}

function begin(max?: MaxWaiting) {
  const held = new Held();
  const writes = new BoundedWrites(held, max);
  const block = (users: number) => writes.run('block', { number: one, users: asked(...phones(users)), by, at });
  return { held, writes, block };
}

function isOverloaded(error: Refusal): true {
  assert.deepEqual(error.reason, { kind: 'overloaded', retryAfter: 1 });
  return true;
}

describe('the writes that may wait', () => {
  it('are no more than they may be, nor more work, and new ones are taken on when those are answered', async () => {
    for (const [max, users] of [
      [{ writes: 3, cost: 1000 }, 1],
      [{ writes: 1000, cost: 300 }, 100],
    ] as const) {
      for (const ok of [true, false]) {
        const { held, writes, block } = begin(max);
        const waiting = Promise.allSettled([block(users), block(users), block(users)]);
        assert.equal(writes.waiting, 3);
        await assert.rejects(block(users), isOverloaded);
        held.letGo(ok);
        for (const { status } of await waiting) assert.equal(status, ok ? 'fulfilled' : 'rejected');
        assert.equal(writes.waiting, 0);
        const next = [block(users), block(users), block(users)];
        held.letGo();
        await Promise.all(next);
      }
    }
  });

  it('can be one that is larger than all that may wait, and always one of the store’s own', async () => {
    const { held, writes, block } = begin({ writes: 2, cost: 10 });
    const large = block(1000);
    await assert.rejects(block(1), isOverloaded);
    const own = [writes.run('probe'), writes.run('probe')];
    held.letGo();
    await Promise.all([large, ...own]);
  });

  it('are 10,000 of one user, or 100 of 1,000, unless told otherwise', async () => {
    for (const [most, users] of [
      [10_000, 1],
      [100, 1000],
    ] as const) {
      const { held, block } = begin();
      const change = block(users);
      const waiting = [change, ...Array.from({ length: most - 1 }, () => block(users))];
      await assert.rejects(block(users), isOverloaded);
      held.letGo();
      await Promise.all(waiting);
    }
  });
});

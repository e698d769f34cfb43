import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { startPostgres } from '../../../test/helpers/postgres.ts';
import { Bound, type MaxWaiting } from '../bound.ts';
import { at, Caller, one, phones, putNumber } from '../contract/fixture.contract.ts';
import { Pool } from './pool.ts';
import { createSessions } from './sessions.ts';
import { openTestStore } from './test-store.contract.ts';
import { parseUrl } from './url.ts';

const overloaded = { reason: { kind: 'overloaded', retryAfter: 1 } };
const unavailable = { reason: { kind: 'store_unavailable' } };

/** Writes that wait until they are let go. */
function begin(max?: MaxWaiting) {
  const bound = new Bound(max);
  const waiting: ((ok: boolean) => void)[] = [];
  const write = (cost: number, isOwn = false) =>
    bound.run({ cost, isOwn }, () => {
      return new Promise<void>((resolve, reject) => {
        waiting.push((ok) => (ok ? resolve() : reject(new Error('lost'))));
      });
    });
  const letGo = (ok = true, count = waiting.length) => {
    for (const go of waiting.splice(0, count)) go(ok);
  };
  return { bound, write, letGo };
}

describe('the writes that may wait', () => {
  it('are no more than they may be, nor more work, and new ones are taken on when those are answered', async () => {
    for (const [max, cost] of [
      [{ writes: 3, cost: 1000 }, 1],
      [{ writes: 1000, cost: 300 }, 100],
    ] as const) {
      for (const ok of [true, false]) {
        const { bound, write, letGo } = begin(max);
        const waiting = Promise.allSettled([write(cost), write(cost), write(cost)]);
        assert.equal(bound.waiting, 3);
        await assert.rejects(write(cost), overloaded);
        letGo(ok);
        for (const { status } of await waiting) assert.equal(status, ok ? 'fulfilled' : 'rejected');
        assert.equal(bound.waiting, 0);
        const next = [write(cost), write(cost), write(cost)];
        letGo();
        await Promise.all(next);
      }
    }
  });

  it('can be one that is larger than all that may wait, and always one of the store’s own', async () => {
    const { write, letGo } = begin({ writes: 2, cost: 10 });
    const large = write(1000);
    await assert.rejects(write(1), overloaded);
    const own = [write(1, true), write(1, true)];
    letGo();
    await Promise.all([large, ...own]);
  });

  it('are 10,000 of one user, or 100 of 1,000, unless told otherwise', async () => {
    for (const [most, cost] of [
      [10_000, 1],
      [100, 1000],
    ] as const) {
      const { write, letGo } = begin();
      const waiting = Array.from({ length: most }, () => write(cost));
      await assert.rejects(write(cost), overloaded);
      letGo();
      await Promise.all(waiting);
    }
  });

  it('are settled before the store is closed, and no others come', async () => {
    const { bound, write, letGo } = begin();
    const [first, second] = [write(1), write(1)];
    let isClosed = false;
    const closed = bound.close().then(() => {
      isClosed = true;
    });
    await assert.rejects(write(1), unavailable);
    await assert.rejects(write(1, true), unavailable);
    letGo(true, 1);
    await first;
    await turn();
    assert.equal(isClosed, false);
    letGo();
    await Promise.all([second, closed]);
    await bound.close();
  });
});

describe('a store that is asked for too much', () => {
  it('refuses the change that is too much before it begins, and takes on others once some are done', async (t) => {
    for (const [maxWaiting, users] of [
      [{ writes: 3, cost: 1000 }, 1],
      [{ writes: 1000, cost: 300 }, 100],
    ] as const) {
      const { store } = await openTestStore(t, { maxWaiting });
      await putNumber(store, one);
      const caller = new Caller(store);
      const all = phones(users * 5);
      const change = (nth: number) => caller.block(all.slice(nth * users, (nth + 1) * users));
      // All at once, so that none of them is done before the last is asked for.
      const waiting = [change(0), change(1), change(2)];
      const refused = [change(3), caller.unblock(all[0] ?? ''), store.directory.putNumber(one, { rules: 'open' }, at)];
      const own = store.probe();
      for (const { status, ...answer } of await Promise.allSettled(refused)) {
        assert.equal(status, 'rejected');
        assert.deepEqual('reason' in answer && answer.reason.reason, overloaded.reason);
      }
      await Promise.all([...waiting, own]);
      assert.equal((await store.usage()).waitingWrites, 0);
      await change(4);
      const [page, sent] = [await caller.page(), [0, 1, 2, 4]];
      assert.deepEqual(
        page.entries.map(({ waId }) => waId),
        sent.flatMap((nth) => all.slice(nth * users, (nth + 1) * users)),
      );
    }
  });

  it('lets 10,000 wait for a connection and refuses the next', async (t) => {
    const cluster = await startPostgres();
    const sessions = createSessions(new Pool({ ...parseUrl(await cluster.database(t)), maxConnections: 1 }));
    const ask = () => sessions.read(async () => 'answered');
    let asked: Promise<unknown> = Promise.resolve();
    const held = sessions.read(async () => {
      const waiting = Array.from({ length: 10_000 }, ask);
      await assert.rejects(ask(), overloaded);
      asked = Promise.all(waiting);
    });
    await held;
    await asked;
    await sessions.close();
  });
});

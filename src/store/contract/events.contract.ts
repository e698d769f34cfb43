import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { at, by, Caller, type OpenStore, one, phones, putNumber } from './fixture.contract.ts';

export function eventsContract(open: OpenStore): void {
  describe('the log', () => {
    it('has one event per user that changed, with growing numbers', async (t) => {
      const store = await open(t);
      await putNumber(store, one);
      const caller = new Caller(store);
      await caller.block(['4915100000001', 'nobody', 'US.abc'], { reason: 'spam' });
      await caller.receive('4915100000003', 'US.both');
      await caller.block(['4915100000001', '4915100000003']);
      await caller.unblock(['US.abc', '4915100000003', '4915100000009'], { at: at + 1 });
      assert.deepEqual(await caller.events(), [
        { seq: 1, at, action: 'block', user: { waId: '4915100000001' }, by, reason: 'spam' },
        { seq: 2, at, action: 'block', user: { userId: 'US.abc' }, by, reason: 'spam' },
        { seq: 3, at, action: 'block', user: { waId: '4915100000003', userId: 'US.both' }, by },
        { seq: 4, at: at + 1, action: 'unblock', user: { userId: 'US.abc' }, by },
        { seq: 5, at: at + 1, action: 'unblock', user: { waId: '4915100000003', userId: 'US.both' }, by },
      ]);
    });

    it('pages exactly, though a request is kept as one', async (t) => {
      const store = await open(t);
      await putNumber(store, one);
      const caller = new Caller(store);
      for (const [size, first] of [
        [3, 100],
        [1, 200],
        [7, 300],
        [2, 400],
      ] as const) {
        await caller.block(phones(size, 4915100000000 + first));
      }
      const all = await caller.events();
      assert.deepEqual(
        all.map(({ seq }) => seq),
        Array.from({ length: 13 }, (_, index) => index + 1),
      );
      for (let after = 0; after <= 14; after += 1) {
        for (let limit = 1; limit <= 14; limit += 1) {
          const page = await store.lists.events(one, after, limit);
          assert.deepEqual(page.events, all.slice(after, after + limit), `${limit} after ${after}`);
          assert.equal(page.hasMore, after + limit < 13, `more than ${limit} after ${after}`);
        }
      }
    });

    it('of a number that did nothing is empty', async (t) => {
      const store = await open(t);
      await putNumber(store, one);
      assert.deepEqual(await store.lists.events(one, 0, 10), { events: [], hasMore: false });
    });

    it('outlives its number and goes on when that comes again', async (t) => {
      const store = await open(t);
      await putNumber(store, one);
      const caller = new Caller(store);
      await caller.block(['4915100000001', 'US.abc']);
      const { version } = await caller.page();
      assert.equal(await store.directory.deleteNumber(one, by, at), true);
      const history = ['1 block 4915100000001', '2 block US.abc', '3 delete_number'];
      assert.deepEqual(await caller.history(), history);
      assert.deepEqual((await caller.events(2))[0], { seq: 3, at, action: 'delete_number', user: {}, by });

      await putNumber(store, one);
      const page = await caller.page();
      assert.deepEqual([page.entries, page.count, page.version], [[], 0, version + 1]);
      await caller.block('4915100000001');
      assert.deepEqual(await caller.history(), [...history, '4 block 4915100000001']);
    });
  });
}

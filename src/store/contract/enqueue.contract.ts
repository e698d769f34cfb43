import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { at, by, Caller, type OpenStore, one, phones, putNumber, two } from './fixture.contract.ts';
import {
  countsOf,
  done,
  failed,
  main,
  minute,
  other,
  overflow,
  Pusher,
  putConnection,
  putPushed,
  retry,
  sealed,
  waiting,
} from './pushes.fixture.contract.ts';

const [ann = '', bob = '', eve = '', dan = '', flo = ''] = phones(5);
const block = (id: string) => `block ${id}`;

export function enqueueContract(open: OpenStore): void {
  describe('a list that is there before its upstream', () => {
    it('is looked at in batches, while it changes', async (t) => {
      const store = await open(t);
      const [caller, pusher] = [new Caller(store), new Pusher(store)];
      await putNumber(store, one);
      await caller.block([ann, bob, eve, dan, 'US.abc']);
      await putPushed(store);
      assert.deepEqual(await store.pushes.due(main), [{ number: one, dueAt: 0 }]);
      assert.deepEqual(await pusher.next(), { pushes: [], room: 64_000, isComplete: false });
      assert.deepEqual(await pusher.sync(ann), { state: 'pending' });
      assert.deepEqual(await countsOf(store), { 'main pending': 5 });
      assert.equal(await store.pushes.enqueue(one, at, 2), true);
      assert.deepEqual(await pusher.due(), [block(ann), block(bob)]);
      assert.deepEqual(await pusher.states(), Array(5).fill('pending'));
      await pusher.push();
      await caller.unblock([ann, eve]);
      await caller.block([flo, eve]);
      assert.deepEqual(await pusher.push(), [`unblock ${ann}`, block(flo), block(eve)]);
      assert.equal(await pusher.enqueueAll(2, at + minute), 0);
      assert.deepEqual(await store.pushes.due(main), [{ number: one, dueAt: at + minute }]);
      assert.deepEqual(await pusher.push(done, at + minute), [block(dan), block('US.abc')]);
      assert.deepEqual([(await pusher.next()).isComplete, await store.pushes.due(main)], [true, []]);
      assert.equal(await store.pushes.enqueue(one, at, 2), false);
      assert.deepEqual([await countsOf(store), await pusher.room()], [{ 'main synced': 5 }, 63_995]);
      assert.deepEqual(
        (await caller.history()).map((line) => line.split(' ').at(1)),
        [...Array(5).fill('block'), 'unblock', 'unblock', 'block', 'block'],
      );
    });

    it('is not told again of whom it was told since', async (t) => {
      const store = await open(t);
      const [caller, pusher] = [new Caller(store), new Pusher(store)];
      await putNumber(store, one);
      await caller.block(['US.a', ann]);
      await putPushed(store);
      await caller.receive(bob, 'US.a');
      assert.deepEqual(await pusher.push(), [block(bob)]);
      assert.equal(await pusher.enqueueAll(10), 0);
      assert.deepEqual([await pusher.states(), await pusher.push()], [['synced', 'pending'], [block(ann)]]);
    });

    it('is told whole when it is large', async (t) => {
      const store = await open(t);
      const [caller, pusher] = [new Caller(store), new Pusher(store)];
      await putNumber(store, one);
      const all = phones(1000);
      await caller.block(all);
      await putPushed(store);
      assert.equal(await pusher.enqueueAll(400), 2);
      assert.deepEqual(await pusher.due(), all.map(block));
    });

    it('has nothing to look at when it is empty, or nowhere', async (t) => {
      const store = await open(t);
      await putPushed(store);
      assert.deepEqual(await store.pushes.due(main), []);
      assert.equal((await new Pusher(store).next()).isComplete, true);
      await putNumber(store, two);
      for (const number of [one, two]) assert.equal(await store.pushes.enqueue(number, at, 10), false);
    });
  });

  describe('another list at the other end', () => {
    it('of a number is told all entries, and nothing else', async (t) => {
      const store = await open(t);
      const [caller, pusher] = [new Caller(store), new Pusher(store)];
      await putPushed(store);
      await caller.block([ann, bob, eve]);
      await pusher.push();
      await caller.unblock(eve);
      const old = await pusher.only();
      await putConnection(store, other);
      for (const upstream of [{ connection: other }, { connection: other, numberId: two }]) {
        await store.directory.putNumber(one, { upstream }, at);
        assert.deepEqual(await countsOf(store), { 'other pending': 2 });
        assert.deepEqual([await store.pushes.due(main), await pusher.room()], [[], 64_000]);
        assert.equal(await pusher.removal(eve), undefined);
        await pusher.settle(old, done);
        await pusher.enqueueAll(10);
        assert.deepEqual(await pusher.push(), [block(ann), block(bob)]);
      }
    });

    it('of a connection is told all entries once, and every unblock that was not confirmed', async (t) => {
      const store = await open(t);
      const [caller, pusher] = [new Caller(store), new Pusher(store)];
      await putPushed(store, one, { rules: { pushCapacity: 3 } });
      await putPushed(store, two);
      await caller.block([ann, bob, eve, dan]);
      const { pushes } = await pusher.next();
      const results = [done, waiting(), retry(at + minute), overflow];
      await store.pushes.settle(
        one,
        pushes.map((push, index) => ({ push, result: results[index]! })),
        at,
      );
      await caller.block('US.old');
      await pusher.push();
      await caller.unblock('US.old');
      await pusher.push(failed);
      await store.directory.putConnection(main, { origin: 'https://localhost:1', secrets: {} }, at + minute);
      assert.deepEqual(await pusher.due(at + minute), ['unblock US.old'], 'who was due waits for their turn');
      await caller.block(flo, { at: at + minute });
      await pusher.settle(pushes, done);
      await pusher.settle((await pusher.next(at + minute)).pushes, done);
      assert.deepEqual(await pusher.states(), ['pending', 'pending', 'pending', 'pending', 'synced']);
      assert.equal(await pusher.enqueueAll(3, at + minute), 1);
      assert.equal(await pusher.room(), 2);
      const told = (await pusher.push(done, at + minute)).slice(0, 3);
      assert.deepEqual(told, [ann, bob, eve].map(block));
      assert.deepEqual(await pusher.states(), Array(5).fill('synced'));
      await caller.unblock(ann);
      await caller.receive(bob);
      assert.deepEqual(await pusher.due(), [`unblock ${ann}`]);
    });

    it('is not, as long as only a secret changes', async (t) => {
      const store = await open(t);
      const [caller, pusher] = [new Caller(store), new Pusher(store)];
      await putPushed(store);
      await caller.block(ann);
      await pusher.push();
      await store.directory.putConnection(main, { secrets: { token: sealed('new') } }, at);
      assert.deepEqual([await pusher.due(), await pusher.states()], [[], ['synced']]);
      await store.directory.deleteNumber(one, by, at);
      await putPushed(store);
      await caller.block(ann);
      assert.deepEqual(await pusher.due(), [block(ann)], 'a number that comes again begins anew');
    });
  });
}

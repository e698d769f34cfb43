import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { at, by, Caller, one, phones, two } from '../contract/fixture.contract.ts';
import {
  done,
  failed,
  main,
  minute,
  overflow,
  Pusher,
  putConnection,
  putPushed,
} from '../contract/pushes.fixture.contract.ts';
import { openTestStore, type TestStore } from './test-store.contract.ts';

const [ann = '', bob = '', eve = '', dan = ''] = phones(4);
const numbers = [one, two] as const;

describe('a connection that leads to another list, after its process ended before the numbers followed', () => {
  /** Two numbers with one user whom the provider has, and one whose unblock failed there. */
  async function begin(t: Parameters<typeof openTestStore>[0]): Promise<TestStore> {
    const opened = await openTestStore(t);
    for (const number of numbers) {
      await putPushed(opened.store, number);
      const [caller, pusher] = [new Caller(opened.store, number), new Pusher(opened.store, number)];
      await caller.block([ann, bob]);
      await pusher.push();
      await caller.unblock(bob);
      await pusher.push(failed);
    }
    await opened.query(
      `UPDATE push_list SET import_pending = false; UPDATE connection SET revision = revision + 1, epoch = epoch + 1`,
    );
    return opened;
  }

  it('is told so by all that is read', async (t) => {
    const { store } = await begin(t);
    const pusher = new Pusher(store);
    const due = (await store.pushes.due(main)).toSorted((a, b) => (a.number < b.number ? -1 : 1));
    assert.deepEqual(
      due,
      numbers.map((number) => ({ number, dueAt: 0 })),
    );
    assert.deepEqual((await store.pushes.imports(main)).toSorted(), numbers);
    assert.deepEqual([await pusher.states(), await pusher.sync(ann)], [['pending'], { state: 'pending' }]);
    assert.equal((await pusher.next(at + minute)).isComplete, false);
    assert.deepEqual(await pusher.due(at + minute), [`unblock ${bob}`]);
    assert.equal(await store.pushes.importing(two), 3);
  });

  it('is followed by whatever is done to a number', async (t) => {
    const { store } = await begin(t);
    const [first, second] = [new Caller(store, one), new Caller(store, two)];
    assert.deepEqual(await first.block([eve, dan], { at: at + minute }), ['added', 'added']);
    assert.deepEqual(await first.history(), [
      `1 block ${ann}`,
      `2 block ${bob}`,
      `3 unblock ${bob}`,
      `5 block ${eve}`,
      `6 block ${dan}`,
    ]);
    assert.deepEqual(await new Pusher(store, one).due(at + minute), [`unblock ${bob}`, `block ${eve}`, `block ${dan}`]);
    assert.equal(await new Pusher(store, two).enqueueAll(9, at + minute), 0);
    assert.deepEqual(await new Pusher(store, two).push(done, at + minute), [`unblock ${bob}`, `block ${ann}`]);
    assert.deepEqual(await second.names(), [ann]);
    await new Pusher(store, one).enqueueAll(1, at + minute);
    await new Pusher(store, one).push(done, at + minute);
    assert.deepEqual(await store.pushes.due(main), []);
  });
});

describe('places that come free on a provider’s list', () => {
  it('are for those blocked longest, also of those whom the same requests touch', async (t) => {
    const { store } = await openTestStore(t);
    await putPushed(store, one, { rules: { pushCapacity: 3 } });
    const [caller, pusher] = [new Caller(store), new Pusher(store)];
    const all = phones(9);
    await caller.block(all.slice(0, 3));
    await pusher.push();
    await caller.block(all.slice(3));
    await pusher.push(overflow);
    await caller.unblock(all.slice(0, 2));
    const { pushes } = await pusher.next();
    await Promise.all([
      pusher.settle(pushes.slice(0, 1), done),
      caller.unblock(all.slice(3, 4)),
      pusher.settle(pushes.slice(1), done),
      caller.block(all.slice(6, 7), { by: { ...by, requestId: 'again' } }),
    ]);
    assert.deepEqual(await pusher.due(), [`block ${all[4]}`, `unblock ${all[3]}`]);
  });
});

it('a connection that was changed has what failed tried again, also if its process ended before the numbers followed', async (t) => {
  const { store, query } = await openTestStore(t);
  for (const number of numbers) {
    await putPushed(store, number);
    await new Caller(store, number).block([ann, bob]);
    const pusher = new Pusher(store, number);
    const [first] = (await pusher.next()).pushes;
    await pusher.settle(first ?? [], done);
    await pusher.push(failed);
    assert.deepEqual(await pusher.states(), ['synced', 'failed']);
  }
  assert.deepEqual(await store.pushes.due(main), []);
  await putConnection(store);
  for (const number of numbers) assert.deepEqual(await new Pusher(store, number).push(failed), [`block ${bob}`]);
  // As if the process had ended before any number followed.
  await query('UPDATE push_list SET revision = 0');
  assert.deepEqual((await store.pushes.due(main)).map(({ number }) => number).toSorted(), numbers.toSorted());
  for (const number of numbers) {
    const pusher = new Pusher(store, number);
    assert.deepEqual(await pusher.due(at + minute), [`block ${bob}`]);
    assert.deepEqual(await pusher.states(), ['synced', 'pending']);
    assert.deepEqual(await pusher.push(failed, at + minute), [`block ${bob}`]);
    assert.deepEqual(await pusher.due(at + minute), [], 'once');
  }
  assert.deepEqual(await store.pushes.due(main), []);
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Caller, type OpenStore, one, phones } from './fixture.contract.ts';
import { countsOf, overflow, Pusher, putPushed, waiting } from './pushes.fixture.contract.ts';

const [phone = '', another = ''] = phones(2);
const [guess, real] = ['5511987654321', '551187654321'];

export function pushMovesContract(open: OpenStore): void {
  const begin = async (t: Parameters<OpenStore>[0], pushCapacity = 9) => {
    const store = await open(t);
    await putPushed(store, one, { rules: { pushCapacity } });
    return { store, caller: new Caller(store), pusher: new Pusher(store) };
  };

  describe('what a message teaches of a user whom the provider knows', () => {
    it('moves a block to the id that the list shows', async (t) => {
      const { caller, pusher } = await begin(t);
      await caller.block(['US.a', guess]);
      const { pushes } = await pusher.next();
      await pusher.push();
      await caller.receive(phone, 'US.a');
      await caller.receive(real);
      await pusher.settle(pushes, waiting());
      assert.deepEqual(await pusher.push(), [`block ${phone}`, `block ${real}`]);
      assert.deepEqual([await pusher.states(), await pusher.room()], [['synced', 'synced'], 7]);
      await caller.receive(phone, 'US.a');
      await caller.receive(phone);
      assert.deepEqual(await pusher.due(), [], 'it is that id already');
    });

    it('leaves one of two blocks, and its place to another user', async (t) => {
      const { store, caller, pusher } = await begin(t, 2);
      await caller.block([phone, 'US.a']);
      await pusher.push();
      await caller.block(another);
      await pusher.push(overflow);
      await caller.receive(phone, 'US.a');
      assert.deepEqual(await caller.names(), [`${phone} US.a`, another]);
      assert.deepEqual(await pusher.push(), [`block ${another}`]);
      assert.deepEqual([await pusher.room(), await countsOf(store)], [0, { 'main synced': 2 }]);
    });

    it('leaves the earlier of two blocks, under the phone number', async (t) => {
      const { store, caller, pusher } = await begin(t, 2);
      await caller.block(['US.a', phone]);
      await pusher.push();
      await caller.block(another);
      await pusher.push(overflow);
      await caller.receive(phone, 'US.a');
      assert.deepEqual(await pusher.states(), ['pending', 'pending']);
      assert.deepEqual((await pusher.push()).sort(), [`block ${phone}`, `block ${another}`].sort());
      assert.deepEqual([await pusher.room(), await countsOf(store)], [0, { 'main synced': 2 }]);
    });

    it('moves an unblock, so that it cannot undo a later block', async (t) => {
      const { caller, pusher } = await begin(t);
      await caller.block('US.a');
      await pusher.push();
      await caller.unblock('US.a');
      await caller.receive(phone, 'US.a');
      assert.deepEqual(await pusher.due(), [`unblock ${phone}`]);
      await caller.block('US.a');
      assert.deepEqual(await pusher.push(), [`block ${phone}`]);
      assert.deepEqual([await pusher.states(), await pusher.room()], [['synced'], 8]);
    });

    it('forgets an unblock of somebody who is blocked under another id', async (t) => {
      const { caller, pusher } = await begin(t);
      await caller.block(['US.a', phone]);
      await caller.unblock('US.a');
      await caller.receive(phone, 'US.a');
      assert.deepEqual(await pusher.due(), [`block ${phone}`]);
    });

    it('follows a user who gives the phone number away', async (t) => {
      const { caller, pusher } = await begin(t);
      await caller.receive(phone, 'US.a');
      await caller.block([phone, another]);
      await pusher.push();
      await caller.receive(phone, 'US.b');
      assert.deepEqual(await caller.names(), ['US.a', another]);
      assert.deepEqual(await pusher.due(), ['block US.a']);
      await caller.unblock('US.a');
      await caller.block(phone);
      assert.deepEqual(await pusher.due(), ['unblock US.a', `block ${phone}`]);
      await caller.receive(phone, 'US.c');
      assert.deepEqual(await pusher.push(), ['unblock US.a', 'block US.b']);
      assert.deepEqual([await pusher.states(), await pusher.room()], [['synced', 'synced'], 7]);
    });
  });
}

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { asked, at, by, Caller, type OpenStore, one, phones, putNumber, two } from './fixture.contract.ts';
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
  waiting,
} from './pushes.fixture.contract.ts';

const [ann = '', bob = '', eve = ''] = phones(3);
const bsuid = 'US.abc';

export function pushesContract(open: OpenStore): void {
  const begin = async (t: Parameters<OpenStore>[0], capacity?: number) => {
    const store = await open(t);
    await putPushed(store, one, capacity === undefined ? {} : { rules: { pushCapacity: capacity } });
    return { store, caller: new Caller(store), pusher: new Pusher(store) };
  };

  describe('a block on a number with an upstream', () => {
    it('counts at once, and is to be pushed until the provider has it', async (t) => {
      const { store, caller, pusher } = await begin(t);
      assert.deepEqual(await store.pushes.due(main), []);
      assert.deepEqual(await caller.block([bsuid, 'nobody', ann]), ['added', 'not_a_user', 'added']);
      assert.deepEqual(await pusher.sync(ann), { state: 'pending', nextAttemptAt: at });
      assert.deepEqual(await store.pushes.due(main), [{ number: one, dueAt: at }]);
      const { pushes, isComplete, room } = await pusher.next();
      assert.deepEqual(pushes, [
        { user: { kind: 'user_id', userId: bsuid }, goal: 'block', generation: 1, attempts: 0, isIntent: false },
        { user: { kind: 'wa_id', waId: ann }, goal: 'block', generation: 2, attempts: 0, isIntent: false },
      ]);
      assert.deepEqual([isComplete, room], [true, 64_000]);
      assert.deepEqual(await pusher.due(at - 1), []);
      assert.deepEqual(await pusher.due(at, 1), [`block ${bsuid}`]);
      await pusher.settle(pushes, done, at + 1);
      assert.deepEqual(await pusher.sync(bsuid), { state: 'synced', lastAttemptAt: at + 1 });
      assert.deepEqual(await pusher.states(), ['synced', 'synced']);
      assert.deepEqual([await store.pushes.due(main), await pusher.room()], [[], 63_998]);
      assert.deepEqual(await countsOf(store), { 'main synced': 2 });
    });

    it('has neither window nor capacity here', async (t) => {
      const { caller } = await begin(t, 1);
      assert.deepEqual(await caller.block([ann, bob, '15550001001']), ['added', 'added', 'self']);
    });

    it('is pushed once more if it is asked for again after the provider refused', async (t) => {
      const { caller, pusher } = await begin(t);
      await caller.block([ann, bob, eve]);
      const { pushes } = await pusher.next();
      for (const [index, result] of [waiting(), failed, done].entries()) {
        await pusher.settle(pushes.slice(index, index + 1), result, at);
      }
      assert.deepEqual(await caller.block([ann, bob, eve]), ['already_there', 'already_there', 'already_there']);
      assert.deepEqual((await pusher.due()).toSorted(), [`block ${ann}`, `block ${bob}`].toSorted());
      assert.equal((await pusher.sync(eve))?.state, 'synced');
    });

    it('shows what the provider said', async (t) => {
      const { store, caller, pusher } = await begin(t);
      await caller.block([ann, bob, eve, bsuid]);
      const { pushes } = await pusher.next();
      const results = [waiting(), overflow, failed, retry(at + minute)];
      await store.pushes.settle(
        one,
        pushes.map((push, index) => ({ push, result: results[index]! })),
        at,
      );
      const lastAttemptAt = at;
      const told = await Promise.all([ann, bob, eve, bsuid].map((id) => pusher.sync(id)));
      assert.deepEqual(told, [
        { state: 'waiting', code: 131047, detail: 'no message', lastAttemptAt },
        { state: 'overflow', detail: 'The provider’s list is full', lastAttemptAt },
        { state: 'failed', code: 131021, detail: 'never', lastAttemptAt },
        { state: 'pending', code: 130429, detail: 'later', lastAttemptAt, nextAttemptAt: at + minute },
      ]);
      const { entries } = await caller.page({ kind: 'before', seq: 5 }, 2);
      assert.deepEqual(
        entries.map(({ sync }) => sync),
        told.slice(2),
      );
      const states = { 'main failed': 1, 'main overflow': 1, 'main pending': 1, 'main waiting': 1 };
      assert.deepEqual(await countsOf(store), states);
      assert.deepEqual(await store.pushes.due(main), [{ number: one, dueAt: at + minute }]);
      const again = await pusher.only(at + minute);
      assert.equal(again.attempts, 1);
      await pusher.settle(again, done, at + minute);
      assert.deepEqual(await pusher.sync(bsuid), { state: 'synced', lastAttemptAt: at + minute });
    });

    it('waits for a message of the user, if the provider asks for one', async (t) => {
      const { caller, pusher } = await begin(t);
      await caller.block([ann, bob]);
      await pusher.push(waiting());
      assert.deepEqual(await pusher.due(at + minute), []);
      assert.equal(await caller.receive(ann, undefined, at + minute), true);
      assert.deepEqual(await pusher.due(at + minute), [`block ${ann}`]);
      assert.deepEqual(await pusher.states(), ['pending', 'waiting']);
    });

    it('costs no other number anything', async (t) => {
      const { store, caller, pusher } = await begin(t);
      await putNumber(store, two);
      const [plain, none] = [new Caller(store, two), new Pusher(store, two)];
      await caller.block(ann);
      await plain.block(ann);
      assert.deepEqual(await none.next(), { pushes: [], room: 0, isComplete: true });
      assert.deepEqual([await none.sync(ann), await none.states()], [undefined, ['none']]);
      await none.settle((await pusher.next()).pushes, done);
      assert.deepEqual(await pusher.states(), ['pending']);
      await putPushed(store, two);
      await plain.unblock(ann);
      await pusher.push();
      assert.deepEqual([await pusher.states(), await none.due()], [['synced'], [`unblock ${ann}`]]);
      await store.directory.deleteNumber(two, by, at);
      assert.deepEqual([await countsOf(store), await none.due()], [{ 'main synced': 1 }, []]);
      await assert.rejects(none.removal(ann), { reason: { kind: 'number_not_found', asked: two } });
    });
  });

  describe('an unblock on a number with an upstream', () => {
    it('frees the user at once, and is shown until the provider confirms it', async (t) => {
      const { store, caller, pusher } = await begin(t);
      await caller.receive(ann, bsuid);
      await caller.block([ann, bob]);
      await pusher.push();
      assert.equal(await pusher.removal(ann), undefined, 'she is blocked');
      assert.deepEqual(await caller.unblock([bsuid]), ['removed']);
      assert.deepEqual([await caller.check(ann), await caller.names()], [undefined, [bob]]);
      const removing = { state: 'removing', nextAttemptAt: at };
      for (const id of [ann, bsuid]) assert.deepEqual(await pusher.removal(id), removing);
      assert.equal(await pusher.removal(eve), undefined);
      assert.deepEqual(await countsOf(store), { 'main removing': 1, 'main synced': 1 });
      assert.equal(await pusher.room(), 63_998, 'she may be there still');
      assert.deepEqual(await pusher.push(retry(at + minute)), [`unblock ${ann}`]);
      const again = { state: 'removing', code: 130429, detail: 'later', lastAttemptAt: at, nextAttemptAt: at + minute };
      assert.deepEqual(await pusher.removal(ann), again);
      await pusher.push(failed, at + minute);
      const given = { state: 'failed', code: 131021, detail: 'never', lastAttemptAt: at + minute };
      assert.deepEqual(await pusher.removal(ann), given);
      await caller.block(ann);
      await caller.unblock(ann);
      await pusher.push();
      assert.deepEqual([await pusher.removal(ann), await pusher.room()], [undefined, 63_999]);
    });

    it('is found by any writing of the phone number', async (t) => {
      const { caller, pusher } = await begin(t);
      await caller.block('5511987654321');
      await caller.unblock('551187654321');
      for (const id of ['5511987654321', '551187654321'])
        assert.deepEqual(await pusher.removal(id), { state: 'removing', nextAttemptAt: at });
    });

    it('ends with a block after it as the last one said, whatever is answered to those before', async (t) => {
      const { caller, pusher } = await begin(t);
      await caller.block(ann);
      const first = await pusher.only();
      await caller.unblock(ann);
      const second = await pusher.only();
      await caller.block(ann);
      const third = await pusher.only();
      assert.deepEqual([first.generation, second.generation, third.generation], [1, 2, 3]);
      await pusher.settle(second, done);
      await pusher.settle(first, failed);
      assert.deepEqual(await pusher.states(), ['pending']);
      await pusher.settle(third, done);
      await pusher.settle(first, retry(at));
      assert.deepEqual([await pusher.states(), await pusher.due()], [['synced'], []]);
      await caller.unblock(ann);
      await pusher.settle(third, done);
      assert.deepEqual(await pusher.due(), [`unblock ${ann}`]);
    });
  });

  describe('a list that is full at the provider', () => {
    it('takes those who were blocked first as places come free', async (t) => {
      const { caller, pusher } = await begin(t, 2);
      const [first = '', second = '', third = '', fourth = '', fifth = ''] = phones(5);
      await caller.block([first, second]);
      await pusher.push();
      await caller.block([third, fourth, fifth]);
      assert.equal(await pusher.room(), 0);
      await pusher.push(overflow);
      await caller.unblock([first, fourth]);
      assert.deepEqual(await pusher.due(), [`unblock ${first}`, `unblock ${fourth}`]);
      assert.equal(await pusher.room(), 0);
      await pusher.push(done, at + minute);
      assert.equal(await pusher.room(), 1, 'the fourth had no place');
      assert.deepEqual(await pusher.due(), [], 'and from when on');
      assert.deepEqual(await pusher.push(done, at + minute), [`block ${third}`]);
      assert.deepEqual(await pusher.states(), ['synced', 'synced', 'overflow']);
    });

    it('keeps the place of who is blocked again before it is free', async (t) => {
      const { caller, pusher } = await begin(t, 1);
      await caller.block(ann);
      await pusher.push();
      await caller.block(bob);
      await caller.unblock(ann);
      await caller.block(ann);
      const { pushes, room } = await pusher.next();
      assert.equal(room, 1);
      assert.deepEqual(await pusher.due(), [`block ${ann}`, `block ${bob}`]);
      await pusher.settle(pushes.slice(0, 1), waiting());
      assert.equal(await pusher.room(), 1, 'the provider says that she has none');
    });

    it('takes more when more is allowed', async (t) => {
      const { store, caller, pusher } = await begin(t, 1);
      const all = phones(4);
      await caller.block(all);
      await pusher.settle((await pusher.next()).pushes.slice(0, 1), done);
      await pusher.push(overflow);
      await store.directory.putNumber(one, { rules: { pushCapacity: 3 } }, at + minute);
      assert.deepEqual(
        await pusher.push(done, at + minute),
        all.slice(1, 3).map((id) => `block ${id}`),
      );
      assert.deepEqual([await pusher.room(), await pusher.states()], [0, ['synced', 'synced', 'synced', 'overflow']]);
      await store.directory.putNumber(one, { rules: { pushCapacity: 1 } }, at);
      assert.equal(await pusher.room(), 0);
    });
  });

  describe('what failed', () => {
    it('is tried again when the upstream is set again, or the connection', async (t) => {
      const { store, caller, pusher } = await begin(t);
      await caller.block([ann, bob]);
      await caller.unblock(bob);
      const all = [`block ${ann}`, `unblock ${bob}`];
      await pusher.push(failed);
      await store.directory.putNumber(one, { name: 'Support' }, at);
      assert.deepEqual(await pusher.due(at + minute), []);
      await store.directory.putNumber(one, { upstream: { connection: main } }, at + minute);
      assert.deepEqual(await pusher.push(failed, at + minute), all);
      await putConnection(store, other);
      assert.deepEqual(await pusher.due(at + minute), []);
      await putConnection(store, main);
      assert.deepEqual(await pusher.due(), all);
      assert.deepEqual([await pusher.sync(ann), (await pusher.next()).pushes[0]?.attempts], [pendingAt(), 0]);
    });
  });

  describe('what is pushed', () => {
    it('is many users of many requests at once', async (t) => {
      const { store, caller, pusher } = await begin(t);
      const all = phones(1500);
      await Promise.all([caller.block(all.slice(0, 1000)), caller.block(all.slice(500))]);
      await caller.unblock(all.slice(0, 1000));
      assert.equal((await pusher.next(at, 10_000)).pushes.length, 1500);
      assert.deepEqual(await countsOf(store), { 'main pending': 500, 'main removing': 1000 });
      for (let pushed = await pusher.push(); pushed.length > 0; pushed = await pusher.push());
      assert.deepEqual([await countsOf(store), await pusher.room()], [{ 'main synced': 500 }, 63_500]);
      await store.lists.block({ number: one, users: asked(...all.slice(0, 10)), by, at });
      await store.directory.putNumber(one, { upstream: null }, at);
      assert.deepEqual([await countsOf(store), await store.pushes.due(main)], [{}, []]);
      assert.deepEqual([await pusher.sync(ann), await pusher.next()], [undefined, nothing]);
    });
  });
}

const nothing = { pushes: [], room: 0, isComplete: true };

function pendingAt(): object {
  return { state: 'pending', lastAttemptAt: at + minute, nextAttemptAt: at };
}

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Intended, Store } from '../../core/ports.ts';
import type { Push, PushGoal } from '../../core/push.ts';
import { asked, at, by, Caller, type OpenStore, one, phones, putNumber, two, verdicts } from './fixture.contract.ts';
import {
  countsOf,
  done,
  failed,
  main,
  minute,
  overflow,
  Pusher,
  putPushed,
  retry,
  waiting,
  wordsOf,
} from './pushes.fixture.contract.ts';

const [ann = '', bob = '', eve = ''] = phones(3);
const settleBy = at + minute;

export function intentsContract(open: OpenStore): void {
  const begin = async (t: Parameters<OpenStore>[0], pushCapacity = 9) => {
    const store = await open(t);
    await putPushed(store, one, { rules: { push: 'wait', pushCapacity } });
    return { store, caller: new Caller(store), pusher: new Pusher(store), ask: asking(store) };
  };

  describe('a block that waits for the provider', () => {
    it('counts for nothing until the provider agrees, and then as who asked for it', async (t) => {
      const { store, caller, pusher, ask } = await begin(t);
      const { outcomes, pushes } = await ask('block', [ann, 'nobody', 'US.a', ann], 'spam');
      assert.deepEqual(verdicts(outcomes), ['added', 'not_a_user', 'added', 'added']);
      assert.deepEqual(pushes.map(words), [`block ${ann}?`, undefined, 'block US.a?', `block ${ann}?`]);
      assert.equal(pushes[0], pushes[3]);
      assert.deepEqual([await caller.names(), await caller.check(ann), await caller.events()], [[], undefined, []]);
      assert.deepEqual([await pusher.removal(ann), await countsOf(store)], [undefined, {}]);
      assert.deepEqual(await pusher.due(settleBy - 1), []);
      assert.deepEqual(await store.pushes.due(main), [{ number: one, dueAt: settleBy }]);
      assert.deepEqual(await pusher.due(settleBy), [`block ${ann}?`, 'block US.a?']);
      await pusher.settle([pushes[0]!, pushes[2]!], done, at + 1);
      const { entries, count, version } = await caller.page();
      const sync = { state: 'synced', lastAttemptAt: at + 1 };
      const rest = { blockedAt: at + 1, by, reason: 'spam', sync };
      assert.deepEqual(entries, [
        { seq: 3, waId: ann, ...rest },
        { seq: 4, userId: 'US.a', ...rest },
      ]);
      assert.deepEqual([count, version, await pusher.room()], [2, (at + 1) * 1000, 7]);
      const events = await caller.events();
      assert.deepEqual(events, [
        { seq: 3, at: at + 1, action: 'block', user: { waId: ann }, by, reason: 'spam' },
        { seq: 4, at: at + 1, action: 'block', user: { userId: 'US.a' }, by, reason: 'spam' },
      ]);
      assert.deepEqual(await pusher.due(settleBy), []);
      await pusher.settle(pushes[0]!, done);
      assert.deepEqual(await caller.history(), [`3 block ${ann}`, '4 block US.a']);
    });

    it('is forgotten when the provider refuses it', async (t) => {
      const { store, caller, pusher, ask } = await begin(t);
      for (const result of [waiting(), overflow, failed]) {
        const { pushes } = await ask('block', [ann]);
        await pusher.settle(pushes[0]!, result);
        assert.deepEqual([await pusher.due(settleBy), await caller.check(ann)], [[], undefined]);
      }
      assert.deepEqual([await countsOf(store), await pusher.room()], [{}, 9]);
    });

    it('is left to be settled when the provider does not answer', async (t) => {
      const { caller, pusher, ask } = await begin(t);
      const { pushes } = await ask('block', [ann]);
      await pusher.settle(pushes[0]!, retry(at + 5));
      const again = await pusher.only(at + 5);
      assert.deepEqual(again, { ...pushes[0], attempts: 1 });
      await pusher.settle(again, done, at + 5);
      assert.deepEqual([await caller.names(), await pusher.states()], [[ann], ['synced']]);
    });

    it('is settled by each who asked for it', async (t) => {
      const { caller, pusher, ask } = await begin(t);
      const [first, second] = await Promise.all([ask('block', [ann]), ask('block', [ann, bob])]);
      await pusher.settle(first.pushes[0]!, done);
      assert.deepEqual(await caller.names(), [ann]);
      await pusher.settle(second.pushes[0]!, failed);
      await pusher.settle(second.pushes[1]!, done);
      assert.deepEqual(
        [await caller.names(), await pusher.states()],
        [
          [ann, bob],
          ['synced', 'synced'],
        ],
      );
      assert.deepEqual(await pusher.due(settleBy), []);
    });

    it('means the person that a message has shown by then', async (t) => {
      const { caller, pusher, ask } = await begin(t);
      const { pushes } = await ask('block', ['US.a']);
      await caller.receive(ann, 'US.a');
      await pusher.settle(pushes[0]!, done);
      assert.deepEqual([await caller.names(), await pusher.due()], [[`${ann} US.a`], [`block ${ann}`]]);
    });

    it('changes a reason at once, as the provider keeps none', async (t) => {
      const { caller, pusher, ask } = await begin(t);
      const { pushes } = await ask('block', [ann]);
      await pusher.settle(pushes[0]!, done);
      const again = await ask('block', [ann], 'threats');
      assert.deepEqual([verdicts(again.outcomes), again.pushes], [['already_there'], [undefined]]);
      assert.equal((await caller.page()).entries[0]?.reason, 'threats');
      assert.deepEqual(await pusher.due(settleBy), []);
    });
  });

  describe('an unblock that waits for the provider', () => {
    it('leaves the user blocked until the provider agrees', async (t) => {
      const { store, caller, pusher, ask } = await begin(t);
      await pusher.settle((await ask('block', [ann])).pushes[0]!, done);
      const refused = await ask('unblock', [ann, bob]);
      assert.deepEqual(verdicts(refused.outcomes), ['removed', 'was_not_there']);
      assert.deepEqual(refused.pushes.map(words), [`unblock ${ann}?`, undefined]);
      await pusher.settle(refused.pushes[0]!, failed);
      assert.deepEqual([await pusher.states(), await pusher.due(settleBy)], [['synced'], []]);
      const { pushes } = await ask('unblock', [ann], 'sorry');
      assert.equal(await pusher.room(), 8);
      await pusher.settle(pushes[0]!, done, at + 1);
      assert.deepEqual([await caller.names(), await pusher.removal(ann)], [[], undefined]);
      assert.deepEqual([await pusher.room(), await countsOf(store), await pusher.due(settleBy)], [9, {}, []]);
      const [, event] = await caller.events();
      assert.deepEqual(event, { seq: 5, at: at + 1, action: 'unblock', user: { waId: ann }, by, reason: 'sorry' });
    });

    it('makes room for others', async (t) => {
      const { store, caller, pusher, ask } = await begin(t, 1);
      await pusher.settle((await ask('block', [ann])).pushes[0]!, done);
      await store.directory.putNumber(one, { rules: { push: 'later' } }, at);
      await caller.block(bob);
      await pusher.push(overflow);
      await pusher.settle((await ask('unblock', [ann])).pushes[0]!, done);
      assert.deepEqual([await pusher.push(), await pusher.states()], [[`block ${bob}`], ['synced']]);
    });
  });

  describe('what is not settled', () => {
    it('gives way to the contrary, which is then pushed', async (t) => {
      const { caller, pusher, ask } = await begin(t);
      const first = await ask('block', [ann]);
      const second = await ask('unblock', [ann]);
      assert.deepEqual([verdicts(second.outcomes), second.pushes], [['was_not_there'], [undefined]]);
      assert.deepEqual(await pusher.removal(ann), { state: 'removing', nextAttemptAt: at });
      await pusher.settle(first.pushes[0]!, done);
      assert.deepEqual([await caller.check(ann), await pusher.push()], [undefined, [`unblock ${ann}`]]);
      await pusher.settle((await ask('block', [bob])).pushes[0]!, done);
      const third = await ask('unblock', [bob]);
      const fourth = await ask('block', [bob]);
      assert.deepEqual([verdicts(fourth.outcomes), fourth.pushes], [['already_there'], [undefined]]);
      await pusher.settle(third.pushes[0]!, done);
      assert.deepEqual([await caller.names(), await pusher.push()], [[bob], [`block ${bob}`]]);
      assert.deepEqual([await pusher.states(), await pusher.room()], [['synced'], 8]);
    });

    it('gives way to what is asked for under other rules', async (t) => {
      const { store, caller, pusher, ask } = await begin(t);
      const [asked1] = (await ask('block', [ann])).pushes;
      const [asked2] = (await ask('block', [bob])).pushes;
      await store.directory.putNumber(one, { rules: { push: 'later' } }, at);
      assert.deepEqual(await caller.unblock(ann), ['was_not_there']);
      assert.deepEqual(await caller.block(bob), ['added']);
      await pusher.settle(asked1!, done);
      await pusher.settle(asked2!, done);
      assert.deepEqual([await caller.names(), await pusher.states()], [[bob], ['synced']]);
      assert.deepEqual(await pusher.due(settleBy), [`unblock ${ann}`]);
    });

    it('comes before what was to be pushed of the same user', async (t) => {
      const { store, caller, pusher, ask } = await begin(t);
      await store.directory.putNumber(one, { rules: { push: 'later' } }, at);
      await caller.block([ann, bob]);
      await pusher.push();
      await caller.unblock([ann, bob]);
      const { pushes } = await ask('block', [ann]);
      assert.deepEqual(await pusher.due(), [`unblock ${bob}`]);
      await pusher.push();
      assert.deepEqual(await store.pushes.due(main), [{ number: one, dueAt: settleBy }]);
      await pusher.settle(pushes[0]!, failed);
      assert.deepEqual(await pusher.due(), [`unblock ${ann}`]);
      const again = await ask('block', [ann]);
      await pusher.settle(again.pushes[0]!, done);
      assert.deepEqual([await pusher.due(), await pusher.states()], [[], ['synced']]);
    });

    it('was asked of the provider’s list of then', async (t) => {
      const { store, caller, pusher, ask } = await begin(t);
      await pusher.settle((await ask('block', [bob])).pushes[0]!, done);
      const asked1 = (await ask('block', [ann])).pushes[0]!;
      const asked2 = (await ask('unblock', [bob])).pushes[0]!;
      await store.directory.putConnection(main, { origin: 'https://localhost:1', secrets: {} }, at);
      await pusher.settle([asked1, asked2], done);
      assert.deepEqual([await caller.names(), await pusher.enqueueAll(9)], [[ann], 0]);
      assert.deepEqual(await pusher.push(), [`block ${ann}`, `unblock ${bob}`]);
    });

    it('ends with the upstream', async (t) => {
      const { store, caller, pusher, ask } = await begin(t);
      const { pushes } = await ask('block', [ann]);
      await store.directory.putNumber(one, { upstream: null }, at);
      await pusher.settle(pushes[0]!, done);
      assert.deepEqual(await caller.names(), []);
      await putNumber(store, two);
      const intended = await store.pushes.intend('block', { number: two, users: asked(eve), by, at }, settleBy);
      assert.deepEqual([verdicts(intended.outcomes), intended.pushes], [['added'], [undefined]]);
      assert.deepEqual(await new Caller(store, two).names(), [eve], 'nobody has to agree');
    });
  });
}

function asking(store: Store): (goal: PushGoal, texts: string[], reason?: string) => Promise<Intended> {
  return (goal, texts, reason) => {
    const change = { number: one, users: asked(...texts), by, at, ...(reason !== undefined && { reason }) };
    return store.pushes.intend(goal, change, settleBy);
  };
}

function words(push: Push | undefined): string | undefined {
  return push && wordsOf(push);
}

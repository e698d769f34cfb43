import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { defaultAccount } from '../../core/numbers.ts';
import {
  asked,
  at,
  by,
  Caller,
  hour,
  nowhere,
  type OpenStore,
  one,
  phones,
  user,
  verdicts,
} from './fixture.contract.ts';
import { done, Pusher, sealed } from './pushes.fixture.contract.ts';
import { change, message, ofAccount, ofOne, putHooked, Taker, url } from './webhooks.fixture.contract.ts';

const [anna = '', bert = ''] = phones(2);
const [guess, real] = ['5511987654321', '551187654321'];

export function heldContract(open: OpenStore): void {
  const begin = async (t: Parameters<OpenStore>[0], bounds: Parameters<OpenStore>[1] = {}) => {
    const store = await open(t, bounds);
    await putHooked(store, one, { url, blocked: 'hold' });
    return { store, webhooks: store.webhooks, taker: new Taker(store), caller: new Caller(store) };
  };

  describe('held messages', () => {
    it('are found by every id of the person, whatever is learned of them', async (t) => {
      const { webhooks, taker, caller } = await begin(t);
      await caller.block([guess, 'US.a', anna]);
      await taker.wrote(real, 'r');
      for (const id of [guess, real]) assert.equal(await taker.held(id), 'r', id);
      await taker.wrote('US.a', 'a1');
      await taker.wrote(anna, 'a2');
      await taker.wrote(`${anna} US.a`, 'a3');
      await taker.wrote('US.a', 'a4');
      for (const id of [anna, 'US.a']) assert.equal(await taker.held(id), 'a1 a2 a3 a4', id);
      assert.equal(await taker.held(anna, 2), 'a1 a2');
      await taker.wrote(`${anna} US.new`, 'n');
      assert.deepEqual(
        [await taker.held('US.a'), await taker.held(anna)],
        ['a1 a2 a3 a4', ''],
        'they are not of a new owner',
      );
      assert.equal(await taker.held(bert), '');
      await assert.rejects(webhooks.held(nowhere, user(anna), 9), {
        reason: { kind: 'number_not_found', asked: nowhere },
      });
      const { held, heldBytes } = await webhooks.counts();
      assert.ok(held === 5 && heldBytes > 500, `${held} of ${heldBytes} bytes`);
    });

    it('are of who wrote, also if the same POST shows that to be somebody else', async (t) => {
      const { store, taker, caller } = await begin(t);
      await caller.block([anna, 'US.a', 'US.b']);
      await taker.take([
        change(one, { messages: [message('US.a', 'a1')] }),
        change(one, { messages: [message(`${anna} US.a`, 'a2')] }),
        change(one, { messages: [message(`${bert} US.b`, 'b1')] }),
        change(one, { messages: [message(`${bert} US.new`, 'n')] }),
      ]);
      assert.deepEqual([await taker.held(anna), await taker.held('US.b')], ['a1 a2', 'b1']);
      assert.deepEqual([await taker.held('US.new'), (await store.webhooks.counts()).held], ['', 3]);
    });

    it('are replayed in order and as they were, deleted, or stay', async (t) => {
      const { webhooks, taker, caller } = await begin(t);
      await caller.block([anna, bert]);
      for (const id of ['1', '2', '3']) {
        await taker.wrote(`${anna} US.a`, `a${id}`);
        await taker.wrote(bert, `b${id}`);
      }
      const bodies = (await webhooks.held(one, user(anna), 9)).map(({ body }) => body);
      assert.deepEqual(await caller.unblock(anna), ['removed']);
      assert.deepEqual([await taker.held(anna), await taker.told()], ['a1 a2 a3', []]);
      await taker.wrote(anna, 'a4');
      assert.deepEqual(await caller.unblock([anna, 'US.a', 'nobody'], { held: 'replay', at: at + 1 }), [
        'was_not_there',
        'was_not_there',
        'not_a_user',
      ]);
      const [before, ...replayed] = await taker.waiting();
      assert.deepEqual([before?.createdAt, replayed.map(({ body }) => body)], [at, bodies]);
      const { id, body, ...rest } = replayed[0]!;
      const times = { createdAt: at + 1, triedSince: at + 1, attempts: 0, dueAt: at + 1 };
      assert.deepEqual(rest, { app: ofOne, number: one, keys: [`${one}/${anna}`], isBlocked: false, ...times });
      assert.equal(new Set([before, ...replayed].map((one) => one?.id)).size, 4);
      assert.deepEqual([await taker.held(anna), await taker.held(bert)], ['', 'b1 b2 b3']);
      assert.deepEqual(await caller.unblock(bert, { held: 'delete' }), ['removed']);
      assert.deepEqual([await taker.held(bert), (await taker.waiting()).length], ['', 4]);
      assert.deepEqual((await webhooks.counts()).held, 0);
    });

    it('go to the app that there is, and wait for one', async (t) => {
      const { store, taker, caller } = await begin(t);
      await caller.block([anna, bert]);
      await taker.wrote(anna, 'a');
      await taker.wrote(bert, 'b');
      await store.directory.putNumber(one, { app: null }, at);
      await taker.wrote(anna, 'c');
      await caller.unblock(anna, { held: 'replay' });
      assert.equal(await taker.held(anna), 'a');
      await store.directory.changeAccountApp(defaultAccount, { url, secret: sealed('s') });
      await caller.unblock([anna, bert], { held: 'replay' });
      assert.deepEqual([await taker.told(ofAccount), await taker.told()], [['a', 'b'], []]);
      assert.equal((await taker.waiting(ofAccount))[0]?.number, one);
    });

    it('are let go once a provider that is waited for agrees', async (t) => {
      const { store, taker, caller } = await begin(t);
      await caller.block([anna, bert]);
      await new Pusher(store).push();
      await store.directory.putNumber(one, { rules: { push: 'wait' } }, at);
      for (const who of [anna, bert]) await taker.wrote(who, who === anna ? 'a' : 'b');
      await caller.unblock(bert);
      const users = asked(anna, bert);
      const unblock = { number: one, users, by, at, held: 'replay' } as const;
      const { outcomes, pushes } = await store.pushes.intend('unblock', unblock, at + hour);
      assert.deepEqual(verdicts(outcomes), ['removed', 'was_not_there']);
      assert.deepEqual([await taker.told(), await taker.held(anna)], [['b'], 'a']);
      const apps = await new Pusher(store).settle(pushes[0]!, done);
      assert.deepEqual(apps, [{ kind: 'number', number: one }], 'whom there is more for');
      assert.deepEqual([await taker.told(), await taker.held(anna)], [['b', 'a'], '']);
    });

    it('are bounded in bytes, where the oldest go, and in time', async (t) => {
      const { webhooks, taker, caller } = await begin(t, { heldBytes: 1200, heldFor: hour });
      await caller.block([anna, bert]);
      for (const [index, id] of ['1', '2', '3', '4', '5', '6'].entries()) {
        await taker.wrote(index % 2 ? anna : bert, id, at + index);
      }
      const held = [await taker.held(bert), await taker.held(anna)];
      const { held: count, heldBytes } = await webhooks.counts();
      assert.ok(heldBytes <= 1200 && count >= 3 && count < 6, `${count} of ${heldBytes} bytes`);
      const kept = ['1', '2', '3', '4', '5', '6'].slice(-count);
      assert.deepEqual(held.join(' ').split(' ').sort(), kept);
      const long = { ...message(anna, 'long', at + 9), text: { body: 'x'.repeat(2000) } };
      await taker.take(change(one, { messages: [long] }), at + 9);
      assert.deepEqual((await webhooks.counts()).held, 0, 'what alone is too long is not kept');
      await taker.wrote(anna, '7', at + 10);
      await taker.take(change(one, { messages: [message(bert, '8', at - 9 * hour)] }), at + 11);
      await webhooks.expire(at + 10 + hour, 9);
      assert.deepEqual([await taker.held(anna), await taker.held(bert)], ['', '8'], 'from when they came');
    });

    it('go with their number', async (t) => {
      const { store, webhooks, taker, caller } = await begin(t);
      await caller.block(anna);
      await taker.wrote(anna, 'a');
      await store.directory.deleteNumber(one, by, at);
      assert.equal((await webhooks.counts()).held, 0);
      await putHooked(store, one, { url, blocked: 'hold' });
      await caller.block(anna);
      await taker.wrote(anna, 'b');
      assert.deepEqual([await taker.held(anna), (await webhooks.counts()).held], ['b', 1]);
    });
  });
}

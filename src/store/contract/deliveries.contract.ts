import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type DeliveryId, parseDeliveryId } from '../../core/ids.ts';
import { at, by, Caller, hour, type OpenStore, one, phones, two } from './fixture.contract.ts';
import { idsIn, ofAccount, ofOne, putHooked, Taker, url } from './webhooks.fixture.contract.ts';

const [anna = '', bert = ''] = phones(2);
const unknown = `dlv_${'A'.repeat(22)}` as DeliveryId;

export function deliveriesContract(open: OpenStore): void {
  const begin = async (t: Parameters<OpenStore>[0], bounds: Parameters<OpenStore>[1] = {}) => {
    const store = await open(t, bounds);
    await putHooked(store);
    return { store, webhooks: store.webhooks, taker: new Taker(store) };
  };

  describe('deliveries', () => {
    it('wait in the order of their intakes until they are settled', async (t) => {
      const { webhooks, taker } = await begin(t);
      assert.deepEqual([await webhooks.waiting(), await taker.waiting()], [[], []]);
      const ids = Array.from({ length: 20 }, (_, index) => `m${index}`);
      await Promise.all(ids.map((id) => taker.wrote(anna, id)));
      assert.deepEqual(await webhooks.waiting(), [ofOne]);
      assert.deepEqual(await taker.told(), ids);
      const [first, second, third] = await webhooks.next(ofOne, 3);
      assert.deepEqual(first, {
        id: first!.id,
        app: ofOne,
        number: one,
        keys: [`${one}/${anna}`],
        body: first!.body,
        isBlocked: false,
        createdAt: at,
        triedSince: at,
        attempts: 0,
        dueAt: at,
      });
      for (const { id } of await taker.waiting()) assert.equal(parseDeliveryId(id), id);
      await webhooks.settle(first!.id, { kind: 'delivered' }, at);
      for (const time of [at + 1, at + 2]) {
        await webhooks.settle(second!.id, { kind: 'retry', detail: '500', at: time + hour }, time);
      }
      await webhooks.settle(third!.id, { kind: 'given_up', detail: 'too long' }, at + 3);
      const attempted = { attempts: 2, dueAt: at + 2 + hour, lastAttemptAt: at + 2, detail: '500' };
      assert.deepEqual((await taker.waiting())[0], { ...second, ...attempted });
      assert.deepEqual((await taker.told()).slice(0, 2), ['m1', 'm3']);
      const givenUp = { ...third, attempts: 1, dueAt: null, lastAttemptAt: at + 3, detail: 'too long' };
      assert.deepEqual(await webhooks.delivery(third!.id), givenUp);
      assert.equal(await webhooks.delivery(first!.id), undefined);
      await webhooks.settle(first!.id, { kind: 'retry', detail: '500', at }, at);
      assert.equal((await taker.waiting()).length, 18, 'what is gone stays so');
    });

    it('are paged, all or those of one app, and counted', async (t) => {
      const { store, webhooks, taker } = await begin(t);
      await putHooked(store, two, { url });
      for (const id of ['a', 'b', 'c']) await taker.wrote(anna, id);
      const testId = await webhooks.addDelivery({ kind: 'number', number: two }, '{"a":"\ufeffé😀"}', at + 1);
      await taker.wrote(anna, 'd');
      const [a, b] = await taker.waiting();
      await webhooks.settle(b!.id, { kind: 'given_up', detail: 'no' }, at);
      const page = async (query: Parameters<typeof webhooks.deliveries>[0]) => {
        const { items, hasMore } = await webhooks.deliveries(query);
        const whole = await Promise.all(items.map(({ id }) => webhooks.delivery(id)));
        return [whole.map((one) => idsIn(one!.body)).join(' '), hasMore];
      };
      assert.deepEqual(await page({ limit: 2 }), ['a b', true]);
      assert.deepEqual(await page({ limit: 3, after: b!.id }), ['c  d', false]);
      assert.deepEqual(await page({ limit: 2, app: ofOne }), ['a b', true]);
      assert.deepEqual(await page({ limit: 3, app: ofOne, after: a!.id }), ['b c d', false]);
      await webhooks.settle(a!.id, { kind: 'delivered' }, at);
      assert.deepEqual(await page({ limit: 1, after: a!.id }), ['b', true], 'also after one that is gone');
      const own = await webhooks.delivery(testId);
      assert.deepEqual([own?.keys, own?.number, own?.body], [[], two, '{"a":"\ufeffé😀"}']);
      const sizes = (await webhooks.deliveries({ limit: 9 })).items.map(({ bytes }) => bytes);
      const deliveryBytes = sizes.reduce((sum, size) => sum + size, 0);
      assert.deepEqual(await webhooks.counts(), { waiting: 3, givenUp: 1, deliveryBytes, held: 0, heldBytes: 0 });
    });

    it('stand in a line without their bodies, but for those given up', async (t) => {
      const { store, webhooks, taker } = await begin(t);
      await putHooked(store, two, { url });
      for (const id of ['a', 'b', 'c']) await taker.wrote(anna, id);
      await taker.wrote(bert, 'd');
      await webhooks.addDelivery({ kind: 'number', number: two }, '{}', at);
      const [a, b] = await taker.waiting();
      await webhooks.settle(a!.id, { kind: 'retry', detail: 'no', at: at + hour }, at);
      await webhooks.settle(b!.id, { kind: 'given_up', detail: 'no' }, at);
      const listed = (await webhooks.deliveries({ limit: 9, app: ofOne })).items;
      const [first, , ...rest] = listed;
      const last = rest.at(-1)!.id;
      assert.deepEqual(await webhooks.line(ofOne, 9, last), [first, ...rest]);
      assert.deepEqual(await webhooks.line(ofOne, 1, last), [first]);
      assert.deepEqual(await webhooks.line(ofOne, 9, rest[0]!.id), [first, rest[0]]);
      assert.deepEqual(await webhooks.line(ofAccount, 9, last), []);
    });

    it('are tried again by hand, also those given up, in their old place', async (t) => {
      const { webhooks, taker } = await begin(t);
      for (const id of ['a', 'b']) await taker.wrote(anna, id);
      const [a] = await taker.waiting();
      await webhooks.settle(a!.id, { kind: 'given_up', detail: 'no' }, at);
      assert.deepEqual(await taker.told(), ['b']);
      assert.deepEqual(await webhooks.redeliver(a!.id, at + hour), ofOne);
      const [again] = await taker.waiting();
      assert.deepEqual(again, {
        ...a,
        triedSince: at + hour,
        attempts: 1,
        dueAt: at + hour,
        lastAttemptAt: at,
        detail: 'no',
      });
      const { waiting, givenUp } = await webhooks.counts();
      assert.deepEqual([waiting, givenUp], [2, 0]);
      for (const id of [unknown, `${a!.id.slice(0, -4)}AAAA` as DeliveryId]) {
        assert.deepEqual([await webhooks.redeliver(id, at), await webhooks.delivery(id)], [undefined, undefined]);
      }
    });

    it('are bounded for each app: those given up make room, and then nothing of an intake is done', async (t) => {
      const { store, webhooks, taker } = await begin(t, { deliveryBytes: 1100 });
      const caller = new Caller(store);
      await taker.wrote(anna, 'a');
      await taker.wrote(anna, 'b');
      const [a, b] = await taker.waiting();
      for (const { id } of [a!, b!]) await webhooks.settle(id, { kind: 'given_up', detail: 'no' }, at);
      await taker.wrote(anna, 'c');
      await taker.wrote(anna, 'd');
      assert.deepEqual([await webhooks.delivery(a!.id), (await webhooks.counts()).givenUp], [undefined, 1]);
      await taker.wrote(anna, 'e');
      assert.equal((await webhooks.counts()).givenUp, 0);
      const beyond = taker.wrote(`${bert} US.b`, 'f');
      const enough = taker.wrote(anna, 'a');
      const overloaded = { reason: { kind: 'overloaded', retryAfter: 30 } };
      await assert.rejects(beyond, overloaded);
      assert.equal((await enough).messages, 0, 'what was there before needs no room');
      await assert.rejects(webhooks.addDelivery(ofOne, 'x'.repeat(900), at), overloaded);
      await webhooks.addDelivery(ofAccount, 'x'.repeat(900), at);
      await caller.block(bert);
      assert.equal(await caller.check('US.b'), undefined, 'nothing was learned');
      await caller.unblock(bert);
      await taker.deliver();
      assert.equal((await taker.wrote(`${bert} US.b`, 'f')).messages, 1, 'a repeat of what was refused is new');
    });

    it('that were given up are forgotten in time, and so is what was seen', async (t) => {
      const { webhooks, taker } = await begin(t, { givenUpFor: hour, seenFor: 2 * hour });
      for (const id of ['a', 'b', 'c']) await taker.wrote(anna, id);
      const [a, b] = await taker.waiting();
      await webhooks.settle(a!.id, { kind: 'given_up', detail: 'no' }, at);
      await webhooks.settle(b!.id, { kind: 'given_up', detail: 'no' }, at + 1);
      assert.equal(await webhooks.expire(at + hour - 1, 10), false);
      assert.equal((await webhooks.counts()).givenUp, 2);
      assert.equal(await webhooks.expire(at + hour, 1), true);
      assert.equal(await webhooks.delivery(a!.id), undefined);
      assert.ok(await webhooks.delivery(b!.id));
      assert.equal(await webhooks.expire(at + 2 * hour, 2), true);
      assert.equal(await webhooks.expire(at + 2 * hour, 2), false);
      const { waiting, givenUp } = await webhooks.counts();
      assert.deepEqual([waiting, givenUp], [1, 0]);
      assert.equal((await taker.wrote(anna, 'a')).messages, 1);
    });

    it('of a number go with it, and those of its account stay', async (t) => {
      const { store, webhooks, taker } = await begin(t);
      await taker.wrote(anna, 'a');
      await webhooks.addDelivery(ofAccount, '{}', at);
      await store.directory.deleteNumber(one, by, at);
      assert.deepEqual(await webhooks.waiting(), [ofAccount]);
      assert.deepEqual(await taker.told(), []);
      await putHooked(store);
      await taker.wrote(anna, 'b');
      assert.deepEqual([await taker.told(), (await webhooks.counts()).waiting], [['b'], 2]);
    });
  });
}

/** Whatever came for an app reaches it, whatever the app and the store do meanwhile. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { describe, it } from 'node:test';
import type { DeliveryId } from '../../src/core/ids.ts';
import { until } from '../helpers/until.ts';
import {
  all,
  answerFirst,
  appSecret,
  emptied,
  fail,
  idOf,
  numberId,
  ok,
  openStand,
  type Stand,
  textIn,
  textsOf,
} from './stand.ts';

const [ann, bob] = ['16505551234', '16505559876'] as const;

async function redeliver({ store, clock, forwarding }: Stand, id: DeliveryId): Promise<void> {
  const owner = await store.webhooks.redeliver(id, Date.now() + clock.ahead);
  assert.ok(owner);
  forwarding.wake(owner);
}

/** All that the app got is of one delivery, told anew as often as it takes. */
async function assertTaken(stand: Stand, times: number): Promise<void> {
  await emptied(stand.store);
  assert.equal(stand.app.asked.length, times);
  assert.equal(new Set(stand.app.asked.map(idOf)).size, 1);
  assert.deepEqual(stand.told.failed, []);
}

describe('a delivery', { concurrency: 4 }, () => {
  it('is signed both ways and has its id, the headers of the app, and the body as it is', async (t) => {
    const stand = await openStand(t);
    await stand.write(ann, 'héllo');
    await emptied(stand.store);
    const [asked] = stand.app.asked;
    assert.ok(asked);
    const { method, url, headers, body } = asked;
    assert.deepEqual([method, url, textIn(asked)], ['POST', '/hook?x=1', 'héllo']);
    const mac = createHmac('sha256', appSecret).update(body).digest('hex');
    assert.equal(headers['x-hub-signature-256'], `sha256=${mac}`);
    assert.equal(headers['x-webhook-signature'], mac);
    assert.equal(headers['content-type'], 'application/json');
    assert.equal(headers['x-mine'], 'kept');
    assert.match(String(headers['x-gatehouse-delivery']), /^dlv_[\w-]{22}$/);
    assert.equal(headers['x-gatehouse-blocked'], undefined);
    assert.deepEqual(
      stand.told.attempts.map(({ result }) => result),
      ['2xx'],
    );
  });

  it('is repeated under the same id when the app fails, or refuses it', async (t) => {
    const stand = await openStand(t);
    answerFirst(
      stand.app,
      fail,
      (response) => fail(response, 410),
      (response) => fail(response, 404),
    );
    await stand.write(ann, 'one');
    await assertTaken(stand, 4);
    assert.deepEqual(
      stand.told.attempts.map(({ result, detail }) => [result, detail]),
      [
        ['5xx', 'The app answered 500'],
        ['4xx', 'The app answered 410'],
        ['4xx', 'The app answered 404'],
        ['2xx', undefined],
      ],
    );
  });

  it('is repeated when the app hangs, trickles its head, or breaks off', async (t) => {
    const stand = await openStand(t, { limits: { callTimeout: 2_000 } });
    const timers: NodeJS.Timeout[] = [];
    t.after(() => timers.forEach(clearInterval));
    answerFirst(
      stand.app,
      () => {},
      ({ socket }) => {
        socket?.write('HTTP/1.1 200 OK\r\n');
        timers.push(setInterval(() => socket?.write('x-a: b\r\n'), 20));
      },
      ({ socket }) => socket?.resetAndDestroy(),
    );
    await stand.write(ann, 'one');
    await assertTaken(stand, 4);
    const [hung, trickled, broken] = stand.told.attempts;
    assert.deepEqual([hung?.result, hung?.detail], ['late', 'The app did not answer within 2 s']);
    assert.equal(trickled?.result, 'late');
    assert.equal(broken?.result, 'lost');
    assert.match(broken?.detail ?? '', /^The app gave no whole answer \(\w+\)$/);
  });

  it('is taken by an app that says so and trickles on, or says a lot', async (t) => {
    const stand = await openStand(t, { limits: { callTimeout: 2_000, atOnce: 1 } });
    const timers: NodeJS.Timeout[] = [];
    t.after(() => timers.forEach(clearInterval));
    answerFirst(
      stand.app,
      (response) => {
        response.write('x');
        timers.push(setInterval(() => response.write('x'), 20));
      },
      (response) => response.end('x'.repeat(4 * 1024 * 1024)),
    );
    for (const text of ['one', 'two', 'three']) await stand.write(ann, text);
    await emptied(stand.store);
    assert.deepEqual(textsOf(stand.app), ['one', 'two', 'three']);
  });

  it('follows no redirect', async (t) => {
    const stand = await openStand(t);
    answerFirst(stand.app, (response) => response.writeHead(307, { location: `${stand.app.origin}/other` }).end());
    await stand.write(ann, 'one');
    await assertTaken(stand, 2);
    assert.ok(stand.app.asked.every(({ url }) => url === '/hook?x=1'));
    assert.equal(stand.told.attempts[0]?.detail, 'The app answered 307: redirects are not followed');
  });

  it('goes to no address that is not allowed', async (t) => {
    const stand = await openStand(t, { allowPrivate: [] });
    await stand.write(ann, 'one');
    const seen = async () => (await stand.store.webhooks.deliveries(all)).items[0]?.detail ?? '';
    await until(async () => (await seen()) !== '');
    assert.match(await seen(), /^The app's address must lead to a public address: 127\.0\.0\.1 is private/);
    assert.deepEqual(stand.app.asked, []);
  });

  it('is given up after three days, and tried again by hand', async (t) => {
    const stand = await openStand(t);
    stand.app.answer = (_request, response) => fail(response);
    await stand.write(ann, 'one');
    await until(() => stand.app.asked.length > 1);
    stand.clock.ahead += 3 * 24 * 60 * 60_000;
    await until(() => stand.told.gaveUp.length > 0);
    const { items } = await stand.store.webhooks.deliveries(all);
    assert.deepEqual([items[0]?.dueAt, items[0]?.detail], [null, 'The app answered 500']);
    // Nothing waits behind it.
    stand.app.answer = (_request, response) => ok(response);
    await stand.write(ann, 'two');
    await until(() => textsOf(stand.app).includes('two'));
    const id = items[0]?.id as DeliveryId;
    answerFirst(stand.app, (response) => fail(response));
    await redeliver(stand, id);
    await emptied(stand.store);
    assert.deepEqual(stand.app.asked.map(idOf).slice(-2), [id, id], 'by hand it is tried as long as a new one');
    assert.equal(stand.told.gaveUp.length, 1);
  });

  it('is given up at once when the app is taken away, and can be sent again by hand once there is one', async (t) => {
    const stand = await openStand(t);
    stand.app.answer = (_request, response) => fail(response);
    await stand.write(ann, 'one');
    await until(() => stand.app.asked.length > 0);
    await stand.store.directory.putNumber(numberId, { app: null }, Date.now());
    stand.forwarding.appChanged({ kind: 'number', number: numberId });
    await until(() => stand.told.gaveUp.length > 0);
    const { items } = await stand.store.webhooks.deliveries(all);
    assert.deepEqual([items[0]?.dueAt, items[0]?.detail], [null, 'There is no app any more']);
    stand.app.answer = (_request, response) => ok(response);
    await stand.setApp(numberId, stand.app.origin);
    await redeliver(stand, items[0]?.id as DeliveryId);
    await emptied(stand.store);
    assert.equal(stand.app.asked.at(-1)?.url, '/');
  });
});

describe('the end', { concurrency: 4 }, () => {
  it('waits for what is under way, and what waits goes on after the next start under the same id', async (t) => {
    const stand = await openStand(t);
    const held = Promise.withResolvers<ServerResponse>();
    answerFirst(stand.app, fail, held.resolve);
    await stand.write(ann, 'one');
    const response = await held.promise;
    const closed = stand.restart();
    await stand.write(bob, 'two');
    ok(response);
    await closed;
    await emptied(stand.store);
    assert.deepEqual(textsOf(stand.app), ['one', 'one', 'two']);
    assert.equal(new Set(stand.app.asked.map(idOf)).size, 2);
  });

  it('cuts off what takes too long, which is repeated', async (t) => {
    const stand = await openStand(t, { limits: { closeGrace: 50 } });
    answerFirst(stand.app, () => {});
    await stand.write(ann, 'one');
    await until(() => stand.app.asked.length === 1);
    await stand.restart();
    await assertTaken(stand, 2);
  });
});

describe('a store that fails', { concurrency: 4 }, () => {
  it('makes nobody say again what the app took', async (t) => {
    let faults = 3;
    const stand = await openStand(t, {
      wrapWebhooks: (webhooks) => ({
        ...webhooks,
        settle: async (...args) => {
          faults -= 1;
          if (faults >= 0) throw new Error('the disk is full');
          return webhooks.settle(...args);
        },
      }),
    });
    await stand.write(ann, 'one');
    await emptied(stand.store);
    assert.deepEqual([stand.app.asked.length, stand.told.failed.length], [1, 3]);
  });

  it('is asked again for what waits', async (t) => {
    let faults = 3;
    const failing =
      <Args extends readonly unknown[], Value>(act: (...args: Args) => Promise<Value>) =>
      async (...args: Args) => {
        faults -= 1;
        if (faults >= 0) throw new Error('the disk is gone');
        return act(...args);
      };
    const stand = await openStand(t, {
      wrapWebhooks: (webhooks) => ({
        ...webhooks,
        waiting: failing(webhooks.waiting),
        next: failing(webhooks.next),
      }),
    });
    await stand.write(ann, 'one');
    await assert.doesNotReject(emptied(stand.store));
    assert.equal(stand.app.asked.length, 1);
    assert.ok(stand.told.failed.length > 0);
  });
});

/** What providers post: proved, taken in once, and answered when it is kept. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Refusal } from '../../src/core/errors.ts';
import { FaultySwitch } from '../helpers/faulty-store.ts';
import { readMetrics, sumOf } from '../helpers/metrics.ts';
import { exchange, request } from '../helpers/raw.ts';
import { expectStatus } from '../helpers/service.ts';
import {
  assertSigned,
  change,
  delivered,
  knownAs,
  message,
  payload,
  proofs,
  providers,
  startHooked,
  status,
  written,
} from '../helpers/webhooks.ts';

const id = '106540352242971';
const up = knownAs(id);
const [ann, bob] = ['16505551234', '16505559876'] as const;

describe('a webhook', { concurrency: 4 }, () => {
  for (const provider of providers)
    it(`of ${provider} is taken only if it is proved, and passed on as it came, signed anew`, async (t) => {
      const hooked = await startHooked(t);
      await hooked.connect(provider);
      await hooked.number(id, provider);
      const text = ` ${JSON.stringify(written(up, ann))}\n`;
      const others = providers.filter((one) => one !== provider);
      for (const proof of [
        {},
        ...others.map((one) => proofs[one](text)),
        proofs[provider](text.trim()),
        Object.fromEntries(Object.keys(proofs[provider](text)).map((name) => [name, 'guess'])),
      ]) {
        // The header of 360dialog proves any body.
        if (provider === '360dialog' && proof['x-proof'] === 'of 360dialog') continue;
        const answer = await hooked.post(provider, text, proof);
        expectStatus(answer, 401);
        assert.equal(answer.headers.get('content-type'), 'application/problem+json');
      }
      assert.equal((await hooked.store.webhooks.counts()).waiting, 0);
      const answer = await hooked.post(provider, text);
      assert.deepEqual([answer.status, answer.text], [200, '{"success":true}']);
      await delivered(hooked);
      assert.deepEqual(hooked.got(), [text]);
      for (const asked of hooked.app.asked) assertSigned(asked);
    });

  it('of Kapso’s own form is cut, and completes the block, as one of Meta’s', async (t) => {
    const hooked = await startHooked(t);
    await hooked.connect('kapso');
    const secret = await hooked.number(id, 'kapso');
    await hooked.block(id, secret, ann);
    const event = (user: string) => ({
      message: { id: `wamid.${user}`, timestamp: '1730092801', kapso: { direction: 'inbound' } },
      conversation: { phone_number: `+${user}`, phone_number_id: up },
      phone_number_id: up,
    });
    const kept = { batch: true, data: [event(bob)] };
    expectStatus(await hooked.post('kapso', { batch: true, data: [event(ann), event(bob)] }), 200);
    expectStatus(await hooked.post('kapso', event(ann)), 200);
    await delivered(hooked);
    assert.deepEqual(hooked.got(), [JSON.stringify(kept)]);
  });

  it('with a proof that comes twice is not proved', async (t) => {
    const hooked = await startHooked(t);
    await hooked.connect('360dialog');
    const proof = 'X-Proof: of 360dialog';
    for (const [headers, expected] of [
      [[proof], 200],
      [[proof, proof], 401],
    ] as const) {
      const answer = await exchange(hooked.service.base, request('POST /webhooks/360dialog', headers, '{}'));
      assert.equal(answer?.status, expected, answer?.body);
    }
  });

  it('is verified by the token that the connection holds, in plain text', async (t) => {
    const hooked = await startHooked(t);
    await hooked.connect('meta', { verify_token: 'prove it' });
    const verify = (query: Record<string, string>) =>
      hooked.service.call('GET', `/webhooks/meta?${new URLSearchParams(query)}`);
    const good = { 'hub.mode': 'subscribe', 'hub.verify_token': 'prove it', 'hub.challenge': '<b>42</b>' };
    const answer = await verify(good);
    assert.deepEqual([answer.status, answer.text], [200, '<b>42</b>']);
    assert.match(answer.headers.get('content-type') ?? '', /^text\/plain/);
    for (const bad of [{}, { ...good, 'hub.verify_token': 'guess' }, { ...good, 'hub.mode': 'unsubscribe' }]) {
      const refused = await verify(bad);
      expectStatus(refused, 403);
      assert.match(refused.headers.get('content-type') ?? '', /^text\/plain/);
    }
    // Also of one that holds no token this is true.
    assert.match((await verify({ ...good, 'hub.verify_token': '' })).text, /the verify_token that the connection has/);
    await hooked.connect('meta', { verify_token: 'another' });
    expectStatus(await verify(good), 403);
    expectStatus(await verify({ ...good, 'hub.verify_token': 'another' }), 200);
  });

  it('has an address only where something can prove it', async (t) => {
    const hooked = await startHooked(t);
    const { call, admin } = hooked.service;
    await hooked.connect('meta', { app_secret: undefined, webhook_secret: 'of kapso' });
    for (const [path, detail] of [
      ['/webhooks/meta', /holds no secret/],
      ['/webhooks/nobody', /no connection with this name/],
      ['/webhooks/%00', /no connection with this name/],
      ['/webhooks', /nothing at this path/],
      ['/webhooks/meta/', /nothing at this path/],
      ['/webhooks/meta/more', /nothing at this path/],
    ] as const)
      for (const method of ['GET', 'POST']) {
        const answer = await call(method, path, method === 'POST' ? { body: '{}' } : {});
        expectStatus(answer, 404);
        assert.match(answer.json.detail, detail);
        assert.equal(answer.json.request_id, answer.headers.get('x-request-id'));
      }
    // What is changed counts at once.
    expectStatus(await admin('PUT', '/connections/meta', { app_secret: 'of meta' }), 200);
    expectStatus(await hooked.post('meta', '{}'), 200);
    for (const method of ['PUT', 'DELETE', 'OPTIONS']) {
      const answer = await call(method, '/webhooks/meta', { body: '{}' });
      assert.deepEqual([answer.status, answer.headers.get('allow')], [405, 'GET, POST']);
    }
    expectStatus(await admin('DELETE', '/connections/meta'), 204);
    expectStatus(await hooked.post('meta', '{}'), 404);
  });

  it('may be large, not huge, and is refused if it is no JSON', async (t) => {
    const hooked = await startHooked(t);
    await hooked.connect('meta');
    await hooked.number(id, 'meta');
    const filler = 'x'.repeat(3 * 1024 * 1024);
    expectStatus(await hooked.post('meta', payload(change(up, { filler, messages: [message(ann)] }))), 200);
    await delivered(hooked);
    assert.ok(hooked.got()[0]?.includes(filler));
    for (const [body, expected] of [
      [JSON.stringify({ filler: 'x'.repeat(4 * 1024 * 1024) }), 413],
      ['', 400],
      ['{"entry":[', 400],
      ['{"entry":[],"entry":[]}', 400],
      [Buffer.from('{"a":"\xff"}', 'latin1'), 400],
      ['['.repeat(100_000), 400],
    ] as const)
      expectStatus(await hooked.post('meta', body), expected);
    expectStatus(await hooked.post('meta', '{"entry":[]}'), 200);
  });

  it('is refused with 503 while it cannot be kept, and taken when it comes again', async (t) => {
    const faulty = new FaultySwitch();
    const hooked = await startHooked(t, { wrapStore: faulty.wrap });
    await hooked.connect('meta');
    await hooked.number(id, 'meta');
    for (const [fault, seconds] of [
      [new Refusal({ kind: 'overloaded', retryAfter: 30 }), '30'],
      [new Refusal({ kind: 'store_unavailable' }, new Error('the disk is full')), '1'],
    ] as const) {
      faulty.rest = fault;
      const refused = await hooked.post('meta', written(up, ann));
      assert.deepEqual([refused.status, refused.headers.get('retry-after')], [503, seconds]);
    }
    faulty.fine();
    expectStatus(await hooked.post('meta', written(up, ann)), 200);
    await delivered(hooked);
    assert.equal(hooked.got().length, 1);
  });

  it('that comes again is taken and not passed on, in whatever order it comes', async (t) => {
    const hooked = await startHooked(t);
    await hooked.connect('meta');
    await hooked.number(id, 'meta');
    const statuses = ['sent', 'delivered', 'read'].map((state) =>
      payload(change(up, { statuses: [status('wamid.s', state)] })),
    );
    const all = [written(up, ann), ...statuses];
    for (const body of [...all, ...all.toReversed(), ...all]) expectStatus(await hooked.post('meta', body), 200);
    // What is new in it goes on alone.
    expectStatus(await hooked.post('meta', written(up, ann, bob)), 200);
    await delivered(hooked);
    assert.deepEqual(
      hooked.got().toSorted(),
      [...all, written(up, bob)].map((body) => JSON.stringify(body)).toSorted(),
    );
  });

  it('is logged and counted, without anybody in it', async (t) => {
    const hooked = await startHooked(t);
    await hooked.connect('meta');
    const secret = await hooked.number(id, 'meta');
    await hooked.block(id, secret, bob);
    expectStatus(await hooked.post('meta', written(up, ann, bob)), 200);
    expectStatus(await hooked.post('meta', written(up, ann), {}), 401);
    await delivered(hooked);
    const samples = await readMetrics(hooked.service);
    const count = (name: string, labels = {}) => sumOf(samples, name, labels);
    assert.equal(count('gatehouse_webhook_posts_total', { connection: 'meta', result: 'taken' }), 1);
    assert.equal(count('gatehouse_webhook_posts_total', { connection: 'meta', result: 'not_proved' }), 1);
    assert.equal(count('gatehouse_webhook_messages_total', { outcome: 'passed' }), 1);
    assert.equal(count('gatehouse_webhook_messages_total', { outcome: 'blocked' }), 1);
    assert.equal(count('gatehouse_delivery_attempts_total', { result: '2xx' }), 1);
    assert.equal(count('gatehouse_deliveries', { state: 'waiting' }), 0);
    assert.equal(count('gatehouse_requests_total', { dialect: 'meta', operation: 'webhook', status: '200' }), 1);
    const logged = hooked.service.logged();
    assert.match(logged, /"route":"\/webhooks\/:connection"/);
    assert.match(logged, /"msg":"app called"/);
    for (const text of [ann, bob, 'message 1', 'of meta', '/hook']) assert.ok(!logged.includes(text), text);
  });
});

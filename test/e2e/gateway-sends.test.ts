/** Sends of numbers with an upstream: refused here, or the provider's to answer. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Refusal } from '../../src/core/errors.ts';
import { ask } from '../helpers/ask.ts';
import { users } from '../helpers/client.ts';
import { FaultySwitch } from '../helpers/faulty-store.ts';
import { type GatewayTarget, providerToken, startGateway } from '../helpers/gateway.ts';
import { readMetrics, sumOf } from '../helpers/metrics.ts';
import { expectStatus } from '../helpers/service.ts';
import { until } from '../helpers/until.ts';

const [id, other] = ['106540352242951', '106540352242952'];
const blocked = '16505551234';
const bsuid = 'US.13491208655302741918';
const edges = ['messages', 'marketing_messages', 'calls'];

/** A send in each dialect. */
function sendersOf({ base }: GatewayTarget, secret: string) {
  const send =
    (path: string, headers: readonly string[]) =>
    (edge: string, body: string, type = 'application/json') =>
      ask(base, { method: 'POST', path: `${path}/${edge}`, headers: [...headers, 'Content-Type', type], body });
  return [
    send(`/v23.0/${id}`, ['Authorization', `Bearer ${secret}`]),
    send('', ['D360-API-KEY', secret]),
    send(`/meta/whatsapp/v24.0/${id}`, ['X-API-Key', secret]),
  ] as const;
}

async function block({ service }: GatewayTarget, secret: string): Promise<void> {
  const headers = { authorization: `Bearer ${secret}` };
  expectStatus(await service.call('POST', `/v25.0/${id}/block_users`, { headers, body: users(blocked) }), 200);
  const body = { messaging_product: 'whatsapp', block_users: [{ user_id: bsuid }] };
  expectStatus(await service.call('POST', `/v25.0/${id}/block_users`, { headers, body }), 200);
}

/** What the provider got of sends. */
function sendsAt({ provider }: GatewayTarget) {
  return provider.asked.filter(({ url }) => edges.some((edge) => url.includes(edge)));
}

describe('a send of a number with an upstream', () => {
  it('to whom it has blocked asks the provider nothing', async (t) => {
    const target = await startGateway(t);
    const secret = await target.number(id);
    await block(target, secret);
    for (const send of sendersOf(target, secret)) {
      for (const edge of edges) {
        for (const to of [
          { to: '+1 (650) 555-1234' },
          { recipient: bsuid },
          { to: '16809999999', recipient: bsuid },
          { to: blocked, recipient: 'US.999' },
        ]) {
          const told = await send(edge, JSON.stringify({ messaging_product: 'whatsapp', ...to, type: 'text' }));
          assert.deepEqual([told.status, JSON.parse(told.text).error.code], [400, 130403], told.text);
        }
      }
    }
    assert.deepEqual(sendsAt(target), []);
  });

  it('to anybody else goes out as it came, once, and the answer is the provider’s', async (t) => {
    const target = await startGateway(t);
    const secret = await target.number(id);
    await block(target, secret);
    target.provider.answer = (_request, response) =>
      response.writeHead(201, { 'x-from': 'there' }).end('{"messages":[1]}');
    const body = '{ "to":"+1 680 999 9999", "messaging_product":"whatsapp","biz":1.0e1,"text":{"body":"\\u00e9"} }';
    for (const send of sendersOf(target, secret)) {
      for (const edge of edges) {
        const told = await send(edge, body);
        assert.deepEqual([told.status, told.headers['x-from'], told.text], [201, 'there', '{"messages":[1]}']);
        const got = sendsAt(target);
        assert.equal(got.length, 1);
        assert.match(got[0]?.url ?? '', new RegExp(`^/v2\\d\\.0/777/${edge}$`));
        assert.deepEqual([got[0]?.body.toString(), got[0]?.headers.authorization], [body, `Bearer ${providerToken}`]);
        target.provider.asked.length = 0;
      }
    }
    const metrics = await readMetrics(target.service);
    assert.equal(sumOf(metrics, 'gatehouse_upstream_requests_total', { kind: 'send', result: '2xx' }), 9);
    assert.equal(sumOf(metrics, 'gatehouse_requests_total', { operation: 'send', status: '201' }), 9);
  });

  it('that is for nobody, or for a group, goes out too', async (t) => {
    const target = await startGateway(t);
    const secret = await target.number(id);
    const [send] = sendersOf(target, secret);
    const receipt = '{"messaging_product":"whatsapp","status":"read","message_id":"wamid.x"}';
    assert.equal((await send('messages', receipt)).status, 200);
    const group = '{"messaging_product":"whatsapp","recipient_type":"group","to":"abc","type":"text"}';
    assert.equal((await send('messages', group)).status, 200);
    assert.deepEqual(
      sendsAt(target).map(({ body }) => body.toString()),
      [receipt, group],
    );
  });

  it('that nobody can understand, or in two ways, does not go out', async (t) => {
    const target = await startGateway(t);
    const secret = await target.number(id);
    const [send] = sendersOf(target, secret);
    const product = '"messaging_product":"whatsapp"';
    for (const body of [
      '{',
      '[]',
      `{${product}}`,
      `{${product},"to":"16809999999","to":"${blocked}"}`,
      `{${product},"to":"16809999999","t\\u006f":"${blocked}"}`,
      `{${product},"to":["16809999999"]}`,
    ]) {
      assert.equal((await send('messages', body)).status, 400, body);
    }
    const types = ['Content-Type', 'application/json', 'Content-Type', 'application/x-www-form-urlencoded'];
    const headers = ['Authorization', `Bearer ${secret}`, ...types];
    const twice = { method: 'POST', path: `/${id}/messages`, headers, body: `{${product},"to":"16809999999"}` };
    assert.equal((await ask(target.base, twice)).status, 400);
    const form = `messaging_product=whatsapp&to=16809999999&to=${blocked}`;
    assert.equal((await send('messages', form, 'application/x-www-form-urlencoded')).status, 400);
    const [query] = sendersOf(target, secret);
    assert.equal((await query(`messages?to=${blocked}`, `{${product},"to":"16809999999"}`)).status, 400);
    assert.deepEqual(sendsAt(target), []);
  });

  it('brings no key of ours to the provider, wherever it had it', async (t) => {
    const target = await startGateway(t);
    const secret = await target.number(id);
    const body = `{"messaging_product":"whatsapp","access_token":"${secret}","to":"16809999999"}`;
    const headers = ['Content-Type', 'text/plain'];
    const told = await ask(target.base, { method: 'POST', path: `/${id}/messages?appsecret_proof=x`, headers, body });
    assert.equal(told.status, 200, told.text);
    const [got] = sendsAt(target);
    assert.deepEqual(
      [got?.url, got?.body.toString()],
      ['/v25.0/777/messages', '{"messaging_product":"whatsapp","to":"16809999999"}'],
    );
  });

  it('whose provider does not answer is told so', async (t) => {
    const target = await startGateway(t);
    const secret = await target.number(id);
    target.provider.early = (_request, response) => response.destroy();
    for (const send of sendersOf(target, secret))
      assert.equal((await send('messages', '{"messaging_product":"whatsapp","to":"16809999999"}')).status, 502);
  });
});

describe('a connection whose token is refused', () => {
  it('stops, and readiness tells of it until it gets another', async (t) => {
    const target = await startGateway(t);
    const secret = await target.number(id);
    target.provider.answer = (_request, response) =>
      response.writeHead(401).end('{"error":{"code":190,"message":"The token has expired"}}');
    await block(target, secret);
    const stopped = async () => (await target.service.call('GET', '/health/ready')).json.stopped_connections;
    await until(async () => (await stopped()) !== undefined);
    const [stop, ...others] = await stopped();
    assert.deepEqual([stop.name, stop.code, others], ['main', 190, []]);
    assert.match(stop.detail, /token/);
    assert.match(target.service.logged(), /connection stopped/);
    await target.connect('main', { token: 'another-token' });
    await until(async () => target.provider.asked.at(-1)?.headers.authorization === 'Bearer another-token');
  });
});

describe('while the list cannot be read', () => {
  it('a number’s policy says whether it sends, and readiness tells of both', async (t) => {
    const faults = new FaultySwitch();
    const target = await startGateway(t, { wrapStore: faults.wrap });
    const secret = await target.number(id, { on_store_failure: 'pass' });
    const strict = await target.number(other);
    const body = '{"messaging_product":"whatsapp","to":"16809999999"}';
    const send = (number: string, key: string) =>
      ask(target.base, {
        method: 'POST',
        path: `/${number}/messages`,
        headers: ['Authorization', `Bearer ${key}`],
        body,
      });
    faults.lists = new Refusal({ kind: 'store_unavailable' }, new Error('the disk is gone'));
    assert.equal((await send(id, secret)).status, 200);
    assert.equal((await send(other, strict)).status, 500);
    assert.equal(sendsAt(target).length, 1);
    assert.match(target.service.logged(), /sent unchecked/);

    faults.rest = faults.lists;
    const ready = await target.service.call('GET', '/health/ready');
    expectStatus(ready, 503);
    assert.deepEqual(ready.json.sends, { refused: 1, passed: 1 });
    faults.fine();
    expectStatus(await target.service.admin('DELETE', `/numbers/${other}?confirm=${other}`), 204);
    expectStatus(await target.service.call('GET', '/health/ready'), 200);
  });
});

/** What the client does when the server, or the way to it, misbehaves. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { Gatehouse, type GatehouseError, type GatehouseOptions } from '../../src/client/index.ts';
import { type Behaviour, problem, startRoughServer } from './rough-server.ts';

const adminKey = 'the-key-of-this-test';
const account: Behaviour = { status: 200, body: { name: 'acme', created_at: '2026-03-01T12:00:00.000Z' } };
const page: Behaviour = { status: 200, body: { data: [] } };
const busy = problem(503, 'unavailable', { 'retry-after': '2' });
const limited = problem(429, 'rate-limited', { 'retry-after': '1' });

async function start(t: TestContext, behaviours: Behaviour[], options: Partial<GatehouseOptions> = {}) {
  const server = await startRoughServer(t, ...behaviours);
  return { ...server, client: new Gatehouse({ url: server.url, adminKey, timing: server.timing, ...options }) };
}

/** The GatehouseError with which it fails. */
async function errorOf(promise: Promise<unknown>): Promise<GatehouseError> {
  const [result] = await Promise.allSettled([promise]);
  assert.equal(result.status, 'rejected');
  assert.equal(result.reason.name, 'GatehouseError', String(result.reason));
  return result.reason;
}

describe('a request that can be repeated', () => {
  for (const [name, behaviour] of Object.entries({
    'a connection that is reset': 'reset',
    'an answer that is cut off': 'cut',
    'no answer in time': 'hang',
    'a busy store': busy,
    'a rate limit': limited,
    'a proxy without a server': { status: 502, body: '<h1>Bad gateway</h1>' },
  } satisfies Record<string, Behaviour>)) {
    it(`is sent again after ${name}`, async (t) => {
      const { client, asked, waits } = await start(t, [behaviour, behaviour, account]);
      assert.equal((await client.accounts.put('acme')).name, 'acme');
      assert.deepEqual(asked, Array(3).fill('PUT /api/v1/accounts/acme'));
      assert.equal(waits.length, 2);
    });
  }

  it('waits longer each time, at random, and at least as long as the server asks', async (t) => {
    const { client, waits } = await start(t, ['reset', 'reset', limited, busy, 'reset', account], { attempts: 6 });
    await client.accounts.put('acme');
    assert.deepEqual(waits, [125, 250, 1500, 3000, 2000]);
  });

  it('understands a date as Retry-After', async (t) => {
    const dated = problem(503, 'unavailable', { 'retry-after': 'Sun, 01 Mar 2026 12:00:07 GMT' });
    const { client, waits } = await start(t, [dated, account]);
    await client.accounts.put('acme');
    assert.deepEqual(waits, [7125]);
  });

  it('is sent four times at most; the last failure is told', async (t) => {
    const { client, asked } = await start(t, [busy]);
    const error = await errorOf(client.check('1', '16505550123'));
    assert.equal(asked.length, 4);
    assert.deepEqual([error.kind, error.status, error.retryAfter], ['unavailable', 503, 2000]);
    assert.equal(error.requestId, 'Ab3dEf6hIj9kLmN2pQrStUv');
  });

  it('is not sent again when the server asks for a long pause, or when it would not help', async (t) => {
    const long = problem(429, 'rate-limited', { 'retry-after': '3600' });
    for (const behaviour of [long, problem(500, 'internal'), problem(422, 'invalid'), problem(401, 'unauthorized')]) {
      const { client, asked } = await start(t, [behaviour]);
      await errorOf(client.accounts.put('acme'));
      assert.equal(asked.length, 1);
    }
  });

  it('ends at once when the caller does not want it any more, in a pause too', async (t) => {
    const reason = new Error('Enough.');
    const pausing = new AbortController();
    const { client, asked, timing } = await start(t, [busy]);
    const patient = new Gatehouse({
      url: (await start(t, [busy])).url,
      adminKey,
      timing: {
        ...timing,
        async wait(_, signal) {
          pausing.abort(reason);
          signal?.throwIfAborted();
        },
      },
    });
    await assert.rejects(patient.accounts.put('acme', {}, { signal: pausing.signal }), reason);
    await assert.rejects(client.accounts.put('acme', {}, { signal: AbortSignal.abort(reason) }), reason);
    assert.deepEqual(asked, []);
  });

  it('ends while it waits for an answer', async (t) => {
    const stop = new AbortController();
    const reason = new Error('Enough.');
    const server = createServer(() => stop.abort(reason));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    t.after(() => server.closeAllConnections());
    t.after(() => server.close());
    const client = new Gatehouse({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, adminKey });
    await assert.rejects(client.check('1', '16505550123', { signal: stop.signal }), reason);
  });

  it('counts as done if what it deletes is gone after an attempt in doubt, and only then', async (t) => {
    const gone = problem(404, 'not-found');
    const doubtful = await start(t, ['reset', gone]);
    await doubtful.client.keys.revoke('key_1');
    assert.equal(doubtful.asked.length, 2);
    for (const behaviours of [[gone], [busy, gone]]) {
      const { client } = await start(t, behaviours);
      assert.equal((await errorOf(client.keys.revoke('key_1'))).kind, 'not-found');
    }
  });
});

describe('a request that must not be repeated in doubt', () => {
  const create = (client: Gatehouse) => client.keys.create({ name: 'Helpdesk', numbers: 'all' });

  for (const behaviour of ['reset', 'cut', 'hang', { status: 504, body: '' }] satisfies Behaviour[]) {
    it(`is sent once if the answer is lost: ${JSON.stringify(behaviour)}`, async (t) => {
      const { client, asked } = await start(t, [behaviour]);
      const error = await errorOf(create(client));
      assert.equal(asked.length, 1);
      assert.equal(error.inDoubt, true);
      assert.match(error.advice, /may have been carried out/);
    });
  }

  it('is sent again if nothing was done', async (t) => {
    const created = { status: 201, body: { id: 'key_1', secret: 'gh_1' } };
    const { client, asked } = await start(t, [busy, limited, created]);
    assert.equal((await create(client)).id, 'key_1');
    assert.equal(asked.length, 3);
  });

  it('is sent again if no connection came about', async (t) => {
    const { url, waits, timing } = await startRoughServer(t);
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const error = await errorOf(create(new Gatehouse({ url: `http://127.0.0.1:${port}`, adminKey, timing })));
    assert.deepEqual([error.kind, error.inDoubt, waits.length], ['unreachable', false, 3]);
    assert.match(error.message, /No connection could be made: .*ECONNREFUSED/);
    assert.notEqual(url, error.message);
  });
});

describe('what is no Gatehouse', () => {
  for (const [name, behaviour, message] of [
    ['a page', { status: 200, body: '<h1>Hello</h1>' }, /status 200\) is not Gatehouse’s/],
    ['another 404', { status: 404, body: '{"error":"no route"}' }, /status 404\) is not Gatehouse’s/],
    ['a redirect', { status: 302, headers: { location: 'https://example.com/' } }, /sends us on to "https:\/\/example/],
  ] satisfies [string, Behaviour, RegExp][]) {
    it(`is told as such: ${name}`, async (t) => {
      const { client, asked } = await start(t, [behaviour]);
      const error = await errorOf(client.accounts.put('acme'));
      assert.equal(error.kind, 'not-gatehouse');
      assert.match(error.message, message);
      assert.equal(asked.length, 1);
    });
  }
});

it('a log is followed through trouble, from where it was', async (t) => {
  const event = (id: string) => ({ id, user: {} });
  const events = (id: string): Behaviour => ({
    status: 200,
    body: { data: [event(id)], paging: { cursors: { before: id, after: `cursor-${id}` } } },
  });
  const { client, asked } = await start(t, [events('1'), 'reset', page, events('2')], { attempts: 1 });
  const troubles: string[] = [];
  const seen: string[] = [];
  for await (const { id } of client.events.follow('1', { onTrouble: ({ kind }) => troubles.push(kind) })) {
    seen.push(id);
    if (id === '2') break;
  }
  assert.deepEqual([seen, troubles], [['1', '2'], ['unreachable']]);
  assert.deepEqual(asked.slice(1), Array(3).fill('GET /api/v1/numbers/1/events?limit=1000&after=cursor-1'));
});

it('of many users no more is begun after a failure', async (t) => {
  const { client, asked } = await start(t, [problem(401, 'unauthorized')]);
  const endless = (function* () {
    for (let user = 16505550100; ; user += 1) yield String(user);
  })();
  await errorOf(client.blockMany('1', endless, { width: 4 }).next());
  assert.ok(asked.length <= 4, String(asked.length));
});

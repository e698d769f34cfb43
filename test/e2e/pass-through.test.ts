/** What stands at no edge of ours goes to the number's provider. How it goes is held in `test/gateway`. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import { type Ask, ask, type Told } from '../helpers/ask.ts';
import { type GatewayTarget, providerToken, startGateway } from '../helpers/gateway.ts';
import { readMetrics, sumOf } from '../helpers/metrics.ts';
import { RawConnection, request } from '../helpers/raw.ts';
import { expectStatus } from '../helpers/service.ts';

const [id, other] = ['106540352242961', '106540352242962'];

/** Asks with Meta's header. */
function asking({ base }: GatewayTarget, secret: string) {
  return (path: string, more: Ask = {}): Promise<Told> =>
    ask(base, { path, ...more, headers: ['Authorization', `Bearer ${secret}`, ...(more.headers ?? [])] });
}

function errorOf({ status, text }: Told): readonly unknown[] {
  const { code, error_subcode: subcode } = JSON.parse(text).error;
  return subcode === undefined ? [status, code] : [status, code, subcode];
}

describe('what passes', () => {
  it('goes out and comes back as it is, with the other credential', async (t) => {
    const target = await startGateway(t);
    const secret = await target.number(id);
    const body = randomBytes(300_000);
    target.provider.answer = (_request, response) =>
      response.writeHead(201, 'Made', { 'X-From': 'there', 'Set-Cookie': ['a=1', 'b=2'] }).end(body);
    const told = await asking(target, secret)(`/v23.0/${id}/media/%20x?a=%20&b=1`, {
      method: 'POST',
      headers: ['Content-Type', 'image/png', 'X-Mine', 'kept'],
      body,
    });
    assert.deepEqual([told.status, told.message, told.headers['set-cookie']], [201, 'Made', ['a=1', 'b=2']]);
    assert.ok(told.body.equals(body));
    const [got] = target.provider.asked;
    assert.deepEqual([got?.method, got?.url], ['POST', '/v23.0/777/media/%20x?a=%20&b=1']);
    assert.deepEqual([got?.headers.authorization, got?.headers['x-mine']], [`Bearer ${providerToken}`, 'kept']);
    assert.ok(got?.body.equals(body));
    assert.ok(!JSON.stringify(got?.raw).includes(secret));
  });

  it('takes the provider’s form from each dialect to each', async (t) => {
    const expected = {
      meta: ['/v23.0/777/things?z=1', '/v19.0/777/things?z=1', '/v19.0/777/things?z=1', '/v24.0/777/things?z=1'],
      kapso: ['/v23.0/777/things?z=1', '/v19.0/777/things?z=1', '/v19.0/777/things?z=1', '/v24.0/777/things?z=1'].map(
        (path) => `/meta/whatsapp${path}`,
      ),
      '360dialog': ['/things?z=1', '/things?z=1', '/things?z=1', '/things?z=1'],
    };
    for (const [provider, paths] of Object.entries(expected)) {
      const target = await startGateway(t, { provider });
      const secret = await target.number(id);
      await target.connect('main', { api_version: 'v19.0' });
      const bearer = ['Authorization', `Bearer ${secret}`];
      for (const [path, headers] of [
        [`/v23.0/${id}/things?z=1`, bearer],
        [`/${id}/things?z=1`, bearer],
        ['/things?z=1', ['D360-API-KEY', secret]],
        [`/meta/whatsapp/v24.0/${id}/things?z=1`, ['X-API-Key', secret]],
      ] as const) {
        assert.equal((await ask(target.base, { path, headers })).status, 200, path);
      }
      assert.deepEqual(
        target.provider.asked.map(({ url }) => url),
        paths,
      );
      for (const { raw } of target.provider.asked) {
        assert.ok(!JSON.stringify(raw).includes(secret));
        assert.ok(JSON.stringify(raw).includes(providerToken));
      }
    }
  });

  it('may bring its key in the query or in parameters, and loses it there', async (t) => {
    const target = await startGateway(t);
    const secret = await target.number(id);
    const path = `/v25.0/${id}/flows`;
    const form = `name=%20x&access_token=${secret}&appsecret_proof=ab&b=+`;
    const parts = (more: string) => `--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n${more}--b--\r\n`;
    const part = `--b\r\nContent-Disposition: form-data; name="access_token"\r\n\r\n${secret}\r\n`;
    const asks: readonly (readonly [ask: Ask, url: string, body: string])[] = [
      [{ path: `${path}?a=%20&access_token=${secret}&appsecret_proof=ab&b` }, '?a=%20&b', ''],
      [
        { path, method: 'POST', headers: ['Content-Type', 'application/x-www-form-urlencoded'], body: form },
        '',
        'name=%20x&b=+',
      ],
      [
        {
          path,
          method: 'POST',
          headers: ['Content-Type', 'application/json'],
          body: `{"access_token":"${secret}", "n":1e0}`,
        },
        '',
        '{"n":1e0}',
      ],
      [
        { path, method: 'POST', headers: ['Content-Type', 'multipart/form-data; boundary=b'], body: parts(part) },
        '',
        parts(''),
      ],
    ];
    for (const [asked, query, body] of asks) {
      assert.equal((await ask(target.base, asked)).status, 200, asked.body?.toString());
      const got = target.provider.asked.pop();
      assert.deepEqual([got?.url, got?.body.toString()], [`/v25.0/777/flows${query}`, body]);
      assert.equal(got?.headers.authorization, `Bearer ${providerToken}`);
    }
  });

  it('never brings the provider’s token back', async (t) => {
    const target = await startGateway(t);
    const secret = await target.number(id);
    target.provider.answer = ({ headers }, response) =>
      response.writeHead(200, { 'x-echo': headers.authorization }).end(JSON.stringify(headers));
    const told = await asking(target, secret)(`/${id}/echo`);
    assert.ok(!told.text.includes(providerToken) && !JSON.stringify(told.raw).includes(providerToken));
    assert.equal(JSON.parse(told.text).authorization, `Bearer ${'x'.repeat(providerToken.length)}`);
  });

  it('is counted and logged without its path', async (t) => {
    const target = await startGateway(t);
    const secret = await target.number(id);
    await asking(target, secret)(`/${id}/very_private/16505551234?phone=16505551234`);
    const lines = target.service
      .logged()
      .split('\n')
      .filter((line) => line.includes('"request"'));
    assert.ok(lines.at(-1)?.includes('"route":"/*"'));
    assert.ok(!target.service.logged().includes('very_private') && !target.service.logged().includes('16505551234'));
    const metrics = await readMetrics(target.service);
    assert.equal(sumOf(metrics, 'gatehouse_requests_total', { operation: 'pass', status: '200' }), 1);
    const labels = { connection: 'main', kind: 'pass', result: '2xx' };
    assert.equal(sumOf(metrics, 'gatehouse_upstream_requests_total', labels), 1);
  });

  it('may be large and slow, as long as it comes', async (t) => {
    const target = await startGateway(t, { limits: { requestTimeout: 100, idleTimeout: 15_000, checkInterval: 25 } });
    const secret = await target.number(id);
    using connection = new RawConnection(target.base);
    const head = request(`POST /${id}/media`, [
      `Authorization: Bearer ${secret}`,
      'Content-Length: 12',
      'Content-Type: a/b',
    ]);
    connection.send(head);
    const log = () => target.provider.asked.length;
    // The client's own pace: more than the deadline of other requests in all.
    for (let at = 0; at < 12; at += 1) {
      await new Promise((resolve) => setTimeout(resolve, 30));
      connection.send('x');
    }
    assert.equal((await connection.next())?.status, 200);
    assert.equal(log(), 1);
  });

  it('but does not come any more is closed with 408', async (t) => {
    const target = await startGateway(t, { limits: { requestTimeout: 15_000, idleTimeout: 100, checkInterval: 25 } });
    const secret = await target.number(id);
    using connection = new RawConnection(target.base);
    const head = request(`POST /${id}/media`, [
      `Authorization: Bearer ${secret}`,
      'Content-Length: 12',
      'Content-Type: a/b',
    ]);
    assert.equal((await connection.send(head).send('x').next())?.status, 408);
    await connection.closed();
    assert.deepEqual(target.provider.asked, []);
  });
});

describe('where a path leads', () => {
  it('without a hosted number is the one connection of the key’s numbers', async (t) => {
    const target = await startGateway(t);
    const secret = await target.number(id);
    const call = asking(target, secret);
    for (const path of ['/v25.0/1234567890/message_templates?limit=1', '/987%36', '/v25.0/me']) {
      assert.equal((await call(path)).status, 200, path);
      assert.equal(target.provider.asked.pop()?.url, path.startsWith('/v25.0') ? path : `/v25.0${path}`);
    }

    const both = await target.service.admin('POST', '/keys', { name: 'both', numbers: 'all' });
    await target.connect('second');
    await target.number(other, { upstream: { connection: 'second' } });
    const several = await asking(target, both.json.secret)('/v25.0/1234567890');
    assert.equal(several.status, 400, several.text);
    assert.equal(target.provider.asked.length, 0);
    assert.equal((await asking(target, both.json.secret)(`/${other}/x`)).status, 200);
    assert.equal(target.provider.asked.at(-1)?.url, `/v25.0/${other}/x`);
  });

  it('without an upstream is unknown', async (t) => {
    const target = await startGateway(t);
    const secret = await target.service.number(other);
    const call = asking(target, secret);
    for (const path of [`/v25.0/${other}/media`, '/v25.0/1234567890', `/${other}`])
      assert.deepEqual(errorOf(await call(path)), [400, 2500], path);
    assert.equal((await ask(target.base, { path: '/things', headers: ['D360-API-KEY', secret] })).status, 404);
    assert.deepEqual(target.provider.asked, []);
  });

  it('with a number that the key does not reach is nowhere', async (t) => {
    const target = await startGateway(t);
    const secret = await target.number(id);
    await target.number(other);
    assert.deepEqual(errorOf(await asking(target, secret)(`/v25.0/${other}/media`)), [400, 100, 33]);
    assert.equal((await asking(target, 'a-key-that-nobody-has-0123456789')(`/v25.0/${id}/media`)).status, 401);
    assert.equal((await ask(target.base, { path: `/v25.0/${id}/media` })).status, 401);
    assert.deepEqual(target.provider.asked, []);
  });

  it('is never an edge of a number that is not hosted here, however it is written', async (t) => {
    const target = await startGateway(t);
    const secret = await target.number(id);
    const call = asking(target, secret);
    const foreign = '999988887777666';
    for (const edge of ['block_users', 'messages', 'marketing_messages', 'calls', '%6dessages', 'messages/']) {
      const method = edge === 'block_users' ? 'GET' : 'POST';
      const body = method === 'POST' ? '{"messaging_product":"whatsapp","to":"16505551234"}' : undefined;
      const told = await call(`/v25.0/${foreign}/${edge}`, { method, ...(body && { body }) });
      assert.deepEqual(errorOf(told), [400, 100, 33], edge);
    }
    for (const path of [
      `/v25.0/${id}/../${foreign}/messages`,
      `/v25.0/${id}/%2e%2e/${foreign}/messages`,
      `/v25.0/${id}/x/./messages`,
      `/v25.0//${foreign}/messages`,
      `/v25.0/${foreign}%2fmessages`,
      `/v25.0/${foreign}/Messages`,
      `/v25.0/v25.0/${foreign}/messages`,
    ]) {
      const told = await call(path, { method: 'POST', body: '{}' });
      assert.equal(told.status, 400, `${path}: ${told.text}`);
    }
    assert.deepEqual(target.provider.asked, []);
  });

  it('is nowhere for a batch', async (t) => {
    const target = await startGateway(t);
    const secret = await target.number(id);
    const call = asking(target, secret);
    const json = { method: 'POST', headers: ['Content-Type', 'application/json'], body: '{"batch":[]}' };
    const form = { method: 'POST', headers: ['Content-Type', 'application/x-www-form-urlencoded'], body: 'batch=[]' };
    const parts = '--b\r\nContent-Disposition: form-data; name="batch"\r\n\r\n[]\r\n--b--\r\n';
    const multipart = { method: 'POST', headers: ['Content-Type', 'multipart/form-data; boundary=b'], body: parts };
    const large = { ...multipart, body: `${parts.slice(0, -9)}${' '.repeat(100_000)}\r\n--b--\r\n` };
    for (const more of [json, form, multipart, large])
      for (const path of ['/', '/v25.0/', `/v25.0/${id}/x`]) assert.equal((await call(path, more)).status, 400, path);
    assert.equal((await call(`/v25.0/${id}/x?batch=[]`, { method: 'POST' })).status, 400);
    assert.deepEqual(target.provider.asked, []);
  });
});

describe('a provider that does not answer', () => {
  it('is told in the dialect’s voice', async (t) => {
    const target = await startGateway(t);
    const secret = await target.number(id);
    target.provider.early = (_request, response) => response.destroy();
    const told = await asking(target, secret)(`/v25.0/${id}/media`);
    assert.equal(told.status, 502);
    assert.match(JSON.parse(told.text).error.fbtrace_id, /^A[\w-]{22}$/);
    const kapso = await ask(target.base, { path: `/meta/whatsapp/${id}/x`, headers: ['X-API-Key', secret] });
    assert.equal(kapso.status, 502);
    const d360 = await ask(target.base, { path: '/x', headers: ['D360-API-KEY', secret] });
    assert.equal(d360.status, 502);
    const metrics = await readMetrics(target.service);
    assert.equal(sumOf(metrics, 'gatehouse_upstream_requests_total', { kind: 'pass', result: 'none' }), 3);
    assert.equal(sumOf(metrics, 'gatehouse_refused_requests_total', { kind: 'upstream_failed' }), 3);
  });

  it('in the middle of the answer leaves the client without an end', async (t) => {
    const target = await startGateway(t);
    const secret = await target.number(id);
    target.provider.answer = (_request, response) => {
      response.writeHead(200, { 'content-length': 10 }).write('first');
      setImmediate(() => response.destroy());
    };
    await assert.rejects(asking(target, secret)(`/v25.0/${id}/media`), { code: 'ECONNRESET' });
    expectStatus(await target.service.call('GET', '/health/live'), 200);
  });
});

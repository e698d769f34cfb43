import assert from 'node:assert/strict';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { Refusal } from '../core/errors.ts';
import type { Store } from '../core/ports.ts';
import {
  type Answer,
  adminKey,
  assertEveryStatusSeen,
  commonStatuses,
  operationNames,
  startAdmin,
  type TestAdmin,
} from './client.contract.ts';

after(() =>
  assertEveryStatusSeen(
    () => true,
    (status) => commonStatuses.includes(status),
  ),
);

const number = '/numbers/106540352242922';
const delivery = 'dlv_AAAAAAABq83vEjRWeJASNF';

/** A request for each operation that its schemas and parsers pass. */
const requests: readonly [operation: string, path: string, body?: object][] = [
  ['PUT /accounts/:name', '/accounts/acme'],
  ['GET /accounts', '/accounts'],
  ['GET /accounts/:name', '/accounts/acme'],
  ['PUT /connections/:name', '/connections/cloud', { provider: 'meta', token: 'up-token' }],
  ['GET /connections', '/connections'],
  ['GET /connections/:name', '/connections/cloud'],
  ['DELETE /connections/:name', '/connections/cloud'],
  ['PUT /numbers/:phone_number_id', number, { display_phone_number: '+1 555 078 3881' }],
  ['GET /numbers', '/numbers'],
  ['GET /numbers/:phone_number_id', number],
  ['DELETE /numbers/:phone_number_id', `${number}?confirm=106540352242922`],
  ['POST /keys', '/keys', { name: 'Robot', numbers: 'all' }],
  ['GET /keys', '/keys'],
  ['DELETE /keys/:id', '/keys/key_0123456789abcdef'],
  ['GET /numbers/:phone_number_id/blocks', `${number}/blocks`],
  ['GET /numbers/:phone_number_id/blocks/:user', `${number}/blocks/16505551234`],
  ['PUT /numbers/:phone_number_id/blocks/:user', `${number}/blocks/16505551234`],
  ['DELETE /numbers/:phone_number_id/blocks/:user', `${number}/blocks/16505551234`],
  ['POST /numbers/:phone_number_id/reconcile', `${number}/reconcile`],
  ['GET /numbers/:phone_number_id/reconcile', `${number}/reconcile`],
  ['GET /numbers/:phone_number_id/blocks/:user/held', `${number}/blocks/16505551234/held`],
  ['GET /numbers/:phone_number_id/events', `${number}/events`],
  ['POST /numbers/:phone_number_id/sandbox/messages', `${number}/sandbox/messages`, { from: '16505551234' }],
  ['POST /numbers/:phone_number_id/app/test', `${number}/app/test`],
  ['POST /accounts/:name/app/test', '/accounts/acme/app/test'],
  ['GET /deliveries', '/deliveries'],
  ['GET /deliveries/:id', `/deliveries/${delivery}`],
  ['POST /deliveries/:id/redeliver', `/deliveries/${delivery}/redeliver`],
];

async function callEach(
  admin: TestAdmin,
  check: (answer: Answer, method: string, path: string) => void,
): Promise<void> {
  for (const [operation, path, body] of requests) {
    const method = operation.replace(/ .*/, '');
    check(await admin.call(method, path, body), method, path);
  }
}

/** A real store that fails at every call. */
function failing(error: Error): (store: Store) => Store {
  const fail = () => Promise.reject(error);
  return (store) => ({
    ...store,
    lists: new Proxy(store.lists, { get: () => fail }),
    directory: new Proxy(store.directory, { get: () => fail }),
    webhooks: new Proxy(store.webhooks, { get: () => fail }),
  });
}

test('the requests of these tests are all that there are', async (t) => {
  await startAdmin(t);
  const known = requests.map(([operation]) => operation.replace(' ', ' /api/v1'));
  assert.deepEqual(known.sort(), operationNames().sort());
});

test('every operation needs the admin key, once and as a bearer token', async (t) => {
  const admin = await startAdmin(t);
  const wrong: (string | string[])[] = [
    'Bearer wrong',
    'Bearer',
    'Bearer ',
    `Basic ${adminKey}`,
    adminKey,
    `Bearer ${adminKey} ${adminKey}`,
    `Bearer,${adminKey}`,
    `Bearer ${adminKey}x`,
    [`Bearer ${adminKey}`, `Bearer ${adminKey}`],
    ['Bearer wrong', `Bearer ${adminKey}`],
  ];
  for (const [operation, path, body] of requests) {
    for (const authorization of wrong) {
      const answer = await admin.call(operation.replace(/ .*/, ''), path, body, { headers: { authorization } });
      assert.equal(answer.status, 401, String(authorization));
      assert.equal(answer.headers['www-authenticate'], 'Bearer');
    }
  }
  for (const authorization of [`bearer ${adminKey}`, `BEARER   ${adminKey}`]) {
    assert.equal((await admin.call('GET', '/accounts', undefined, { headers: { authorization } })).status, 200);
  }
});

test('a request without a key is refused before its body is read', async (t) => {
  const admin = await startAdmin(t);
  const options = { headers: { authorization: '' }, raw: '{'.repeat(100_000) };
  assert.equal((await admin.call('POST', '/keys', undefined, options)).status, 401);
});

test('two Authorization headers on one connection are refused', async (t) => {
  const admin = await startAdmin(t);
  await admin.app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = admin.app.server.address() as AddressInfo;
  const statusOf = (authorization: string | string[]) =>
    new Promise<number | undefined>((resolve, reject) => {
      const sent = request({ port, path: '/api/v1/accounts', agent: false }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      });
      sent.on('error', reject).setHeader('Authorization', authorization).end();
    });
  assert.equal(await statusOf(`Bearer ${adminKey}`), 200);
  assert.equal(await statusOf([`Bearer ${adminKey}`, `Bearer ${adminKey}`]), 401);
});

test('a body that cannot be read is refused in plain words and nothing is changed', async (t) => {
  const admin = await startAdmin(t);
  const bodies: [string | Buffer, RegExp][] = [
    ['{', /not valid JSON/],
    ['{"name":"x",}', /not valid JSON/],
    [' ', /not valid JSON/],
    ['name=x', /not valid JSON/],
    [Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), /UTF-8/],
    ['{"__proto__":{"name":"x"}}', /__proto__/],
    ['{"constructor":{"prototype":{}}}', /constructor/],
    [`${'['.repeat(33)}${']'.repeat(33)}`, /deeper than 32/],
  ];
  for (const [operation, path] of requests) {
    const method = operation.replace(/ .*/, '');
    for (const [raw, words] of bodies) {
      const { status, body } = await admin.call(method, path, undefined, { raw });
      assert.equal(status, 400, `${operation} ${raw}`);
      assert.match(body.detail, words);
    }
  }
  assert.deepEqual((await admin.call('GET', '/numbers')).body, { data: [] });
  assert.deepEqual((await admin.call('GET', '/keys')).body, { data: [] });
});

test('a body of another content type is refused with what to send', async (t) => {
  const admin = await startAdmin(t);
  const types = [
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonx',
  ];
  for (const type of [...types, 'application/json, text/plain', 'json', '/', 'application/problem+json']) {
    const { status, body } = await admin.call('PUT', number, undefined, {
      raw: '{"display_phone_number":"+15550783881"}',
      headers: { 'content-type': type },
    });
    assert.equal(status, 400, type);
    assert.match(body.detail, /application\/json/);
  }
  const packed = await admin.call('PUT', number, undefined, {
    raw: gzipSync('{"display_phone_number":"+15550783881"}'),
    headers: { 'content-encoding': 'gzip' },
  });
  assert.deepEqual([packed.status, packed.body.detail.slice(0, 18)], [400, 'The body is packed']);
  assert.deepEqual((await admin.call('GET', '/numbers')).body, { data: [] });
  for (const type of ['application/json; charset=utf-8', 'Application/JSON', 'application/json ;charset=UTF-8']) {
    const headers = { 'content-type': type };
    assert.equal((await admin.call('PUT', '/accounts/acme', {}, { headers })).status < 300, true, type);
  }
});

test('a body that is too large is refused by every operation that takes one', async (t) => {
  const admin = await startAdmin(t);
  for (const [operation, path] of requests) {
    const method = operation.replace(/ .*/, '');
    const { status } = await admin.call(method, path, undefined, { raw: JSON.stringify('x'.repeat(64 * 1024)) });
    assert.equal(status, 413, operation);
  }
});

test('a store that cannot answer makes every operation 503 and its cause is only in the log', async (t) => {
  const cause = new Error('disk /dev/secret is full');
  const admin = await startAdmin(t, { wrapStore: failing(new Refusal({ kind: 'store_unavailable' }, cause)) });
  await callEach(admin, ({ status, body }) => {
    assert.equal(status, 503);
    assert.ok(!JSON.stringify(body).includes('secret'));
  });
  assert.match(admin.log.join(''), /disk \/dev\/secret is full/);
});

test('a bug makes 500 without a word about it, and its cause is in the log under the request id', async (t) => {
  const admin = await startAdmin(t, { wrapStore: failing(new TypeError('the secret cause')) });
  await callEach(admin, ({ status, body }) => {
    assert.equal(status, 500);
    assert.ok(!JSON.stringify(body).includes('secret'));
    const line = admin.log.find((one) => one.includes('the secret cause') && one.includes(body.request_id));
    assert.ok(line);
  });
});

test('an unknown path is not found, with or without a key, whatever its body', async (t) => {
  const admin = await startAdmin(t);
  for (const path of ['', '/', '/nothing', '/accounts/a/b', '/numbers/1/block', '/keys/a/b', '//accounts']) {
    for (const headers of [{}, { authorization: '' }]) {
      assert.equal((await admin.call('GET', path, undefined, { headers })).status, 404);
      assert.equal((await admin.call('POST', `${path}/x/y/z`, undefined, { headers, raw: '{' })).status, 404);
    }
  }
});

test('a method that a path does not have is answered with those that it has', async (t) => {
  const admin = await startAdmin(t);
  const cases: [string, string, string][] = [
    ['POST', '/accounts', 'GET, HEAD'],
    ['DELETE', '/accounts/acme', 'GET, HEAD, PUT'],
    ['PATCH', number, 'DELETE, GET, HEAD, PUT'],
    ['PUT', '/keys', 'GET, HEAD, POST'],
    ['OPTIONS', '/keys', 'GET, HEAD, POST'],
    ['QUERY', '/keys', 'GET, HEAD, POST'],
    ['GET', '/keys/key_0123456789abcdef', 'DELETE'],
    ['POST', `${number}/blocks`, 'GET, HEAD'],
    ['POST', `${number}/blocks/16505551234`, 'DELETE, GET, HEAD, PUT'],
    ['DELETE', `${number}/events`, 'GET, HEAD'],
    ['GET', `${number}/sandbox/messages`, 'POST'],
    ['DELETE', `/deliveries/${delivery}`, 'GET, HEAD'],
  ];
  for (const [method, path, allow] of cases) {
    const { status, headers } = await admin.call(method, path, undefined, method === 'GET' ? {} : { raw: '{' });
    assert.equal(status, 405, `${method} ${path}`);
    assert.equal(headers['allow'], allow);
  }
});

test('a path that is not validly encoded is refused and the server goes on', async (t) => {
  const admin = await startAdmin(t);
  for (const path of ['/accounts/%', '/accounts/%ZZ', `${number}/blocks/%E0%A4%A`, `${number}/blocks/%ff`, '/%C0%AF']) {
    const { status } = await admin.call('PUT', path);
    assert.equal(status, 404, path);
  }
  assert.equal((await admin.call('GET', '/accounts')).status, 200);
});

/** What is hardly HTTP, or an odd corner of it, byte by byte. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { exchange, RawConnection, request } from '../helpers/raw.ts';
import { startTarget } from './target.ts';

const blockNobody = '{"messaging_product":"whatsapp","block_users":[]}';
const json = 'Content-Type: application/json';

describe('what is no HTTP', () => {
  const post = (...lines: string[]) =>
    [`POST /v25.0/1/block_users HTTP/1.1`, 'Host: gatehouse.test', ...lines].join('\r\n');
  const broken: readonly [what: string, bytes: string, status?: number][] = [
    ['garbage', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n'],
    ['a line of text', 'hello\r\n\r\n'],
    ['a method that nobody knows', 'BLOCK / HTTP/1.1\r\nHost: gatehouse.test\r\n\r\n'],
    ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['a version that is none', 'GET / HTTP/3.7\r\nHost: gatehouse.test\r\n\r\n'],
    ['HTTP/1.1 without a Host', 'GET / HTTP/1.1\r\n\r\n'],
    ['bytes above ASCII in the path', 'GET /v25.0/\xff\xfe/block_users HTTP/1.1\r\nHost: gatehouse.test\r\n\r\n'],
    ['a header without a colon', post('Content-Length', '', '')],
    ['a header with a NUL', post('X-Odd: a\0b', '', '')],
    ['two lengths', post('Content-Length: 2', 'Content-Length: 3', '', '{}')],
    ['one length twice', post('Content-Length: 2', 'Content-Length: 2', '', '{}')],
    ['a length that is no number', post('Content-Length: two', '', '{}')],
    ['a length below zero', post('Content-Length: -1', '', '')],
    ['a length and chunks', post('Content-Length: 2', 'Transfer-Encoding: chunked', '', '0\r\n\r\n')],
    ['chunks and a length', post('Transfer-Encoding: chunked', 'Content-Length: 2', '', '0\r\n\r\n')],
    ['a chunk whose size is no number', post('Transfer-Encoding: chunked', '', 'xyz\r\n{}\r\n0\r\n\r\n')],
    ['a chunk that is longer than it says', post('Transfer-Encoding: chunked', '', '1\r\n{}\r\n0\r\n\r\n')],
    ['a transfer encoding that ends nowhere', post('Transfer-Encoding: gzip', '', 'xyz')],
    ['headers beyond 64 KiB', post(`X-Long: ${'x'.repeat(65 * 1024)}`, '', ''), 431],
    ['many headers beyond 64 KiB', post(...Array(900).fill(`X-Long: ${'x'.repeat(70)}`), '', ''), 431],
    ['a path beyond 64 KiB', `GET /${'1'.repeat(65 * 1024)} HTTP/1.1\r\nHost: gatehouse.test\r\n\r\n`, 431],
  ];

  it('is answered plainly and closed', async (t) => {
    const target = await startTarget(t);
    for (const [what, bytes, status = 400] of broken) {
      using connection = new RawConnection(target.base);
      const answer = await connection.send(Buffer.from(bytes, 'latin1')).next();
      assert.equal(answer?.status, status, what);
      assert.doesNotMatch(answer.head, /json/, what);
      assert.doesNotMatch(answer.body, /[{<]/, what);
      await connection.closed();
    }
    await target.assertUnharmed();
  });
});

describe('an odd corner of HTTP', () => {
  it('HTTP/1.0 without a Host is answered, with links to where it came', async (t) => {
    const { base, paths, keys, service } = await startTarget(t);
    await service.call('POST', paths.meta, {
      headers: { authorization: keys.meta.slice('Authorization: '.length) },
      body: { messaging_product: 'whatsapp', block_users: [{ user: '16505550001' }] },
    });
    const answer = await exchange(base, `GET ${paths.meta}?limit=1 HTTP/1.0\r\n${keys.meta}\r\n\r\n`);
    assert.equal(answer?.status, 200);
    assert.equal(new URL(answer.json.paging.next).origin, base);
  });

  it('a target with scheme and host means its path', async (t) => {
    const { base, paths, keys } = await startTarget(t);
    for (const dialect of ['meta', 'd360', 'kapso'] as const) {
      const answer = await exchange(base, request(`GET http://gatehouse.test${paths[dialect]}`, [keys[dialect]]));
      assert.equal(answer?.status, 200, answer?.body);
      assert.equal(answer.json.data.length, 1);
    }
    assert.equal((await exchange(base, request('GET http://gatehouse.test/health/live')))?.status, 200);
  });

  it('OPTIONS * is refused', async (t) => {
    const target = await startTarget(t);
    assert.equal((await exchange(target.base, request('OPTIONS *')))?.status, 400);
    await target.assertUnharmed();
  });

  it('requests in one go are answered in their order', async (t) => {
    const { base, paths, keys } = await startTarget(t);
    using connection = new RawConnection(base);
    connection.send(
      Buffer.concat([
        request(`POST ${paths.meta}`, [keys.meta, json], blockNobody),
        request(`GET ${paths.d360}`, [keys.d360]),
        request('GET /health/live'),
        request(`GET ${paths.kapso}`),
      ]),
    );
    const first = await connection.next();
    assert.deepEqual(first?.json, { messaging_product: 'whatsapp', block_users: { added_users: [] } });
    assert.equal((await connection.next())?.json.data.length, 1);
    assert.deepEqual((await connection.next())?.json, { status: 'live' });
    assert.equal((await connection.next())?.status, 401);
  });

  it('a whole request before something broken gets its own answer, and the connection ends with it', async (t) => {
    const { base, paths, keys } = await startTarget(t);
    using connection = new RawConnection(base);
    connection.send(
      Buffer.concat([request(`POST ${paths.meta}`, [keys.meta, json], blockNobody), Buffer.from('no HTTP\r\n\r\n')]),
    );
    const first = await connection.next();
    assert.deepEqual(first?.json, { messaging_product: 'whatsapp', block_users: { added_users: [] } });
    assert.equal(await connection.closed(), '');
  });

  it('what follows a broken request on its connection is not carried out', async (t) => {
    const target = await startTarget(t);
    const { base, paths, keys } = target;
    using connection = new RawConnection(base);
    const smuggled = request(
      `DELETE ${paths.meta}`,
      [keys.meta, json],
      blockNobody.replace('[]', '[{"user":"16505551234"}]'),
    );
    const head = `POST ${paths.meta} HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`;
    connection.send(Buffer.concat([Buffer.from(head), smuggled]));
    assert.equal((await connection.next())?.status, 400);
    assert.equal(await connection.next(), undefined);
    await target.assertUnharmed();
  });

  it('an offer to upgrade is passed over', async (t) => {
    const { base, paths, keys } = await startTarget(t);
    const h2c = ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA'];
    const posted = await exchange(base, request(`POST ${paths.meta}`, [keys.meta, json, ...h2c], blockNobody));
    assert.deepEqual([posted?.status, posted?.json.block_users], [200, { added_users: [] }]);
    assert.equal((await exchange(base, request(`GET ${paths.d360}`, [keys.d360, ...h2c])))?.status, 200);
    const webSocket = [
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: eA==',
    ];
    assert.equal((await exchange(base, request(`GET ${paths.kapso}`, [keys.kapso, ...webSocket])))?.status, 200);
  });

  it('Expect: 100-continue is granted before the body is sent', async (t) => {
    const { base, paths, keys } = await startTarget(t);
    using connection = new RawConnection(base);
    const bytes = request(`POST ${paths.meta}`, [keys.meta, json, 'Expect: 100-continue'], blockNobody);
    connection.send(bytes.subarray(0, -blockNobody.length));
    assert.equal((await connection.next())?.status, 100);
    assert.equal((await connection.send(blockNobody).next())?.status, 200);
  });

  it('another expectation is refused', async (t) => {
    const target = await startTarget(t);
    const bytes = request(`POST ${target.paths.meta}`, [target.keys.meta, json, 'Expect: tea'], blockNobody);
    assert.equal((await exchange(target.base, bytes))?.status, 417);
    await target.assertUnharmed();
  });

  it('a body in chunks of one byte is a body', async (t) => {
    const { base, paths, keys } = await startTarget(t);
    using connection = new RawConnection(base);
    const head = [`POST ${paths.kapso} HTTP/1.1`, 'Host: a', keys.kapso, json, 'Transfer-Encoding: chunked', '', ''];
    connection.send(head.join('\r\n'));
    for (const byte of blockNobody) connection.send(`1;a=b\r\n${byte}\r\n`);
    const answer = await connection.send('0\r\nX-Trailer: 1\r\n\r\n').next();
    assert.deepEqual([answer?.status, answer?.json.success], [200, true]);
  });

  it('CONNECT is no way in', async (t) => {
    const target = await startTarget(t);
    assert.equal(await exchange(target.base, request('CONNECT example.com:443')), undefined);
    await target.assertUnharmed();
  });
});

/** What of a provider's answer a client gets. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import zlib from 'node:zlib';
import { ask, valuesOf } from '../helpers/ask.ts';
import { RawConnection } from '../helpers/raw.ts';
import { startFront, token } from './front.ts';

const hidden = 'x'.repeat(token.length);

describe('an answer that passes', () => {
  it('is not spoiled by a token that is as short as a syllable', async (t) => {
    const front = await startFront(t, { token: 'est' });
    for (const body of [Buffer.from('{"latest":"tests"}'), zlib.gzipSync('{"latest":"tests"}')]) {
      front.provider.answer = (_request, response) =>
        response
          .writeHead(200, { 'x-latest': 'test', ...(body[0] === 0x1f && { 'content-encoding': 'gzip' }) })
          .end(body);
      const told = await ask(front.base);
      assert.ok(told.body.equals(body));
      assert.deepEqual(valuesOf(told.raw, 'x-latest'), ['test']);
    }
  });

  it('keeps its status, headers, their order, and every byte of its body', async (t) => {
    const front = await startFront(t);
    const body = randomBytes(300_000);
    front.provider.answer = (_request, response) => {
      const raw = [
        'X-From',
        'a',
        'Set-Cookie',
        'a=1',
        'x-from',
        '\xe9',
        'Set-Cookie',
        'b=2',
        'Content-Type',
        'image/png',
      ];
      response.writeHead(299, 'Quite Fine', [...raw, 'Content-Length', String(body.length)]);
      response.end(body);
    };
    const told = await ask(front.base);
    assert.deepEqual([told.status, told.message], [299, 'Quite Fine']);
    assert.ok(told.body.equals(body));
    assert.deepEqual(told.raw.slice(0, 12), [
      ...['X-From', 'a', 'Set-Cookie', 'a=1', 'x-from', '\xe9', 'Set-Cookie', 'b=2', 'Content-Type', 'image/png'],
      ...['Content-Length', '300000'],
    ]);
    assert.deepEqual(valuesOf(told.raw, 'x-request-id'), ['A0123456789012345678901']);
    assert.deepEqual(await front.next(), { status: 299, isWhole: true });
  });

  it('in chunks stays one, and one without a body has none', async (t) => {
    const front = await startFront(t);
    front.provider.answer = (_request, response) => {
      response.writeHead(200, { 'x-request-id': 'theirs' });
      response.write('a');
      setImmediate(() => response.end('b'));
    };
    const told = await ask(front.base);
    assert.deepEqual(
      [told.text, told.headers['transfer-encoding'], told.headers['x-request-id']],
      ['ab', 'chunked', 'theirs'],
    );
    for (const [method, status, headers] of [
      ['HEAD', 200, { 'content-length': '17' }],
      ['GET', 204, {}],
      ['GET', 304, { etag: '"a"' }],
      ['DELETE', 204, {}],
    ] as const) {
      front.provider.answer = (_request, response) => response.writeHead(status, headers).end();
      const empty = await ask(front.base, { method });
      assert.deepEqual([empty.status, empty.text], [status, '']);
      for (const [name, value] of Object.entries(headers)) assert.equal(empty.headers[name], value);
    }
  });

  it('keeps the connection for the next', async (t) => {
    const front = await startFront(t);
    using connection = new RawConnection(front.base);
    front.provider.answer = (_request, response) => response.writeHead(200, { 'content-length': 2 }).end('ab');
    for (let at = 0; at < 3; at += 1) {
      assert.equal((await connection.send('GET /x HTTP/1.1\r\nHost: a\r\n\r\n').next())?.body, 'ab');
    }
    connection.send('GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n');
    assert.deepEqual([(await connection.next())?.status, (await connection.next())?.status], [200, 200]);
  });

  it('that leads elsewhere is not followed', async (t) => {
    const front = await startFront(t);
    front.provider.answer = (_request, response) =>
      response.writeHead(302, { location: `${front.provider.origin}/else?access_token=${token}` }).end();
    const told = await ask(front.base);
    assert.deepEqual(
      [told.status, told.headers.location],
      [302, `${front.provider.origin}/else?access_token=${hidden}`],
    );
    assert.equal(front.provider.asked.length, 1);
  });

  it('never tells the provider’s token, and keeps its length', async (t) => {
    const front = await startFront(t);
    front.provider.answer = ({ headers }, response) => {
      const body = Buffer.from(`{"you sent":${JSON.stringify(headers)}}`);
      response.writeHead(200, `Fine ${token}`, { 'content-length': body.length, 'x-token': `Bearer ${token}` });
      const middle = body.indexOf(token) + 5;
      response.write(body.subarray(0, middle));
      setImmediate(() => response.end(body.subarray(middle)));
    };
    const told = await ask(front.base);
    assert.equal(JSON.parse(told.text)['you sent'].authorization, `Bearer ${hidden}`);
    assert.deepEqual([told.message, told.headers['x-token']], [`Fine ${hidden}`, `Bearer ${hidden}`]);
  });
});

const packers: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  gzip: zlib.gzipSync,
  br: zlib.brotliCompressSync,
  deflate: zlib.deflateSync,
  zstd: zlib.zstdCompressSync,
};

describe('an answer that is packed', () => {
  it('goes on as it came if there is no token in it', async (t) => {
    const front = await startFront(t);
    for (const [coding, pack] of [...Object.entries(packers), ['deflate', zlib.deflateRawSync] as const]) {
      const packed = pack(Buffer.from('hello '.repeat(1000)));
      front.provider.answer = (_request, response) =>
        response
          .writeHead(200, { 'content-encoding': coding, 'content-length': packed.length, etag: '"a"' })
          .end(packed);
      const told = await ask(front.base, { headers: ['Accept-Encoding', coding] });
      assert.ok(told.body.equals(packed), coding);
      assert.deepEqual(
        [told.headers['content-encoding'], told.headers['content-length']],
        [coding, String(packed.length)],
      );
      assert.equal(front.provider.asked.pop()?.headers['accept-encoding'], coding);
    }
  });

  it('goes on unpacked if there is', async (t) => {
    const front = await startFront(t);
    for (const [coding, pack] of [...Object.entries(packers), ['deflate', zlib.deflateRawSync] as const]) {
      const packed = pack(Buffer.from(`${'hello '.repeat(1000)}${token}!`));
      front.provider.answer = (_request, response) =>
        response.writeHead(200, { 'content-encoding': coding, 'content-length': packed.length }).end(packed);
      const told = await ask(front.base);
      assert.equal(told.text, `${'hello '.repeat(1000)}${hidden}!`);
      assert.deepEqual([told.headers['content-encoding'], told.headers['content-length']], [undefined, undefined]);
    }
  });

  it('and large goes on unpacked, piece by piece', async (t) => {
    const front = await startFront(t);
    const text = Buffer.concat([randomBytes(3 * 1024 * 1024), Buffer.from(token), randomBytes(3 * 1024 * 1024)]);
    const packed = zlib.gzipSync(text);
    front.provider.answer = (_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(packed);
    const told = await ask(front.base);
    assert.equal(told.body.length, text.length);
    assert.ok(!told.body.includes(token));
    assert.ok(told.body.subarray(0, 3 * 1024 * 1024).equals(text.subarray(0, 3 * 1024 * 1024)));
  });

  it('and broken goes on as it came', async (t) => {
    const front = await startFront(t);
    for (const packed of [
      Buffer.from('no gzip at all'),
      zlib.gzipSync(Buffer.from('hello')).subarray(0, -9),
      Buffer.alloc(0),
    ]) {
      front.provider.answer = (_request, response) =>
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(packed);
      assert.ok((await ask(front.base)).body.equals(packed));
    }
  });

  it('but without a body, or a part of one, is left alone', async (t) => {
    const front = await startFront(t);
    front.provider.answer = (_request, response) =>
      response.writeHead(206, { 'content-encoding': 'gzip', 'content-range': 'bytes 0-1/9' }).end('ab');
    assert.equal((await ask(front.base)).text, 'ab');
    front.provider.answer = (_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end();
    assert.equal((await ask(front.base, { method: 'HEAD' })).headers['content-encoding'], 'gzip');
  });
});

/** What of a request a provider gets. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import { ask, valuesOf } from '../helpers/ask.ts';
import { RawConnection } from '../helpers/raw.ts';
import { until } from '../helpers/until.ts';
import { secret, startFront, token } from './front.ts';

describe('a request that passes', () => {
  it('keeps its method, path, query, headers and their order', async (t) => {
    const front = await startFront(t);
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'QUERY', 'PROPFIND']) {
      await ask(front.base, {
        method,
        path: '/a%2Fb/%C3%A9;x=1/?b=%20+&a=1&&c=%zz',
        headers: ['X-Mine', '1', 'accept', '*/*', 'X-MINE', '\xe9', 'Cookie', 'a=b'],
      });
      const got = front.provider.asked.pop();
      assert.deepEqual([got?.method, got?.url], [method, '/v25.0/777/a%2Fb/%C3%A9;x=1/?b=%20+&a=1&&c=%zz']);
      const own = ['host', 'connection', 'content-length'];
      const rest = got?.raw.filter((_text, index, raw) => !own.includes(raw[index & ~1]?.toLowerCase() ?? ''));
      const expected = ['X-Mine', '1', 'accept', '*/*', 'X-MINE', '\xe9', 'Cookie', 'a=b'];
      assert.deepEqual(rest, [...expected, 'authorization', `Bearer ${token}`]);
      assert.equal(got?.headers.host, new URL(front.provider.origin).host);
    }
  });

  it('keeps every byte of its body, with its length or in chunks', async (t) => {
    const front = await startFront(t);
    const body = randomBytes(300_000);
    await ask(front.base, { method: 'POST', headers: ['Content-Type', 'image/png'], body });
    const [got] = front.provider.asked;
    assert.ok(got?.body.equals(body));
    assert.deepEqual(
      [got?.headers['content-length'], got?.headers['transfer-encoding'], got?.headers['content-type']],
      ['300000', undefined, 'image/png'],
    );

    using connection = new RawConnection(front.base);
    connection.send('PUT /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTrailer: X-T\r\n\r\n');
    connection.send('3\r\nabc\r\n2\r\nde\r\n0\r\nX-T: 1\r\n\r\n');
    await until(() => front.provider.asked.length === 2);
    const chunked = front.provider.asked[1];
    assert.deepEqual(
      [chunked?.body.toString(), chunked?.headers['transfer-encoding'], chunked?.headers['trailer']],
      ['abcde', 'chunked', undefined],
    );
  });

  it('that is read before loses its credentials, and gets its new length', async (t) => {
    const body = Buffer.from(`{"access_token":"${secret}","name":"\\u00e9 ${secret}"}`);
    const front = await startFront(t, { passage: { body } });
    await ask(front.base, { method: 'POST', headers: ['Content-Type', 'application/json'], body });
    const [got] = front.provider.asked;
    const expected = `{"name":"\\u00e9 ${'x'.repeat(secret.length)}"}`;
    assert.deepEqual([got?.body.toString(), got?.headers['content-length']], [expected, String(expected.length)]);
  });

  it('never tells the caller’s key, wherever it stands', async (t) => {
    const front = await startFront(t);
    const headers = ['Authorization', `Bearer ${secret}`, 'X-Api-Key', secret, 'D360-Api-Key', secret];
    await ask(front.base, {
      method: 'POST',
      path: `/a/${secret}?access_token=${secret}&%61ppsecret_proof=abc&input_token=${secret}&b=2`,
      headers: [...headers, 'X-Else', `a ${secret}`, 'Referer', `http://a/?access_token=${secret}`, 'X-Kept', '1'],
      body: `first ${secret} ${secret}`,
    });
    const got = front.provider.asked[0];
    const hidden = 'x'.repeat(secret.length);
    assert.equal(got?.url, `/v25.0/777/a/${hidden}?input_token=${hidden}&b=2`);
    assert.equal(got?.body.toString(), `first ${hidden} ${hidden}`);
    assert.ok(!JSON.stringify(got?.raw).includes(secret));
    assert.deepEqual([got?.headers['x-kept'], got?.headers.authorization], ['1', `Bearer ${token}`]);
  });

  it('as a form of parts streams without its credentials, and keeps the length that it promised', async (t) => {
    const front = await startFront(t);
    const file = randomBytes(200_000);
    const part = (name: string) => `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n`;
    const parts = (...bytes: (string | Uint8Array)[]) => Buffer.concat(bytes.map((one) => Buffer.from(one as string)));
    const headers = ['Content-Type', 'multipart/form-data; boundary=b'];
    const whole = parts(part('file'), file, '\r\n', part('type'), 'image/png\r\n--b--\r\n');
    await ask(front.base, { method: 'POST', headers, body: whole });
    const first = front.provider.asked[0];
    assert.ok(first?.body.equals(whole));
    assert.equal(first?.headers['content-length'], String(whole.length));

    const proof = parts(part('access_token'), `${secret}\r\n`);
    const body = parts(part('file'), file, '\r\n', proof, part('type'), 'image/png\r\n--b--\r\n');
    await ask(front.base, { method: 'POST', headers, body });
    const second = front.provider.asked[1];
    assert.ok(second?.body.subarray(0, whole.length).equals(whole));
    assert.equal(second?.body.subarray(whole.length).toString().trim(), '');
    assert.equal(second?.headers['content-length'], String(body.length));
  });

  it('as a form of parts is refused with a batch in it', async (t) => {
    const front = await startFront(t);
    const body = '--b\r\nContent-Disposition: form-data; name="batch"\r\n\r\n[]\r\n--b--\r\n';
    await ask(front.base, { method: 'POST', headers: ['Content-Type', 'multipart/form-data; boundary=b'], body });
    const refused = await front.next();
    assert.ok(refused instanceof Error && refused.message === 'batch_refused', String(refused));
    assert.deepEqual(front.provider.asked, []);
  });

  it('does not make its sender wait: Expect is answered here', async (t) => {
    const front = await startFront(t);
    using connection = new RawConnection(front.base);
    connection.send('POST /x HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n');
    assert.equal((await connection.next())?.status, 100);
    assert.equal((await connection.send('hi').next())?.status, 200);
    const [got] = front.provider.asked;
    assert.deepEqual([got?.body.toString(), got?.headers.expect], ['hi', undefined]);
  });

  it('loses what is about its connection', async (t) => {
    const front = await startFront(t);
    await ask(front.base, { headers: ['Connection', 'close, X-Hop', 'X-Hop', '1', 'TE', 'trailers', 'X-Kept', '1'] });
    const [got] = front.provider.asked;
    assert.deepEqual([got?.headers['x-hop'], got?.headers['te'], got?.headers['x-kept']], [undefined, undefined, '1']);
    assert.deepEqual(valuesOf(got?.raw ?? [], 'connection'), ['keep-alive']);
  });
});

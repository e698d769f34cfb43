/** Clients that take their time, or go away in the middle. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { RawConnection, request } from '../helpers/raw.ts';
import { until } from '../helpers/until.ts';
import { dialectNames, startTarget } from './target.ts';

const json = 'Content-Type: application/json';
const body = '{"messaging_product":"whatsapp","block_users":[{"user":"16505550002"}]}';

describe('a client that is too slow', () => {
  const limits = { headersTimeout: 150, requestTimeout: 300, checkInterval: 25 };

  it('with its headers is closed with 408', async (t) => {
    const target = await startTarget(t, limits);
    using connection = new RawConnection(target.base);
    const answer = await connection.send('GET /v25.0/1/block_users HTTP/1.1\r\nHost: a\r\nX-Slow: ').next();
    assert.deepEqual([answer?.status, answer?.body], [408, 'Request Timeout\n']);
    await connection.closed();
    await target.assertUnharmed();
  });

  it('with its headers, a byte at a time, is closed with 408', async (t) => {
    const target = await startTarget(t, limits);
    using connection = new RawConnection(target.base);
    const answer = connection.send('GET /v25.0/1/block_users HTTP/1.1\r\nHost: a\r\nX-Slow: ').next();
    let isOver = false;
    void answer.then(() => {
      isOver = true;
    });
    // The client's own pace, not a wait for the server: each byte would start an idle timer anew.
    for (; !isOver; await delay(10)) connection.send('x');
    assert.equal((await answer)?.status, 408);
    await target.assertUnharmed();
  });

  it('with its body is closed with 408, and nothing of it is done', async (t) => {
    const target = await startTarget(t, limits);
    for (const dialect of dialectNames) {
      using connection = new RawConnection(target.base);
      const bytes = request(`POST ${target.paths[dialect]}`, [target.keys[dialect], json], body);
      const answer = await connection.send(bytes.subarray(0, -1)).next();
      assert.equal(answer?.status, 408);
      await connection.closed();
    }
    await target.assertUnharmed();
  });

  it('that goes on sending after its 408 is cut off, and still nothing is done', async (t) => {
    const target = await startTarget(t, limits);
    using connection = new RawConnection(target.base, { allowHalfOpen: true });
    const bytes = request(`POST ${target.paths.meta}`, [target.keys.meta, json], body);
    assert.equal((await connection.send(bytes.subarray(0, -1)).next())?.status, 408);
    // A server that only said its last would read on; one that is done answers with a reset.
    for (let sent = 0; !connection.isOver && sent < 1000; sent += 1) {
      await connection.send(sent === 0 ? bytes.subarray(-1) : 'x').flushed();
      await delay(5);
    }
    assert.ok(connection.isOver, 'the connection is still open');
    await target.assertUnharmed();
  });

  it('does not keep others waiting', async (t) => {
    const target = await startTarget(t);
    const slow = Array.from({ length: 50 }, () => new RawConnection(target.base));
    for (const one of slow) one.send('POST /block_users HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n');
    await Promise.all(slow.map((one) => one.flushed()));
    await target.assertUnharmed();
    for (const one of slow) one.destroy();
  });
});

describe('a client that goes away', () => {
  it('in the middle of its body does nothing', async (t) => {
    const target = await startTarget(t);
    for (const dialect of dialectNames) {
      const connection = new RawConnection(target.base);
      const bytes = request(`DELETE ${target.paths[dialect]}`, [target.keys[dialect], json], body);
      await connection.send(bytes.subarray(0, -5)).flushed();
      connection.destroy();
    }
    await target.assertUnharmed();
  });

  it('in the middle of a chunk does nothing', async (t) => {
    const target = await startTarget(t);
    const connection = new RawConnection(target.base);
    const head = [`POST ${target.paths.meta} HTTP/1.1`, 'Host: a', target.keys.meta, 'Transfer-Encoding: chunked'];
    await connection.send([...head, '', 'ff', '{"messaging'].join('\r\n')).flushed();
    connection.destroy();
    await target.assertUnharmed();
  });

  it('before the answer has asked all the same, and may ask again', async (t) => {
    const target = await startTarget(t);
    const connection = new RawConnection(target.base);
    await connection.send(request(`POST ${target.paths.meta}`, [target.keys.meta, json], body)).flushed();
    connection.destroy();
    const check = `/numbers/${target.id}/blocks/16505550002`;
    await until(async () => (await target.service.admin('GET', check)).json.blocked === true);
    for (const method of ['POST', 'DELETE']) {
      const headers = { 'x-api-key': target.secret, 'content-type': 'application/json' };
      assert.equal((await target.service.call(method, target.paths.kapso, { headers, body })).status, 200);
    }
    await target.assertUnharmed();
  });
});

/** Clients and providers that go away, or take their time. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type IncomingMessage, request, type ServerResponse } from 'node:http';
import { connect, createServer } from 'node:net';
import { describe, it } from 'node:test';
import { Refusal } from '../../src/core/errors.ts';
import { ask } from '../helpers/ask.ts';
import { afterwards } from '../helpers/cleanup.ts';
import { RawConnection } from '../helpers/raw.ts';
import { until } from '../helpers/until.ts';
import { type Front, startFront } from './front.ts';

/** What the provider has of a request, before its body. */
function nextRequest(front: Front): Promise<[IncomingMessage, ServerResponse]> {
  return new Promise((resolve) => {
    front.provider.early = (request, response) => resolve([request, response]);
  });
}

async function assertFailed(front: Front, timedOut: boolean): Promise<void> {
  const refused = await front.next();
  assert.ok(refused instanceof Refusal, String(refused));
  assert.deepEqual(refused.reason, { kind: 'upstream_failed', timedOut });
}

describe('a client that goes away', () => {
  it('before the answer ends the request at the provider', async (t) => {
    const front = await startFront(t);
    const asked = nextRequest(front);
    using connection = new RawConnection(front.base);
    connection.send('GET /x HTTP/1.1\r\nHost: a\r\n\r\n');
    const [, response] = await asked;
    connection.destroy();
    await once(response, 'close');
    assert.deepEqual(await front.next(), { status: undefined, isWhole: false });
  });

  it('in the middle of its body ends the request at the provider', async (t) => {
    const front = await startFront(t);
    const asked = nextRequest(front);
    using connection = new RawConnection(front.base);
    connection.send('POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc');
    const [incoming] = await asked;
    const broken = once(incoming.resume(), 'error');
    connection.destroy();
    await broken;
    assert.equal(incoming.complete, false);
    assert.deepEqual(await front.next(), { status: undefined, isWhole: false });
  });

  it('in the middle of the answer ends that', async (t) => {
    const front = await startFront(t);
    const asked = nextRequest(front);
    const { hostname, port } = new URL(front.base);
    const socket = connect(Number(port), hostname);
    socket.write('GET /x HTTP/1.1\r\nHost: a\r\n\r\n');
    const [, response] = await asked;
    response.writeHead(200).write('first');
    await once(socket, 'data');
    socket.destroy();
    await once(response, 'close');
    assert.deepEqual(await front.next(), { status: 200, isWhole: false });
  });
});

describe('a provider that goes away', () => {
  it('before its answer is told as such', async (t) => {
    const front = await startFront(t);
    front.provider.early = (_request, response) => response.destroy();
    assert.equal((await ask(front.base)).status, 502);
    await assertFailed(front, false);
    assert.equal((await ask(front.base, { method: 'POST', body: 'x'.repeat(1_000_000) })).status, 502);
    await assertFailed(front, false);
  });

  it('in the middle of its answer leaves the client with no end of it', async (t) => {
    const front = await startFront(t);
    for (const headers of [{ 'content-length': '10' }, {}]) {
      front.provider.answer = (_request, response) => {
        response.writeHead(200, headers).write('first');
        setImmediate(() => response.destroy());
      };
      await assert.rejects(ask(front.base), { code: 'ECONNRESET' });
      assert.deepEqual(await front.next(), { status: 200, isWhole: false });
    }
  });

  it('or was never there, is told as such, also to who sends much', async (t) => {
    const front = await startFront(t, { origin: 'http://127.0.0.1:1' });
    assert.equal((await ask(front.base)).status, 502);
    await assertFailed(front, false);
    assert.equal((await ask(front.base, { method: 'POST', body: 'x'.repeat(5_000_000) })).status, 502);
    await assertFailed(front, false);
  });

  it('or says nothing, is told as late', async (t) => {
    const front = await startFront(t, { dispatch: { headersTimeout: 50 } });
    front.provider.answer = () => {};
    assert.equal((await ask(front.base)).status, 502);
    await assertFailed(front, true);
  });

  it('or is no HTTP server, is told as such', async (t) => {
    const server = createServer((socket) => socket.on('error', () => {}).end('220 ready\r\n'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    afterwards(t, () => server.close());
    const { port } = server.address() as { port: number };
    const front = await startFront(t, { origin: `http://127.0.0.1:${port}` });
    assert.equal((await ask(front.base)).status, 502);
    await assertFailed(front, false);
  });
});

describe('what one side does not take', () => {
  const piece = Buffer.alloc(64 * 1024, 'a');
  /** More than all buffers between the two sides hold. */
  const plenty = 64 * 1024 * 1024;

  it('of a body is not read from the client', async (t) => {
    const front = await startFront(t);
    const asked = nextRequest(front);
    const { hostname, port } = new URL(front.base);
    const sent = request({ hostname, port, method: 'POST', path: '/x', agent: false });
    let written = 0;
    const fill = () => {
      for (let goesOn = true; goesOn && written < plenty; written += piece.length) goesOn = sent.write(piece);
      if (written >= plenty) sent.end();
    };
    sent.on('drain', fill).on('error', () => {});
    fill();
    const [incoming, response] = await asked;
    // It is stuck when nothing more can be written for many turns of the loop.
    let before = -1;
    await until(() => {
      const isStuck = before === written;
      before = written;
      return isStuck;
    });
    assert.ok(written < plenty, `${written} bytes were taken`);
    let received = 0;
    for await (const chunk of incoming) received += chunk.length;
    response.end('done');
    const [answer] = await once(sent, 'response');
    assert.equal(answer.statusCode, 200);
    answer.resume();
    assert.equal(received, plenty);
  });

  it('of an answer is not read from the provider', async (t) => {
    const front = await startFront(t);
    let written = 0;
    front.provider.answer = (_request, response) => {
      const fill = () => {
        for (let goesOn = true; goesOn && written < plenty; written += piece.length) goesOn = response.write(piece);
        if (written >= plenty) response.end();
      };
      response.on('drain', fill);
      fill();
    };
    const { hostname, port } = new URL(front.base);
    const sent = request({ hostname, port, path: '/x', agent: false }).end();
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    let before = -1;
    await until(() => {
      const isStuck = before === written;
      before = written;
      return isStuck;
    });
    assert.ok(written < plenty, `${written} bytes were taken`);
    let received = 0;
    for await (const chunk of answer) received += chunk.length;
    assert.equal(received, plenty);
  });

  it('of a body, if the answer comes before its end, keeps nobody waiting', async (t) => {
    const front = await startFront(t);
    front.provider.early = (_request, response) => response.writeHead(413, { 'content-length': 3 }).end('too');
    using connection = new RawConnection(front.base);
    connection.send('POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5000000\r\n\r\n');
    connection.send(Buffer.alloc(1_000_000, 'a'));
    assert.equal((await connection.next())?.status, 413);
    front.provider.early = undefined;
    connection.send(Buffer.alloc(4_000_000, 'a')).send('GET /y HTTP/1.1\r\nHost: a\r\n\r\n');
    assert.equal((await connection.next())?.status, 200);
  });
});

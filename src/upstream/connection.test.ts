import assert from 'node:assert/strict';
import { createServer, type Server, type Socket } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import type { Connection } from '../core/connections.ts';
import type { ConnectionName, PhoneNumberId } from '../core/ids.ts';
import type { Caller, OutwardCall } from '../dialects/dialect.ts';
import { OpenConnection, type Question } from './connection.ts';
import { Guard, type Resolve } from './guard.ts';
import { defaultLimits, type UpstreamLimits } from './limits.ts';
import { noObserver, type UpstreamCall } from './observer.ts';

const number = '106540352242922' as PhoneNumberId;
const call: OutwardCall = { method: 'POST', path: '/v25.0/1/block_users', headers: { 'x-mine': 'yes' }, body: '{}' };
const page = 'HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{"data":[]}';

/** A server that does with each connection what a test likes, once a request's head came. */
async function listen(t: TestContext, act: (socket: Socket, request: string) => unknown): Promise<string> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', (bytes) => act(socket, bytes.toString()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  assert.ok(address && typeof address === 'object');
  return `http://127.0.0.1:${address.port}`;
}

interface Options {
  readonly limits?: Partial<UpstreamLimits>;
  readonly resolve?: Resolve;
}

function open(t: TestContext, origin: string, { limits, resolve }: Options = {}) {
  const calls: UpstreamCall[] = [];
  const settings = { name: 'cloud' as ConnectionName, origin, apiVersion: null } as Connection;
  const connection = new OpenConnection(settings, {
    caller: { origin } as Caller,
    token: 'secret',
    guard: new Guard(['127.0.0.0/8'], resolve),
    clock: Date.now,
    limits: { ...defaultLimits, ...limits },
    observer: { ...noObserver, called: (one) => calls.push(one) },
  });
  t.after(() => connection.close(0));
  return { connection, calls };
}

/** Reads nothing: hands the answer on as the users of a page. */
const question: Question<{ readonly kind: 'page'; readonly users: readonly []; readonly after?: string }> = {
  number,
  purpose: 'list',
  call,
  read: ({ status, retryAfter, body }) => ({ kind: 'page', users: [], after: `${status} ${retryAfter} ${body}` }),
};

async function ask(connection: OpenConnection, signal = new AbortController().signal) {
  const { failure, reading } = { reading: undefined, ...(await connection.ask(question, signal)) };
  return failure ? { detail: failure.detail, isUnknown: failure.isUnknown } : reading?.after;
}

describe('a call outward', { concurrency: true }, () => {
  it('is sent as it is, and its answer read to the end', async (t) => {
    const requests: string[] = [];
    const origin = await listen(t, (socket, request) => {
      requests.push(request);
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nRetry-After: 7\r\n\r\n6\r\n{"data\r\n');
      socket.write('5\r\n":[]}\r\n0\r\n\r\n');
    });
    const { connection, calls } = open(t, origin);
    assert.equal(await ask(connection), '200 7 {"data":[]}');
    assert.match(requests[0] ?? '', /^POST \/v25\.0\/1\/block_users HTTP\/1\.1\r\n/);
    assert.match(requests[0] ?? '', /\r\nx-mine: yes\r\n/);
    assert.deepEqual(
      calls.map(({ purpose, result, detail }) => [purpose, result, detail]),
      [['list', 'answered', undefined]],
    );
  });

  it('follows no redirect', async (t) => {
    let requests = 0;
    const origin = await listen(t, (socket) => {
      requests += 1;
      socket.write(`HTTP/1.1 302 Found\r\nLocation: ${origin}/else\r\nContent-Length: 0\r\n\r\n`);
    });
    assert.equal(await ask(open(t, origin).connection), '302 undefined ');
    assert.equal(requests, 1);
  });

  for (const [name, act, detail] of [
    ['never answered', () => {}, /^The provider did not answer in time$/],
    [
      'answered by a trickle',
      (socket: Socket) => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n');
        const timer = setInterval(() => socket.write('x'), 50);
        socket.on('close', () => clearInterval(timer));
      },
      /^The provider did not answer in time$/,
    ],
    ['reset', (socket: Socket) => socket.resetAndDestroy(), /^The provider gave no whole answer \(\w+\)$/],
    ['closed without an answer', (socket: Socket) => socket.end(), /^The provider gave no whole answer \(\w+\)$/],
    [
      'cut off',
      (socket: Socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"data'),
      /^The provider gave no whole answer \(\w+\)$/,
    ],
    ['answered by no HTTP', (socket: Socket) => socket.end('hello\r\n\r\n'), /^The provider gave no whole answer/],
    [
      'answered at length',
      (socket: Socket) => socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n${'x'.repeat(5000)}`),
      /^The provider gave no whole answer \(the answer is too long\)$/,
    ],
  ] as const) {
    it(`${name} may have been acted on`, async (t) => {
      const origin = await listen(t, act);
      const isLate = detail.test('The provider did not answer in time');
      const limits = { answerBytes: 2000, ...(isLate && { callTimeout: 300 }) };
      const { connection } = open(t, origin, { limits });
      const lost = await ask(connection);
      assert.ok(typeof lost === 'object');
      assert.match(lost.detail, detail);
      assert.equal(lost.isUnknown, true);
    });
  }

  it('that reaches nobody was not acted on', async (t) => {
    const lost = await ask(open(t, 'http://127.0.0.1:1').connection);
    assert.deepEqual(lost, { detail: 'The provider cannot be reached (ECONNREFUSED)', isUnknown: false });
  });

  it('is not sent where a name leads to an address that is refused', async (t) => {
    const resolve: Resolve = (_host, _options, done) => done(null, [{ address: '169.254.169.254', family: 4 }]);
    const lost = await ask(open(t, 'https://provider.example', { resolve }).connection);
    assert.deepEqual(lost, { detail: 'The provider cannot be reached (ERR_REFUSED_ADDRESS)', isUnknown: false });
  });

  it('goes to the address that was checked', async (t) => {
    const origin = await listen(t, (socket) => socket.write(page));
    const resolve: Resolve = (_host, _options, done) => done(null, [{ address: '127.0.0.1', family: 4 }]);
    const { connection } = open(t, origin.replace('127.0.0.1', 'provider.example'), { resolve });
    assert.equal(await ask(connection), '200 undefined {"data":[]}');
  });

  it('that is given up before its turn is not sent', async (t) => {
    let requests = 0;
    const origin = await listen(t, () => {
      requests += 1;
    });
    const lost = await ask(open(t, origin).connection, AbortSignal.abort());
    assert.deepEqual(lost, { detail: 'The provider could not be asked in time', isUnknown: false });
    assert.equal(requests, 0);
  });

  it('that is given up under way is broken off', async (t) => {
    const closed = Promise.withResolvers<void>();
    const end = new AbortController();
    const origin = await listen(t, (socket) => {
      socket.on('close', () => closed.resolve());
      end.abort();
    });
    const lost = await ask(open(t, origin).connection, end.signal);
    assert.deepEqual(lost, { detail: 'The provider did not answer in time', isUnknown: true });
    await closed.promise;
  });
});

describe('a connection', () => {
  it('is not opened to an origin that is refused, and says which', () => {
    const settings = { name: 'cloud', origin: null, apiVersion: null } as unknown as Connection;
    const caller = { origin: 'http://10.0.0.1' } as Caller;
    assert.throws(
      () =>
        new OpenConnection(settings, {
          caller,
          token: 'secret',
          guard: new Guard([]),
          clock: Date.now,
          limits: defaultLimits,
          observer: noObserver,
        }),
      /origin must lead to a public address/,
    );
  });

  it('passes requests to its own origin', async (t) => {
    const origin = await listen(t, (socket) => socket.write(page));
    const { connection } = open(t, origin);
    const text = await new Promise((resolve, reject) => {
      let body = '';
      connection.dispatch(
        { method: 'GET', path: '/v25.0/1/media' },
        {
          onRequestStart() {},
          onResponseStart() {},
          onResponseData(_controller, chunk) {
            body += chunk;
          },
          onResponseEnd: () => resolve(body),
          onResponseError: (_controller, error) => reject(error),
        },
      );
    });
    assert.equal(text, '{"data":[]}');
  });

  it('that has failed several times in a row is left alone, and says so', async (t) => {
    const { connection } = open(t, 'http://127.0.0.1:1', { limits: { failuresToBreak: 2, gap: 0 } });
    const why = () => connection.unready?.kind;
    assert.equal(why(), undefined);
    for (let time = 0; time < 3; time += 1) await ask(connection);
    assert.equal(why(), 'broken');
    const lost = await ask(connection);
    assert.ok(typeof lost === 'object');
    assert.match(lost.detail, /has failed several times in a row/);
  });

  it('ends calls that do not end by themselves', async (t) => {
    const asked = Promise.withResolvers<void>();
    const origin = await listen(t, () => asked.resolve());
    const { connection } = open(t, origin);
    const asking = ask(connection);
    await asked.promise;
    await connection.close(10);
    const lost = await asking;
    assert.ok(typeof lost === 'object');
    assert.match(lost.detail, /^The provider gave no whole answer/);
  });
});

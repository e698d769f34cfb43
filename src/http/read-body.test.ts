import assert from 'node:assert/strict';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { ClientGone, readBody } from './read-body.ts';

/** What a server reads of the bytes that a client sends it; `meanwhile` goes on as soon as the reading has begun. */
async function read(
  t: TestContext,
  bytes: string,
  meanwhile: (request: IncomingMessage, client: Socket) => void = () => {},
): Promise<string | undefined> {
  const done = Promise.withResolvers<string | undefined>();
  const server = createServer((request, response) => {
    const reading = Promise.resolve(readBody(request, 100));
    request.on('end', () => response.end());
    reading.then((body) => done.resolve(body && Buffer.from(body).toString()), done.reject);
    meanwhile(request, client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1', () => client.write(bytes));
  t.after(() => {
    client.destroy();
    server.close();
  });
  return done.promise;
}

describe('a body that is read', () => {
  const head = (length: number) => `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${length}\r\n\r\n`;

  it('is whole, whether it comes with its head or after it', async (t) => {
    assert.equal(await read(t, `${head(5)}hello`), 'hello');
    assert.equal(await read(t, `${head(5)}he`, (_request, client) => client.write('llo')), 'hello');
    assert.equal(await read(t, head(5), (_request, client) => client.write('hello')), 'hello');
    const chunked = 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n';
    assert.equal(await read(t, chunked, (_request, client) => client.write('3\r\nllo\r\n0\r\n\r\n')), 'hello');
    assert.equal(await read(t, head(0)), undefined);
  });

  it('is at its end then, however it came', async (t) => {
    const ended = Promise.withResolvers<void>();
    await read(t, `${head(5)}hello`, (request) => request.on('close', ended.resolve));
    await ended.promise;
  });

  it('is not waited for when its client is gone, even before it was looked for', async (t) => {
    await assert.rejects(
      read(t, `${head(5)}he`, (request) => request.destroy()),
      ClientGone,
    );
    await assert.rejects(
      read(t, `${head(5)}he`, (_request, client) => client.destroy()),
      ClientGone,
    );
  });
});

/** Stands between a client and a server and passes bytes on, until a test makes a fault of it. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { afterwards } from './cleanup.ts';

export interface TcpProxy {
  readonly port: number;
  /** How many connections were taken. */
  readonly taken: number;
  /** Ends every connection. */
  cut(): void;
  /** From now on nothing gets through in either direction, and nobody is told: what comes is kept, until `heal`. */
  hold(): void;
  heal(): void;
  /** Called with what a client sends before it is passed on; "cut" ends the connection instead, "last" after that. */
  watch(see: ((bytes: Buffer) => 'cut' | 'last' | undefined) | undefined): void;
}

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
}

export async function startTcpProxy(t: TestContext, port: number, host = '127.0.0.1'): Promise<TcpProxy> {
  const pairs = new Set<Pair>();
  let taken = 0;
  let isHolding = false;
  let see: Parameters<TcpProxy['watch']>[0];
  const drop = (pair: Pair) => {
    pairs.delete(pair);
    for (const socket of [pair.client, pair.server]) socket.destroy();
  };
  const listener = createServer((client) => {
    taken += 1;
    const pair: Pair = { client, server: connect(port, host) };
    pairs.add(pair);
    client.on('data', (bytes: Buffer) => {
      const what = see?.(bytes);
      if (what === 'cut') drop(pair);
      else if (what === 'last') pair.server.write(bytes, () => drop(pair));
      else pair.server.write(bytes);
    });
    pair.server.on('data', (bytes) => client.write(bytes));
    for (const socket of [client, pair.server]) {
      socket.on('error', () => {});
      socket.on('close', () => drop(pair));
      if (isHolding) socket.pause();
    }
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const cut = () => {
    for (const pair of pairs) drop(pair);
  };
  afterwards(t, () => {
    cut();
    listener.close();
  });
  const address = listener.address();
  if (typeof address !== 'object' || !address) throw new Error('it listens nowhere');
  return {
    port: address.port,
    get taken() {
      return taken;
    },
    cut,
    hold() {
      isHolding = true;
      for (const { client, server } of pairs) for (const socket of [client, server]) socket.pause();
    },
    heal() {
      isHolding = false;
      for (const { client, server } of pairs) for (const socket of [client, server]) socket.resume();
    },
    watch(next) {
      see = next;
    },
  };
}

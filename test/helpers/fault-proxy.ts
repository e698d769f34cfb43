/** Stands before a provider and passes everything on, but for the faults that a test has asked for. */
import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { afterwards } from './cleanup.ts';

export type Method = 'GET' | 'POST' | 'DELETE';

export interface Passed {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** One request, and what can be done about it. */
export interface Turn {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: string;
  /** Lets the provider act; gives its answer, which nobody has got yet. */
  pass(): Promise<Passed>;
}

/** Does something else instead of passing a request on. */
export type Fault = (turn: Turn) => unknown;

export interface ProxyCall {
  readonly method: string;
  readonly url: string;
  readonly authorization: string | undefined;
  /** The users whom it names. */
  readonly users: readonly string[];
}

export interface FaultProxy {
  /** Scheme, host and port. */
  readonly origin: string;
  /** What was asked, in its order. */
  readonly calls: readonly ProxyCall[];
  /** The most calls that were under way at the same time. */
  readonly mostAtOnce: number;
  /** The next requests of this method meet these faults, one each. */
  next(method: Method, ...faults: readonly Fault[]): void;
  /** Every request of this method does, after those; `undefined`: none. */
  always(method: Method, fault: Fault | undefined): void;
  /** The methods of the faults that no request has met yet. */
  readonly unmet: readonly string[];
}

export async function startFaultProxy(t: TestContext, provider: string): Promise<FaultProxy> {
  const queues = new Map<string, Fault[]>();
  const standing = new Map<string, Fault>();
  const calls: ProxyCall[] = [];
  let underWay = 0;
  let mostAtOnce = 0;
  const server = createServer(async (request, response) => {
    underWay += 1;
    mostAtOnce = Math.max(mostAtOnce, underWay);
    response.on('close', () => {
      underWay -= 1;
    });
    const { method = '', url = '', headers } = request;
    const body = await readAll(request).catch(() => undefined);
    if (body === undefined) return;
    calls.push({ method, url, authorization: headers.authorization, users: usersOf(body) });
    const fault = queues.get(method)?.shift() ?? standing.get(method) ?? passOn;
    try {
      await fault({ request, response, body, pass: () => pass(provider, request, body) });
    } catch {
      response.destroy();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterwards(t, () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    get mostAtOnce() {
      return mostAtOnce;
    },
    next(method, ...faults) {
      queues.set(method, [...(queues.get(method) ?? []), ...faults]);
    },
    always(method, fault) {
      if (fault) standing.set(method, fault);
      else standing.delete(method);
    },
    get unmet() {
      return [...queues].flatMap(([method, faults]) => faults.map(() => method));
    },
  };
}

const passOn: Fault = async ({ response, pass }) => {
  const { status, headers, body } = await pass();
  response.writeHead(status, headers).end(body);
};

/** An answer of the proxy's own; the provider hears of nothing. */
export function answer(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Fault {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return ({ response }) => response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text);
}

/** Graph's error; the provider hears of nothing. */
export function error(
  status: number,
  code: number,
  message: string,
  headers?: Readonly<Record<string, string>>,
): Fault {
  return answer(status, { error: { message, type: 'OAuthException', code } }, headers);
}

/** The connection breaks before the provider heard of anything. */
export const resetBefore: Fault = ({ request }) => request.socket.resetAndDestroy();

/** The provider acts, and the connection breaks. */
export const resetAfter: Fault = async ({ request, pass }) => {
  await pass();
  request.socket.resetAndDestroy();
};

/** Nothing happens, and nobody says so. */
export const hang: Fault = () => {};

/** The provider acts, and nobody says so. */
export const hangAfter: Fault = ({ pass }) => pass();

/** The provider acts; what it says is no JSON any more, although it is whole. */
export const truncated: Fault = async ({ response, pass }) => {
  const { status, body } = await pass();
  response.writeHead(status, { 'content-type': 'application/json' }).end(body.slice(0, body.length / 2));
};

/** The provider acts; its answer ends before its length. */
export const cut: Fault = async ({ request, response, pass }) => {
  const { status, body } = await pass();
  response.writeHead(status, { 'content-length': String(body.length) });
  response.write(body.slice(0, body.length / 2), () => request.socket.destroy());
};

/** The provider acts; its answer comes a byte at a time and never ends. */
export const trickle: Fault = async ({ response, pass }) => {
  const { status } = await pass();
  if (response.destroyed) return;
  response.writeHead(status, { 'content-type': 'application/json' });
  const timer = setInterval(() => response.write(' '), 10);
  response.on('close', () => clearInterval(timer));
};

/** Says yes and names nobody, and the provider hears of nothing. */
export const deaf: Fault = answer(200, { messaging_product: 'whatsapp', block_users: { added_users: [] } });

async function readAll(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function pass(provider: string, { method, url, headers }: IncomingMessage, body: string): Promise<Passed> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(provider);
    const sent = send({ hostname, port, path: url, method, headers, agent: false }, async (got) => {
      const text = await readAll(got);
      const type = got.headers['content-type'] ?? 'application/json';
      resolve({ status: got.statusCode ?? 0, headers: { 'content-type': type }, body: text });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

function usersOf(body: string): string[] {
  if (body === '') return [];
  const { block_users: users = [] } = JSON.parse(body) as { block_users?: { user?: string; user_id?: string }[] };
  return users.map(({ user, user_id: userId }) => user ?? userId ?? '');
}

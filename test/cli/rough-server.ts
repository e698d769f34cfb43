/** A server that behaves as it is told, and a time that passes as fast as it can. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import type { Timing } from '../../src/client/retry.ts';
import { afterwards } from '../helpers/cleanup.ts';

/** What the server does with one request: an answer, a cut connection (before it, or within its body), or nothing. */
export type Behaviour =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: unknown }
  | 'reset'
  | 'cut'
  | 'hang';

export interface RoughServer {
  readonly url: string;
  /** Method and path of every request so far. */
  readonly asked: string[];
  /** How long the client meant to wait, each time. */
  readonly waits: number[];
  readonly timing: Timing;
}

/** Does the next of `behaviours` with each request, and the last of them from then on. */
export async function startRoughServer(t: TestContext, ...behaviours: Behaviour[]): Promise<RoughServer> {
  const asked: string[] = [];
  const waits: number[] = [];
  let expiry = new AbortController();
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const behaviour = behaviours[Math.min(asked.length, behaviours.length) - 1] ?? 'reset';
    if (behaviour === 'hang') expiry.abort(new DOMException('It has expired.', 'TimeoutError'));
    else behave(behaviour, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterwards(t, () => {
    server.closeAllConnections();
    server.close();
  });
  const timing: Timing = {
    now: () => Date.parse('2026-03-01T12:00:00Z'),
    wait: async (milliseconds) => void waits.push(milliseconds),
    // What hangs makes the time of its own request run out.
    expire: () => {
      expiry = new AbortController();
      return expiry.signal;
    },
    random: () => 0.5,
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, waits, timing };
}

function behave(behaviour: Exclude<Behaviour, 'hang'>, request: IncomingMessage, response: ServerResponse): void {
  if (behaviour === 'reset') {
    request.socket.resetAndDestroy();
  } else if (behaviour === 'cut') {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': 1000 });
    response.write('{"data":', () => request.socket.destroy());
  } else {
    const { status, headers = {}, body } = behaviour;
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body));
  }
}

/** A problem as Gatehouse tells it. */
export function problem(status: number, kind: string, headers: Readonly<Record<string, string>> = {}): Behaviour {
  const body = { type: `urn:gatehouse:problem:${kind}`, title: kind, status, detail: `It is ${kind}.` };
  return { status, headers, body: { ...body, request_id: 'Ab3dEf6hIj9kLmN2pQrStUv' } };
}

import assert from 'node:assert/strict';
import { isReserved } from '../../src/http/own-paths.ts';
import { validateContract } from './contract-schemas.ts';
import { validateOwn } from './own-schemas.ts';
import { until } from './until.ts';

export const adminKey = 'test-admin-key-0123456789abcdef';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; undefined if it is none. */
  readonly json: any;
}

export interface Request {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export interface Client {
  /** Scheme, host and port of the service. */
  readonly base: string;
  /** A request of any kind; a body that is no string, bytes or form is sent as JSON. */
  call(method: string, path: string, request?: Request): Promise<Answer>;
  admin(method: string, path: string, body?: unknown): Promise<Answer>;
  /** Makes a number and a key for it alone; gives the key's secret. */
  number(id: string, rules?: unknown, more?: object): Promise<string>;
  /** A WhatsApp user writes to the number. */
  wrote(id: string, from: string, more?: object): Promise<Answer>;
}

/** Talks to a service; whatever a dialect answers is held against its provider's schema and its own. */
export function clientOf(base: string): Client {
  const call: Client['call'] = async (method, path, { headers = {}, body } = {}) => {
    const raw =
      body === undefined ||
      typeof body === 'string' ||
      body instanceof Uint8Array ||
      body instanceof FormData ||
      body instanceof URLSearchParams;
    const response = await fetch(path.startsWith('http') ? path : base + path, {
      method,
      headers: { ...(raw ? {} : { 'content-type': 'application/json' }), ...headers },
      body: (raw ? (body ?? null) : JSON.stringify(body)) as NonNullable<RequestInit['body']> | null,
    });
    const answer = toAnswer(response, await response.text());
    checkContract(method, new URL(response.url), headers, answer);
    return answer;
  };
  const admin: Client['admin'] = (method, path, body) =>
    call(method, `/api/v1${path}`, { headers: { authorization: `Bearer ${adminKey}` }, body });
  return {
    base,
    call,
    admin,
    async number(id, rules = 'open', more = {}) {
      const asked = { display_phone_number: `+1555${id.slice(-7)}`, rules, ...more };
      const put = await untilTaken(() => admin('PUT', `/numbers/${id}`, asked));
      assert.ok(put.status < 300, put.text);
      const key = await untilTaken(() => admin('POST', '/keys', { name: `key of ${id}`, numbers: [id] }));
      assert.equal(key.status, 201, key.text);
      return key.json.secret;
    },
    wrote: (id, from, more = {}) => admin('POST', `/numbers/${id}/sandbox/messages`, { from, text: 'hi', ...more }),
  };
}

/** A server on a machine with much to do may put off what it is asked (503), as any client has to expect. */
export async function untilTaken(ask: () => Promise<Answer>): Promise<Answer> {
  let answer = await ask();
  await until(async () => {
    if (answer.status === 503) answer = await ask();
    return answer.status !== 503;
  });
  return answer;
}

function toAnswer(response: Response, text: string): Answer {
  try {
    return { status: response.status, headers: response.headers, text, json: JSON.parse(text) };
  } catch {
    return { status: response.status, headers: response.headers, text, json: undefined };
  }
}

/** Holds a dialect's answer against what its provider, and what its own schemas, say of this operation and status. */
function checkContract(method: string, url: URL, headers: Readonly<Record<string, string>>, answer: Answer): void {
  const edge = edgeOf(url.pathname);
  if (edge === undefined || isReserved(url.pathname)) return;
  const names = Object.keys(headers).map((name) => name.toLowerCase());
  const dialect = url.pathname.startsWith('/meta/whatsapp/')
    ? 'kapso'
    : names.includes('d360-api-key') || /^\/\w+\/?$/.test(url.pathname)
      ? '360dialog'
      : 'meta';
  const meant = (method === 'POST' ? (url.searchParams.get('method') ?? method) : method).toLowerCase();
  if (!['get', 'post', 'delete'].includes(meant)) return;
  if (edge !== 'block_users' && meant !== 'post') return;
  const faults = [
    // The providers' documents that are kept here are of the block list alone.
    ...(edge === 'block_users' ? validateContract(dialect, meant, answer.status, answer.json) : []),
    ...validateOwn(dialect, meant, answer.status, answer.json, edge),
  ];
  assert.deepEqual(faults, [], `${dialect} ${meant} ${answer.status}: ${answer.text}`);
}

/** The edge that a dialect's path ends with. */
export function edgeOf(path: string): string | undefined {
  return /\/(block_users|messages|marketing_messages|calls)\/?$/.exec(path)?.[1];
}

/** The three dialects as one operation against a number. */
export function dialectsOf(client: Client, id: string, secret: string) {
  const operation =
    (path: string, headers: Readonly<Record<string, string>>) =>
    (method: string, body?: unknown, query = '') =>
      client.call(method, path + query, { headers, body });
  return {
    meta: operation(`/v25.0/${id}/block_users`, { authorization: `Bearer ${secret}` }),
    d360: operation('/block_users', { 'D360-API-KEY': secret }),
    kapso: operation(`/meta/whatsapp/v24.0/${id}/block_users`, { 'X-API-Key': secret }),
  };
}

/** A request body that names these users. */
export function users(...list: readonly string[]) {
  return { messaging_product: 'whatsapp', block_users: list.map((user) => ({ user })) };
}

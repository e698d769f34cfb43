/** A number with a key and a list in a running Gatehouse, and the requests about it. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Requests } from './load/job.ts';
import type { LoadProcess } from './load/load-process.ts';
import { adminKey } from './servers/gatehouse.ts';
import { firstNewcomer, phoneOf } from './users.ts';

const usersPerRequest = 1000;

let numbers = 106_540_352_000_000;
/** Whom no list holds yet: counted over all of them, so that nobody is blocked twice. */
let newcomer = firstNewcomer;

export interface Installation {
  /** The same behind another port. */
  at(port: number): Installation;
  readonly id: string;
  readonly key: string;
  /** How many users the list held at first: the users 0 to count - 1. */
  readonly count: number;
  /** Blocks of one user each, nobody twice. */
  blocks(): Requests;
  /** Blocks of 1,000 users each, nobody twice. */
  bigBlocks(ready: number): Requests;
  /** "Is X blocked?", about random users who are. */
  checks(): Requests;
  /** A page of 100 each, along the cursors of the whole list: all of them, or those that are `stride` rows apart. */
  pages(stride?: number): Promise<Requests>;
  /** Sends of a text to people who are not blocked, nobody twice. */
  sends(): Requests;
  /** The same bytes to a path that passes through. */
  posts(): Requests;
  /** GETs that pass through. */
  gets(): Requests;
  /** Webhooks of one message each, from random users of whom one in a hundred is blocked. */
  webhooks(): Requests;
  somePage(): Promise<string>;
  someCheck(): Promise<string>;
}

/** Makes a number and its key, and blocks `count` users. */
export async function install(load: LoadProcess, port: number, count: number): Promise<Installation> {
  const id = String(numbers++);
  await admin(port, 'PUT', `/numbers/${id}`, { display_phone_number: `+1${id.slice(-10)}`, rules: 'open' });
  const { secret } = JSON.parse(await admin(port, 'POST', '/keys', { name: id, numbers: [id] }));
  const installed = reach(port, id, secret, count);
  await fill(load, port, installed, count);
  return installed;
}

export type BlocksInTurn = Extract<Requests, { kind: 'next_user_in_turn' }>;

/** Blocks of one user each, nobody twice, for `count` new numbers in turn, in Meta's dialect. */
export async function blocksOfMany(port: number, count: number): Promise<BlocksInTurn> {
  const ids = Array.from({ length: count }, () => String(numbers++));
  // Side by side, for else it would take a while.
  const next = ids.values();
  const putSome = async () => {
    for (const id of next)
      await admin(port, 'PUT', `/numbers/${id}`, { display_phone_number: `+1${id.slice(-10)}`, rules: 'open' });
  };
  await Promise.all(Array.from({ length: 16 }, putSome));
  const { secret } = JSON.parse(await admin(port, 'POST', '/keys', { name: 'all', numbers: 'all' }));
  const [open, close] = ['{"messaging_product":"whatsapp","block_users":[{"user":"', '"}]}'];
  const length = open.length + phoneOf(0).length + close.length;
  const befores = ids.map(
    (id) =>
      `POST /v25.0/${id}/block_users HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${secret}\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${length}\r\n\r\n${open}`,
  );
  return { kind: 'next_user_in_turn', befores, after: close, from: take(10_000_000) };
}

const connection = 'bench';
const appSecret = 'bench-app-secret';

/** Lets the number's list, of which its provider takes one user only, be pushed through a connection to `provider`. */
export async function attach(port: number, { id }: Installation, provider: number): Promise<void> {
  const origin = `http://127.0.0.1:${provider}`;
  const secrets = { token: 'bench-token', app_secret: appSecret };
  await admin(port, 'PUT', `/connections/${connection}`, { provider: 'meta', ...secrets, origin });
  await admin(port, 'PUT', `/numbers/${id}`, { upstream: { connection }, rules: { push_capacity: 1 } });
  // The rest is soon said to be beyond what the provider takes; then nothing is pushed any more.
  for (;;) {
    const states = await textOf(port, 'GET', '/metrics', {});
    if (!/^gatehouse_sync_users\{[^}]*state="pending"[^}]*\} [1-9]/m.test(states)) return;
    await delay(100);
  }
}

/** Lets what comes in for the number go on to the app at this port; what blocked users write is dropped. */
export async function forward(port: number, { id }: Installation, app: number): Promise<void> {
  await admin(port, 'PUT', `/numbers/${id}`, { app: { url: `http://127.0.0.1:${app}/`, secret: 'bench-secret' } });
}

/** How many deliveries wait for apps. */
export async function waitingDeliveries(port: number): Promise<number> {
  const states = await textOf(port, 'GET', '/metrics', {});
  return Number(/^gatehouse_deliveries\{state="waiting"\} (\d+)/m.exec(states)?.[1] ?? Number.NaN);
}

/** The requests about a number that is there. */
function reach(port: number, id: string, key: string, count: number): Installation {
  const host = `Host: 127.0.0.1:${port}\r\n`;
  const checkPath = `/api/v1/numbers/${id}/blocks/`;
  const page = (limit: number, after?: string) =>
    `/block_users?limit=${limit}${after === undefined ? '' : `&after=${after}`}`;
  const post = (users: number): { before: string; separator: string; after: string } => {
    const [open, separator, close] = [
      '{"messaging_product":"whatsapp","block_users":[{"user":"',
      '"},{"user":"',
      '"}]}',
    ];
    const length = open.length + users * (phoneOf(0).length + separator.length) - separator.length + close.length;
    const head = `POST /block_users HTTP/1.1\r\n${host}D360-API-KEY: ${key}\r\nContent-Type: application/json\r\n`;
    return { before: `${head}Content-Length: ${length}\r\n\r\n${open}`, separator, after: close };
  };
  const message = (edge: string): Requests => {
    const [open, close] = ['{"messaging_product":"whatsapp","to":"', '","type":"text","text":{"body":"hello"}}'];
    const length = open.length + phoneOf(0).length + close.length;
    const head = `POST /v25.0/${id}/${edge} HTTP/1.1\r\n${host}Authorization: Bearer ${key}\r\n`;
    const before = `${head}Content-Type: application/json\r\nContent-Length: ${length}\r\n\r\n${open}`;
    return { kind: 'next_user', before, after: close, from: take(1_000_000) };
  };
  const get = (path: string, headers: Record<string, string>) => textOf(port, 'GET', path, headers);
  const authorization = `Bearer ${adminKey}`;
  return {
    at: (other) => reach(other, id, key, count),
    id,
    key,
    count,
    blocks() {
      const { before, after } = post(1);
      return { kind: 'next_user', before, after, from: take(1_000_000) };
    },
    bigBlocks(ready) {
      return { kind: 'next_users', ...post(usersPerRequest), size: usersPerRequest, ready, from: take(10_000_000) };
    },
    checks() {
      const after = ` HTTP/1.1\r\n${host}Authorization: ${authorization}\r\n\r\n`;
      return { kind: 'random_user', before: `GET ${checkPath}`, after, count };
    },
    async pages(stride = 100) {
      const texts: string[] = [];
      let after: string | undefined;
      do {
        texts.push(`GET ${page(100, after)} HTTP/1.1\r\n${host}D360-API-KEY: ${key}\r\n\r\n`);
        const { paging } = JSON.parse(await get(page(stride, after), { 'D360-API-KEY': key }));
        after = paging?.next === undefined ? undefined : paging.cursors.after;
      } while (after !== undefined);
      return { kind: 'walk', texts };
    },
    sends: () => message('messages'),
    posts: () => message('message_templates'),
    gets: () => ({
      kind: 'walk',
      texts: [`GET /v25.0/${id}/message_templates?limit=10 HTTP/1.1\r\n${host}Authorization: Bearer ${key}\r\n\r\n`],
    }),
    webhooks: () => ({
      kind: 'webhooks',
      head: `POST /webhooks/${connection} HTTP/1.1\r\n${host}Content-Type: application/json\r\n`,
      body: webhookBody(id),
      secret: appSecret,
      count: count * 100,
    }),
    somePage: () => get(page(100), { 'D360-API-KEY': key }),
    someCheck: () => get(checkPath + phoneOf(0), { authorization }),
  };
}

/** As Meta sends a text, with the names that the load process puts something in for. */
function webhookBody(id: string): string {
  const metadata = { display_phone_number: `1${id.slice(-10)}`, phone_number_id: id };
  const contacts = [{ profile: { name: 'Sheena Nelson' }, wa_id: '{USER}' }];
  const text = { body: 'Does it come in another colour?' };
  const messages = [{ from: '{USER}', id: '{ID}', timestamp: '1749416383', type: 'text', text }];
  const value = { messaging_product: 'whatsapp', metadata, contacts, messages };
  const entry = [{ id: '102290129340398', changes: [{ value, field: 'messages' }] }];
  return JSON.stringify({ object: 'whatsapp_business_account', entry });
}

async function fill(load: LoadProcess, port: number, { bigBlocks }: Installation, count: number): Promise<void> {
  const requests = Math.ceil(count / usersPerRequest);
  if (requests === 0) return;
  const stream = { port, connections: 4, status: 200, requests: { ...bigBlocks(0), from: 0 }, maxRequests: requests };
  await load.measure(stream, 3600);
}

function take(users: number): number {
  const first = newcomer;
  newcomer += users;
  return first;
}

function admin(port: number, method: string, path: string, body: object): Promise<string> {
  const headers = { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' };
  return textOf(port, method, `/api/v1${path}`, headers, JSON.stringify(body));
}

async function textOf(
  port: number,
  method: string,
  path: string,
  headers: Record<string, string>,
  body: string | null = null,
): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method, headers, body });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path} was answered ${answer.status}: ${text}`);
  return text;
}

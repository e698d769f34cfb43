/** What gives each operation each of its statuses: how a call differs from the operation's own example, and what it needs. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import type { TestContext } from 'node:test';
import { type Reason, Refusal } from '../../src/core/errors.ts';
import { webhookBytes } from '../../src/http/webhook-answers.ts';
import type { Located } from '../helpers/openapi.ts';
import { startProvider } from '../helpers/provider.ts';
import type { TestService } from '../helpers/service.ts';

export const number = '106540352242922';
/** Small enough for a server that did not read it to answer before the connection ends. */
export const limits = { bodyBytes: 16 * 1024 };
const large = JSON.stringify({ text: 'x'.repeat(limits.bodyBytes) });
const json = { 'content-type': 'application/json' };

/** How a call differs from the operation's own example. */
export interface Call {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly anonymous?: boolean;
  readonly lists?: Error;
  readonly rest?: Error;
}

type Provoke = (service: TestService) => Call | Promise<Call>;

const refuse = (reason: Reason) => new Refusal(reason);

const connection = { provider: 'meta', token: 'up-token' };
const webhookSecrets = { app_secret: 'what signs', verify_token: 'what verifies' };

/** A number whose provider lets nobody be unblocked, and who is blocked there. */
const pushed = '106540352242950';
const user = '16505551234';

export async function addPushed(t: TestContext, service: TestService): Promise<void> {
  const provider = await startProvider(t);
  const named = [{ input: user, wa_id: user }];
  const answers: Readonly<Record<string, [status: number, body: object]>> = {
    GET: [200, { data: [{ block_users: named }] }],
    POST: [200, { messaging_product: 'whatsapp', block_users: { added_users: named } }],
    DELETE: [400, { error: { message: '(#100) Invalid parameter', type: 'OAuthException', code: 100 } }],
  };
  provider.answer = ({ method = '' }, response) => {
    const [status, body] = answers[method] ?? [404, {}];
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  const requests: readonly [path: string, body?: object][] = [
    ['/accounts/acme'],
    ['/connections/used', { ...connection, ...webhookSecrets, origin: provider.origin }],
    [
      `/numbers/${pushed}`,
      { display_phone_number: '+1 555 078 3999', upstream: { connection: 'used' }, rules: { push: 'wait' } },
    ],
    [`/numbers/${pushed}/blocks/${user}`],
  ];
  for (const [path, body] of requests) {
    const { status, text } = await service.admin('PUT', path, body);
    assert.equal(status, 201, text);
  }
}

/** What gives a status from any operation of a dialect. */
const ofDialects: Readonly<Record<string, Provoke>> = {
  200: () => ({}),
  400: () => ({ query: 'limit=0&messaging_product=telegram', body: {} }),
  401: () => ({ anonymous: true }),
  404: () => ({ lists: refuse({ kind: 'number_not_found', asked: number }) }),
  405: () => ({ query: 'method=put' }),
  413: () => ({ headers: json, body: large }),
  429: () => ({ lists: refuse({ kind: 'rate_limited', limit: 1, retryAfter: 1 }) }),
  500: () => ({ lists: new Error('the store is broken') }),
  502: () => ({ lists: refuse({ kind: 'upstream_failed', timedOut: false }) }),
  503: () => ({ lists: refuse({ kind: 'overloaded', retryAfter: 1 }) }),
  504: () => ({ lists: refuse({ kind: 'upstream_failed', timedOut: true }) }),
};

const unavailable = refuse({ kind: 'store_unavailable' });
const broken = new Error('the store is broken');

/** A number with an app that never answers, so that deliveries for it stay. */
const hooked = '106540352242960';
const app = { url: 'http://127.0.0.1:9/hook', blocked: 'hold' };

export async function addHooked(service: TestService): Promise<void> {
  const number = { display_phone_number: '+1 555 078 3960', app };
  for (const [path, body] of [
    [`/numbers/${hooked}`, number],
    ['/accounts/hooked', { app }],
    [`/numbers/${hooked}/blocks/${user}`],
  ] as const) {
    const { status, text } = await service.admin('PUT', path, body);
    assert.equal(status, 201, text);
  }
  await service.admin('POST', `/numbers/${hooked}/sandbox/messages`, { from: user, text: 'held' });
}

/** The path of a delivery that waits. */
async function deliveryPath(service: TestService): Promise<Call> {
  const { json } = await service.admin('POST', `/numbers/${hooked}/app/test`);
  return { path: { id: json.delivery_id } };
}

/** What gives a status from any operation of the admin API. */
const ofAdmin: Readonly<Record<string, Provoke>> = {
  200: () => ({}),
  201: () => ({}),
  400: () => ({ headers: json, body: '{' }),
  401: () => ({ anonymous: true }),
  404: () => ({ path: { phone_number_id: '1', id: 'key_0000000000000000', name: 'nowhere' } }),
  413: () => ({ headers: json, body: large }),
  422: () => ({ query: 'nonsense=1' }),
  500: () => ({ lists: broken, rest: broken }),
  503: () => ({ lists: unavailable, rest: unavailable }),
};

const verify = (token: string) => `hub.mode=subscribe&hub.verify_token=${encodeURIComponent(token)}&hub.challenge=42`;

function signed(body: string): Call {
  const mac = createHmac('sha256', webhookSecrets.app_secret).update(body).digest('hex');
  return { path: { connection: 'used' }, headers: { ...json, 'x-hub-signature-256': `sha256=${mac}` }, body };
}

/** What gives a status from the webhook address of the connection `used`. */
const ofWebhooks: Readonly<Record<string, Provoke>> = {
  200: () => ({ query: verify(webhookSecrets.verify_token), ...signed('{"object":"whatsapp_business_account"}') }),
  400: () => signed('{'),
  401: () => ({ path: { connection: 'used' } }),
  403: () => ({ path: { connection: 'used' }, query: verify('another') }),
  404: () => ({ path: { connection: 'nowhere' } }),
  413: () => signed(' '.repeat(webhookBytes + 1)),
  500: () => ({ rest: broken, ...signed('{}') }),
  503: () => ({ rest: unavailable, ...signed('{}') }),
};

/** What an operation needs beyond that. */
const own: Readonly<Record<string, Readonly<Record<string, Provoke>>>> = {
  admin_getDelivery: { 200: deliveryPath },
  admin_redeliver: { 202: deliveryPath },
  admin_listHeld: { 200: () => ({ path: { phone_number_id: hooked, user } }) },
  admin_testNumberApp: {
    202: () => ({ path: { phone_number_id: hooked } }),
    409: () => ({ path: { phone_number_id: pushed } }),
  },
  admin_testAccountApp: {
    202: () => ({ path: { name: 'hooked' } }),
    409: () => ({ path: { name: 'acme' } }),
  },
  admin_putAccount: { 201: () => ({ path: { name: 'berlin' } }) },
  admin_putConnection: {
    200: async (service) => {
      await service.admin('PUT', '/connections/cloud', connection);
      return {};
    },
    201: () => ({ path: { name: 'berlin' } }),
    409: () => ({ path: { name: 'used' }, body: { account: 'acme' } }),
  },
  admin_deleteConnection: {
    204: async (service) => {
      await service.admin('PUT', '/connections/former', connection);
      return { path: { name: 'former' } };
    },
    409: () => ({ path: { name: 'used' } }),
  },
  admin_putNumber: {
    201: () => ({ path: { phone_number_id: '106540352242930' } }),
    200: () => ({ body: { name: 'Support' } }),
  },
  admin_deleteNumber: {
    204: async (service) => {
      await service.number('106540352242940');
      return { path: { phone_number_id: '106540352242940' }, query: 'confirm=106540352242940' };
    },
    404: () => ({ path: { phone_number_id: '1' }, query: 'confirm=1' }),
    500: () => ({ rest: broken, query: `confirm=${number}` }),
    503: () => ({ rest: unavailable, query: `confirm=${number}` }),
  },
  admin_reconcileNumber: {
    200: () => ({ path: { phone_number_id: pushed }, body: {} }),
    409: () => ({ path: { phone_number_id: number }, body: {} }),
  },
  admin_postKey: {
    201: () => ({ body: { name: 'a key', numbers: [number] } }),
    409: async (service) => {
      const body = { name: 'a key', numbers: 'all', secret: 'the-same-secret-0123456789' };
      await service.admin('POST', '/keys', body);
      return { body };
    },
  },
  admin_deleteKey: {
    204: async (service) => {
      const { json: key } = await service.admin('POST', '/keys', { name: 'to go', numbers: 'all' });
      return { path: { id: key.id } };
    },
  },
  admin_putBlock: {
    201: () => ({ path: { user: '16505550001' } }),
    200: async (service) => {
      await service.admin('PUT', `/numbers/${number}/blocks/16505550002`);
      return { path: { user: '16505550002' } };
    },
    409: () => ({ path: { user: `1555${number.slice(-7)}` } }),
  },
  admin_deleteBlock: { 409: () => ({ path: { phone_number_id: pushed, user } }) },
  admin_postMessage: { 409: () => ({ path: { phone_number_id: pushed } }) },
  getReady: { 503: () => ({ rest: unavailable }) },
  getDocsFile: { 200: () => ({ path: { file: 'page.js' } }), 404: () => ({ path: { file: 'nothing.js' } }) },
};

const ofServer: Readonly<Record<string, Provoke>> = {
  200: () => ({}),
  304: () => ({ path: { file: 'page.css' }, headers: { 'if-none-match': '*' } }),
};

/** Makes the operation answer with the status, of its own or as others of its kind. */
export function provocationOf(located: Located, status: string): Provoke | undefined {
  return own[located.operation.operationId]?.[status] ?? groupOf(located)[status];
}

function groupOf({ path, operation }: Located): Readonly<Record<string, Provoke>> {
  if (path.startsWith('/api/')) return ofAdmin;
  if (path.startsWith('/webhooks/')) return ofWebhooks;
  return operation.security ? ofDialects : ofServer;
}

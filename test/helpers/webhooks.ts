/** A whole service between providers, which post webhooks as each of them does, and an app of our own. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import type { TestContext } from 'node:test';
import type { AppOwner, BlockedMode } from '../../src/core/apps.ts';
import type { AccountName, PhoneNumberId } from '../../src/core/ids.ts';
import type { Store } from '../../src/core/ports.ts';
import type { Answer } from './client.ts';
import { outward } from './gateway.ts';
import { type Asked, type RecordingProvider, startProvider } from './provider.ts';
import { startTestService, type TestService, type TestServiceOptions } from './service.ts';
import { until } from './until.ts';

export const appSecret = 'the secret of the app';

/** What each provider proves with, as a connection is given it. */
const proofSecrets = {
  meta: { app_secret: 'of meta' },
  kapso: { webhook_secret: 'of kapso' },
  '360dialog': { webhook_header: { name: 'X-Proof', value: 'of 360dialog' } },
} as const;
export type ProviderName = keyof typeof proofSecrets;
export const providers = Object.keys(proofSecrets) as readonly ProviderName[];

const mac = (secret: string, body: string | Uint8Array) => createHmac('sha256', secret).update(body).digest('hex');

/** The headers by which each provider proves a body. */
export const proofs: Readonly<Record<ProviderName, (body: string | Uint8Array) => Record<string, string>>> = {
  meta: (body) => ({ 'x-hub-signature-256': `sha256=${mac('of meta', body)}` }),
  kapso: (body) => ({ 'x-webhook-signature': mac('of kapso', body) }),
  '360dialog': () => ({ 'x-proof': 'of 360dialog' }),
};

/** What the providers know the numbers by. */
export function knownAs(id: string): string {
  return `2${id.slice(1)}`;
}

/** Fails unless the body is signed for our app. */
export function assertSigned({ headers, body }: Asked): void {
  assert.equal(headers['x-hub-signature-256'], `sha256=${mac(appSecret, body)}`);
  assert.equal(headers['x-webhook-signature'], mac(appSecret, body));
}

export interface AppMore {
  readonly blocked?: BlockedMode;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Hooked {
  readonly service: TestService;
  readonly store: Store;
  readonly app: RecordingProvider;
  /** Makes a connection, of the provider's name, that can prove what comes. */
  connect(provider: ProviderName, more?: object): Promise<void>;
  /** Makes a number behind the connection of this name, with our app; gives the key's secret. */
  number(id: string, connection: string | undefined, blocked?: BlockedMode): Promise<string>;
  setApp(owner: AppOwner, url: string, more?: AppMore): Promise<void>;
  /** Posts as the provider does; without a proof of its own it is a good one. */
  post(provider: ProviderName, body: unknown, proof?: Readonly<Record<string, string>>): Promise<Answer>;
  block(id: string, secret: string, ...users: readonly string[]): Promise<void>;
  /** What the app has got, as text. */
  got(): string[];
}

export async function startHooked(t: TestContext, options: TestServiceOptions = {}): Promise<Hooked> {
  const app = await startProvider(t);
  let opened: Store | undefined;
  const service = await startTestService(t, {
    ...options,
    env: { ...outward, ...options.env },
    wrapStore: (store) => {
      opened = store;
      return options.wrapStore?.(store) ?? store;
    },
  });
  assert.ok(opened);
  const store = opened;
  const setApp: Hooked['setApp'] = async (owner, url, more = {}) => {
    const path = owner.kind === 'number' ? `/numbers/${owner.number}` : `/accounts/${owner.account}`;
    const answer = await service.admin('PUT', path, { app: { url, secret: appSecret, blocked: 'drop', ...more } });
    assert.ok(answer.status < 300, answer.text);
  };
  return {
    service,
    store,
    app,
    setApp,
    async connect(provider, more = {}) {
      const put = { provider, token: 'up-token', origin: 'http://127.0.0.1:9', ...proofSecrets[provider], ...more };
      const answer = await service.admin('PUT', `/connections/${provider}`, put);
      assert.ok(answer.status < 300, answer.text);
    },
    async number(id, connection, blocked) {
      const upstream = connection && { upstream: { connection, number_id: knownAs(id) } };
      const secret = await service.number(id, connection ? 'gateway' : 'open', upstream || {});
      await setApp({ kind: 'number', number: id as PhoneNumberId }, `${app.origin}/hook`, blocked && { blocked });
      return secret;
    },
    post(provider, body, proof) {
      const text = body instanceof Uint8Array || typeof body === 'string' ? body : JSON.stringify(body);
      const headers = { 'content-type': 'application/json', ...(proof ?? proofs[provider](text)) };
      return service.call('POST', `/webhooks/${provider}`, { headers, body: text });
    },
    async block(id, secret, ...users) {
      const body = { messaging_product: 'whatsapp', block_users: users.map((user) => ({ user })) };
      const headers = { authorization: `Bearer ${secret}` };
      const answer = await service.call('POST', `/v25.0/${id}/block_users`, { headers, body });
      assert.equal(answer.status, 200, answer.text);
    },
    got: () => app.asked.map(({ body }) => body.toString()),
  };
}

/** All that was taken in has reached the app. */
export async function delivered({ store }: Hooked): Promise<void> {
  await until(async () => (await store.webhooks.counts()).waiting === 0);
}

export const defaultOwner: AppOwner = { kind: 'account', account: 'default' as AccountName };

export const message = (from: string, k = 1) => ({
  from,
  id: `wamid.${k}.${from}`,
  timestamp: String(1_700_000_000 + k),
  type: 'text',
  text: { body: `message ${k}` },
});
const contact = (waId: string) => ({ wa_id: waId, profile: { name: waId } });
export const status = (id: string, state: string, to = '16500000000') => ({
  id,
  status: state,
  timestamp: '1700000000',
  recipient_id: to,
});

/** What is told of one number, as the provider knows it. */
export const change = (numberId: string, value: object, field = 'messages') => ({
  field,
  value: {
    messaging_product: 'whatsapp',
    metadata: { display_phone_number: '1', phone_number_id: numberId },
    ...value,
  },
});
export const payload = (...changes: readonly unknown[]) => ({
  object: 'whatsapp_business_account',
  entry: [{ id: '1', changes }],
});
/** Users write to the number, one message each. */
export const written = (numberId: string, ...from: readonly string[]) =>
  payload(change(numberId, { contacts: from.map(contact), messages: from.map((one) => message(one)) }));

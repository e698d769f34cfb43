/** A store with apps, and who passes on to them what comes in. */
import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { TestContext } from 'node:test';
import { type AppOwner, placeOfApp } from '../../src/core/apps.ts';
import type { PhoneNumberId, WaId } from '../../src/core/ids.ts';
import { type BusinessNumber, defaultAccount } from '../../src/core/numbers.ts';
import type { DeliveryQuery, Forwarding, Store, Webhooks } from '../../src/core/ports.ts';
import { receiveMessage } from '../../src/core/sandbox.ts';
import { Sealer } from '../../src/core/sealing.ts';
import { makeSentId } from '../../src/core/send.ts';
import { createForwarding, type ForwardingDeps, type ForwardingService } from '../../src/forwarding/index.ts';
import type { Attempt } from '../../src/forwarding/observer.ts';
import { openStore } from '../../src/store/index.ts';
import { Guard } from '../../src/upstream/guard.ts';
import { afterwards } from '../helpers/cleanup.ts';
import { databaseOf } from '../helpers/database.ts';
import { type Asked, type RecordingProvider, startProvider } from '../helpers/provider.ts';
import { tempFolder } from '../helpers/service.ts';
import { until } from '../helpers/until.ts';

export const numberId = '106540352242922' as PhoneNumberId;
export const otherId = '106540352242923' as PhoneNumberId;
export const appSecret = 'the secret of the app';

/** Short, so that no test waits; long enough for a busy machine. */
export const quick = { firstDelay: 20, longestDelay: 100, longestPause: 100 } as const;

export interface Told {
  readonly attempts: Attempt[];
  readonly gaveUp: string[];
  readonly failed: unknown[];
  paused: number;
}

export interface Stand {
  readonly store: Store;
  readonly app: RecordingProvider;
  /** The running one. */
  forwarding: ForwardingService;
  readonly told: Told;
  /** What is added to the time of the machine, in ms. */
  readonly clock: { ahead: number };
  /** Another one over a store, as on another node. */
  begin(store: Store, more?: Pick<ForwardingDeps, 'failpoint' | 'limits'>): ForwardingService;
  /** The same as `write`, but who forwards is not told, or somebody else is. */
  putDelivery(from: string, text: string, number?: PhoneNumberId, forwarding?: Forwarding): Promise<void>;
  /** A user writes to the number; resolves when it is on disk. */
  write(from: string, text: string, number?: PhoneNumberId): Promise<void>;
  /** Gives the number an app at this address. */
  setApp(number: PhoneNumberId, url: string): Promise<void>;
  /** Ends the running one and begins anew. */
  restart(): Promise<void>;
}

export interface StandOptions {
  readonly limits?: ForwardingDeps['limits'];
  readonly failpoint?: ForwardingDeps['failpoint'];
  readonly allowPrivate?: readonly string[];
  readonly wrapWebhooks?: (webhooks: Webhooks) => Webhooks;
  /** Instead of one of its own. */
  readonly store?: Store;
}

/** The number has an app at `/hook?x=1` of `app`; the other number has none yet. */
export async function openStand(t: TestContext, options: StandOptions = {}): Promise<Stand> {
  const app = await startProvider(t);
  app.answer = (_request, response) => response.end('ok');
  const sealer = new Sealer([randomBytes(32)]);
  const opened = options.store ?? (await openStore(await databaseOf(t, tempFolder(t))));
  if (!options.store) afterwards(t, () => opened.close());
  const webhooks = options.wrapWebhooks?.(opened.webhooks) ?? opened.webhooks;
  const store: Store = { ...opened, webhooks };
  const { directory } = store;
  const clock = { ahead: 0 };
  const now = () => Date.now() + clock.ahead;
  await directory.addAccount({ name: defaultAccount, createdAt: now() });
  const setApp: Stand['setApp'] = async (number, url) => {
    const owner: AppOwner = { kind: 'number', number };
    const secret = sealer.seal(appSecret, placeOfApp(owner, 'secret'));
    const headers = sealer.seal('{"X-Mine":"kept"}', placeOfApp(owner, 'headers'));
    await directory.putNumber(number, { app: { url, secret, headers } }, now());
  };
  for (const [id, waId] of [
    [numberId, '15552242922'],
    [otherId, '15552242923'],
  ] as const)
    await directory.putNumber(id, { phone: { displayPhoneNumber: `+${waId}`, waId: waId as WaId } }, now());
  await setApp(numberId, `${app.origin}/hook?x=1`);
  const told: Told = { attempts: [], gaveUp: [], failed: [], paused: 0 };
  const begin: Stand['begin'] = (over, more = {}) => {
    const begun = createForwarding({
      store: over,
      sealer,
      guard: new Guard(options.allowPrivate ?? ['127.0.0.0/8']),
      clock: now,
      failpoint: more.failpoint,
      observer: {
        attempted: (attempt) => told.attempts.push(attempt),
        gaveUp: (_app, delivery, detail) => told.gaveUp.push(`${delivery} ${detail}`),
        paused: () => {
          told.paused += 1;
        },
        failed: (error) => told.failed.push(error),
      },
      limits: { ...quick, ...more.limits },
    });
    afterwards(t, () => begun.close());
    return begun;
  };
  const { failpoint, limits } = options;
  const beginFirst = () => begin(store, { failpoint, limits });
  const put: Stand['putDelivery'] = async (from, text, id = numberId, forwarding = { wake() {}, appChanged() {} }) => {
    const number = (await directory.number(id)) as BusinessNumber;
    const message = { id: makeSentId('wamid'), waId: from as WaId, text };
    const played = { by: { dialect: 'test', keyId: null, requestId: 'Atest' }, at: now() };
    await receiveMessage({ webhooks, forwarding }, number, message, played);
  };
  const stand: Stand = {
    store,
    app,
    forwarding: beginFirst(),
    told,
    clock,
    setApp,
    begin,
    write: (from, text, id = numberId) => put(from, text, id, stand.forwarding),
    putDelivery: put,
    async restart() {
      await stand.forwarding.close();
      stand.forwarding = beginFirst();
    },
  };
  return stand;
}

/** What the message in a POST says. */
export function textIn({ body }: Pick<Asked, 'body'>): string {
  return JSON.parse(body.toString()).entry[0].changes[0].value.messages[0].text.body;
}

export function idOf({ headers }: Pick<Asked, 'headers'>): unknown {
  return headers['x-gatehouse-delivery'];
}

export const textsOf = ({ asked }: RecordingProvider) => asked.map(textIn);
export const ok = (response: ServerResponse) => response.end('ok');
export const fail = (response: ServerResponse, status = 500) => response.writeHead(status).end('no');

/** Answers so, one after the other, and well from then on. */
export function answerFirst(
  app: RecordingProvider,
  ...answers: readonly ((response: ServerResponse) => unknown)[]
): void {
  const left = [...answers];
  app.answer = (_request, response) => (left.shift() ?? ok)(response);
}

/** All that waits and is given up. */
export const all: DeliveryQuery = { limit: 1000 };

/** Every delivery has reached its app. */
export async function emptied({ webhooks }: Pick<Store, 'webhooks'>): Promise<void> {
  await until(async () => (await webhooks.deliveries(all)).items.length === 0);
}

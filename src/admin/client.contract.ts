/** The admin API on a real store, and a client that holds every answer to its schema. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import type { AppOwner } from '../core/apps.ts';
import { defaultAccount } from '../core/numbers.ts';
import type { Store } from '../core/ports.ts';
import { Sealer } from '../core/sealing.ts';
import { createFramework } from '../http/framework.ts';
import { defaultLimits } from '../http/server.ts';
import { Reconciler } from '../jobs/reconcile.ts';
import { Metrics } from '../observe/metrics.ts';
import { openStore } from '../store/index.ts';
import type { AdminDeps } from './deps.ts';
import { registerAdmin } from './index.ts';
import { problem } from './schemas/problem.ts';
import { type TestUpstreams, testUpstreams } from './upstreams.contract.ts';
import { compileSchema } from './validation.ts';

export const adminKey = 'the-admin-key-of-this-test';
export const baseUrl = 'https://gate.example/behind';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  /** Checked by its schema; tests read from it what they need. */
  readonly body: any;
}

interface CallOptions {
  readonly headers?: Readonly<Record<string, string | string[]>>;
  /** Sent as it is, instead of JSON. */
  readonly raw?: string | Buffer;
}

export interface TestAdmin {
  readonly app: FastifyInstance;
  readonly store: Store;
  readonly upstreams: TestUpstreams;
  /** A word and a name or id for each thing that was told to who speaks to the apps. */
  readonly forwarded: string[];
  readonly sealer: Sealer;
  /** What the API is made of. */
  readonly deps: AdminDeps;
  /** The time of the injected clock. */
  now: number;
  /** What has been logged. */
  readonly log: string[];
  call(method: string, path: string, body?: unknown, options?: CallOptions): Promise<Answer>;
  /** Creates a number and gives its id. */
  addNumber(body?: object): Promise<string>;
}

interface Setup {
  /** Stands between the API and the store. */
  readonly wrapStore?: (store: Store) => Store;
  /** What secrets are kept with; one key if absent. */
  readonly secretKeys?: readonly Uint8Array[];
}

/** Operations by method and path, with the statuses that their schemas declare and those that were answered. */
const declared = new Map<string, Set<number>>();
const seen = new Map<string, Set<number>>();

export async function startAdmin(
  t: TestContext,
  { wrapStore = (store) => store, secretKeys = [new Uint8Array(32).fill(7)] }: Setup = {},
): Promise<TestAdmin> {
  const folder = await mkdtemp(path.join(tmpdir(), 'gatehouse-admin-'));
  const store = await openStore(`sqlite:${path.join(folder, 'gatehouse.db')}`);
  await store.directory.addAccount({ name: defaultAccount, createdAt: 0 });
  const log: string[] = [];
  const app = createFramework({
    logger: pino({ level: 'info' }, { write: (line) => log.push(line) }),
    limits: { ...defaultLimits, bodyBytes: 64 * 1024 },
    isClosing: () => false,
  });
  // What is not the API's belongs to others.
  app.all('/*', () => 'not the admin API');
  const operations = watchOperations(app);
  const [upstreams, sealer] = [testUpstreams(), new Sealer(secretKeys)];
  const forwarded: string[] = [];
  const hears = (word: string) => (owner: AppOwner) =>
    void forwarded.push(`${word} ${owner.kind === 'number' ? owner.number : owner.account}`);
  const forwarding = { wake: hears('wake'), appChanged: hears('changed') };
  const admin: TestAdmin = {
    app,
    store,
    upstreams,
    forwarded,
    sealer,
    deps: {
      store: wrapStore(store),
      clock: () => admin.now,
      metrics: new Metrics(),
      sealer,
      providers: ['meta', '360dialog'],
      upstreams,
      forwarding,
      canProve: ({ secrets }) => secrets.appSecret !== undefined,
      reconciling: new Reconciler({
        store: wrapStore(store),
        upstreams,
        clock: () => admin.now,
        began: (number, { id }) => log.push(`${number} ${id}`),
        ended: (number, { id, state }) => log.push(`${number} ${id} ${state}`),
        failed: (error) => log.push(String(error)),
      }),
      checkOrigin: (origin) => (origin.startsWith('http:') ? 'be https.' : undefined),
      acceptsAdminKey: (secret) => secret === adminKey,
      baseUrlOf: () => baseUrl,
    },
    log,
    now: Date.UTC(2026, 2, 1, 12),
    async call(method, url, body, { headers = {}, raw } = {}) {
      const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body));
      const response = await app.inject({
        method: method as 'GET',
        url: `/api/v1${url}`,
        headers: {
          authorization: `Bearer ${adminKey}`,
          ...(payload !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(payload !== undefined && { payload }),
      });
      const answer = {
        status: response.statusCode,
        headers: response.headers,
        body: response.body === '' ? null : response.json(),
      };
      assertKeepsContract(answer, operations.get(String(response.headers['x-request-id'])));
      return answer;
    },
    async addNumber(body = {}) {
      const id = String(106540352242922 + Math.floor(Math.random() * 1e12));
      const put = await admin.call('PUT', `/numbers/${id}`, { display_phone_number: '+1 555 078 3881', ...body });
      assert.equal(put.status, 201);
      return id;
    },
  };
  await app.register((scope) => registerAdmin(scope, admin.deps), { prefix: '/api/v1' });
  t.after(async () => {
    await app.close();
    await store.close();
    await rm(folder, { recursive: true });
  });
  return admin;
}

interface Operation {
  readonly name: string;
  readonly answers: Readonly<Record<string, object>>;
}

/** Remembers which operation each request was for. */
function watchOperations(app: FastifyInstance): ReadonlyMap<string, Operation> {
  const byRequest = new Map<string, Operation>();
  app.addHook('onRoute', ({ method, url, schema }) => {
    if (schema?.response && method !== 'HEAD')
      declared.set(`${method} ${url}`, new Set(Object.keys(schema.response).map(Number)));
  });
  app.addHook('onRequest', async (request) => {
    const { method, url, schema } = request.routeOptions;
    if (schema?.response)
      byRequest.set(request.id, { name: `${method} ${url}`, answers: schema.response as Operation['answers'] });
  });
  return byRequest;
}

function assertKeepsContract(answer: Answer, operation: Operation | undefined): void {
  const { status, headers } = answer;
  assert.match(String(headers['x-request-id']), /^A[A-Za-z0-9_-]{22}$/);
  const schema = operation ? schemaOf(operation.answers[status]) : problem;
  assert.ok(schema, `${operation?.name} does not declare ${status}: ${JSON.stringify(answer.body)}`);
  assertMatches(answer.body, schema, `${operation?.name} ${status}`);
  if (operation) seen.set(operation.name, new Set([...(seen.get(operation.name) ?? []), status]));
  if (status >= 400) {
    assert.equal(headers['content-type'], 'application/problem+json');
    assert.equal(answer.body.status, status);
    assert.equal(answer.body.request_id, headers['x-request-id']);
  } else if (status !== 204) {
    assert.equal(headers['content-type'], 'application/json; charset=utf-8');
  }
}

/** An answer is declared by its schema, or as content types with theirs. */
function schemaOf(declared: object | undefined): object | undefined {
  if (!declared || !('content' in declared)) return declared;
  const [only] = Object.values(declared.content as Readonly<Record<string, { schema: object }>>);
  return only?.schema;
}

function assertMatches(value: unknown, schema: object, what: string): void {
  const validate = compileSchema(schema);
  assert.ok(validate(value), `${what}: ${JSON.stringify(validate.errors)} in ${JSON.stringify(value)}`);
}

export function operationNames(): string[] {
  return [...declared.keys()];
}

/** What every operation answers alike; one test sweeps it over all of them. */
export const commonStatuses: readonly number[] = [400, 401, 413, 500, 503];

/** For the end of a subject's tests: each status that its operations declare has been answered in one of them. */
export function assertEveryStatusSeen(
  isOne: (operation: string) => boolean,
  isMeant: (status: number) => boolean,
): void {
  const operations = [...declared].filter(([name]) => isOne(name));
  assert.notEqual(operations.length, 0);
  for (const [name, statuses] of operations) {
    const missing = [...statuses].filter((status) => isMeant(status) && !seen.get(name)?.has(status));
    assert.deepEqual(missing, [], `${name} was never seen to answer these`);
  }
}

/** Sends a body that has to be refused with a problem that names these fields, and no others. */
export async function assertInvalid(answer: Promise<Answer>, ...fields: string[]): Promise<Answer> {
  const { status, body, headers } = await answer;
  assert.equal(status, 422, JSON.stringify(body));
  assert.deepEqual([...new Set(body.errors.map(({ field }: { field: string }) => field))].sort(), fields.sort());
  return { status, body, headers };
}

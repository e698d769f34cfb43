/** A number with an upstream, whose provider is a Gatehouse that behaves as Meta does, behind a proxy that makes faults. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { TestContext } from 'node:test';
import { changeUsers } from '../../src/core/block-users.ts';
import type { BusinessNumber } from '../../src/core/numbers.ts';
import type { Outcome } from '../../src/core/outcome.ts';
import type { Store } from '../../src/core/ports.ts';
import type { PushGoal, Sync } from '../../src/core/push.ts';
import type { PushRules } from '../../src/core/rules.ts';
import { Sealer } from '../../src/core/sealing.ts';
import { isUserId, parseUser } from '../../src/core/user.ts';
import { dialects } from '../../src/dialects/index.ts';
import { openStore } from '../../src/store/index.ts';
import { Guard } from '../../src/upstream/guard.ts';
import { createUpstreams, type UpstreamDeps, type UpstreamService } from '../../src/upstream/index.ts';
import type { UpstreamCall, UpstreamObserver } from '../../src/upstream/observer.ts';
import { afterwards } from '../helpers/cleanup.ts';
import { databaseOf } from '../helpers/database.ts';
import { type Fault, type FaultProxy, startFaultProxy } from '../helpers/fault-proxy.ts';
import { startTestService, type TestService, tempFolder } from '../helpers/service.ts';
import { until } from '../helpers/until.ts';
import { connection, numberId, quick, setUp, upstreamId } from './set-up.ts';

export { connection, numberId, upstreamId };

export interface Told {
  readonly calls: UpstreamCall[];
  readonly settled: string[];
  readonly imported: string[];
  readonly paused: string[];
  readonly stopped: string[];
  readonly unknown: string[];
  readonly failed: unknown[];
}

export interface Yard {
  readonly provider: TestService;
  readonly proxy: FaultProxy;
  readonly store: Store;
  readonly upstreams: UpstreamService;
  /** Another one over a store, as on another node. */
  begin(store: Store, more?: Pick<UpstreamDeps, 'failpoint' | 'limits'>): UpstreamService;
  /** Gives the connection another token, and tells nobody. */
  setToken(token: string): Promise<void>;
  /** What the observer heard. */
  readonly told: Told;
  change(goal: PushGoal, ...users: readonly string[]): Promise<readonly Outcome[]>;
  /** Where the user stands, here and at the provider as far as we know. */
  standing(user: string): Promise<{ readonly isBlocked: boolean; readonly sync: Sync | undefined }>;
  /** Waits until the user's block is in this state here; `gone`: nothing is left to be said of the user. */
  reaches(user: string, state: Sync['state'] | 'gone'): Promise<Sync | undefined>;
  /** Blocks or unblocks users at the provider, past us. */
  there(goal: PushGoal, ...users: readonly string[]): Promise<void>;
  /** Whom the provider lists. */
  listed(): Promise<readonly string[]>;
  /** The users write to the provider's number, so that it blocks them. */
  wrote(...users: readonly string[]): Promise<void>;
}

export interface YardOptions {
  readonly rules?: Partial<PushRules>;
  readonly limits?: UpstreamDeps['limits'];
  /** Of the provider's number. */
  readonly providerRules?: unknown;
  readonly token?: string;
  /** Whom the provider blocks before the number gets it. */
  readonly before?: readonly string[];
  /** Whether they are taken over. */
  readonly imports?: boolean;
  /** What its first answers to who reads its list are. */
  readonly readings?: readonly Fault[];
  readonly wrapStore?: (store: Store) => Store;
  readonly failpoint?: UpstreamDeps['failpoint'];
  /** Instead of one of its own. */
  readonly store?: Store;
}

export async function openYard(t: TestContext, options: YardOptions = {}): Promise<Yard> {
  const provider = await startTestService(t);
  const token = await provider.number(upstreamId, options.providerRules ?? 'meta');
  const proxy = await startFaultProxy(t, provider.base);
  const sealer = new Sealer([randomBytes(32)]);
  const opened = options.store ?? (await openStore(await databaseOf(t, tempFolder(t))));
  if (!options.store) afterwards(t, () => opened.close());
  const store = options.wrapStore?.(opened) ?? opened;
  const { rules, imports } = options;
  proxy.next('GET', ...(options.readings ?? []));
  if (options.before) await change(provider, token, 'block', options.before);
  await setUp(store, { origin: proxy.origin, token: options.token ?? token, sealer, rules, imports, at: Date.now() });
  const told: Told = { calls: [], settled: [], imported: [], paused: [], stopped: [], unknown: [], failed: [] };
  const begin: Yard['begin'] = (over, more = {}) => {
    const begun = createUpstreams({
      store: over,
      sealer,
      clock: Date.now,
      callerOf: (name) => dialects.find((dialect) => dialect.name === name)?.caller,
      guard: new Guard(['127.0.0.0/8']),
      observer: observerOf(told),
      failpoint: more.failpoint,
      limits: { ...quick, ...options.limits, ...more.limits },
    });
    afterwards(t, () => begun.close());
    return begun;
  };
  const upstreams = begin(store, { failpoint: options.failpoint });
  const number = (await store.directory.number(numberId)) as BusinessNumber;
  const standing: Yard['standing'] = async (user) => {
    const asked = parseUser(user);
    assert.ok(isUserId(asked));
    const found = await store.lists.check(numberId, asked);
    return {
      isBlocked: found !== undefined,
      sync: found ? found.entry.sync : await store.lists.removal(numberId, asked),
    };
  };
  return {
    provider,
    proxy,
    store,
    upstreams,
    begin,
    async setToken(token) {
      const secrets = { token: sealer.seal(token, `${connection}/token`) };
      await store.directory.putConnection(connection, { secrets }, Date.now());
    },
    told,
    standing,
    async change(goal, ...users) {
      const asked = users.map((input) => ({ input, user: parseUser(input) }));
      const by = { dialect: 'meta', keyId: null, requestId: 'Atest' };
      return changeUsers({ lists: store.lists, pushing: upstreams }, number, goal, {
        users: asked,
        by,
        at: Date.now(),
      });
    },
    async reaches(user, state) {
      let last: Sync | undefined;
      await until(async () => {
        last = (await standing(user)).sync;
        return (last?.state ?? 'gone') === state;
      });
      return last;
    },
    there: (goal, ...users) => change(provider, token, goal, users),
    async listed() {
      const page = await provider.call('GET', `/v25.0/${upstreamId}/block_users?limit=1000`, {
        headers: { authorization: `Bearer ${token}` },
      });
      assert.equal(page.status, 200, page.text);
      return page.json.data.map((row: { wa_id?: string; user_id?: string }) => row.wa_id ?? row.user_id);
    },
    async wrote(...users) {
      for (const user of users) await provider.wrote(upstreamId, user);
    },
  };
}

async function change(provider: TestService, token: string, goal: PushGoal, users: readonly string[]): Promise<void> {
  const method = goal === 'block' ? 'POST' : 'DELETE';
  const answer = await provider.call(method, `/v25.0/${upstreamId}/block_users`, {
    headers: { authorization: `Bearer ${token}` },
    body: { messaging_product: 'whatsapp', block_users: users.map((user) => ({ user })) },
  });
  assert.equal(answer.status, 200, answer.text);
}

function observerOf({ calls, settled, imported, paused, stopped, unknown, failed }: Told): UpstreamObserver {
  return {
    called: (call) => calls.push(call),
    settled: (_connection, result, pushes) => settled.push(`${pushes} ${result}`),
    imported: ({ users, isComplete, detail }) =>
      imported.push([users, isComplete ? 'done' : 'partial', ...(detail ? [detail] : [])].join(' ')),
    stopped: (stop) => stopped.push(`${stop.connection} ${stop.code} ${stop.detail}`),
    unknown: ({ number, numberId }) => unknown.push(`${number} ${numberId}`),
    paused: (_connection, why) => paused.push(why),
    failed: (fault) => failed.push(fault),
  };
}

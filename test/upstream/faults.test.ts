/**
 * Faults between a number and its provider, as transcripts: `faults/*.http`, read as `helpers/transcript.ts` says. The
 * provider is Gatehouse itself, with another number that has the rules `meta`, behind a proxy that plays the faults. What is set
 * up is
 *
 *     wrote: +1650…, +1651…                users who wrote to the provider's number
 *     listed: 1100                         so many users whom the provider blocks before
 *     patience: 1000ms                     how long an answer of the provider may take
 *     fault: POST a reset after            what the next POST to the provider meets (`helpers/fault-words.ts`)
 *     clock: +60s                          time passes; it does not by itself
 *     heard: POST 1650…, GET, GET after    all that the provider was asked since the last such line
 *
 * `{number}`, `{key}` and `{admin}` are the number's id, its key and the admin key; `{there}` and `{token}` the number's id at the
 * provider and the provider's token. What is pushed is pushed after the answer: a GET is asked until it is answered as expected.
 * In the end every fault was met, and who is blocked here is blocked there or says why not.
 */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { adminKey, type Client, users } from '../helpers/client.ts';
import { type FaultProxy, type Method, type ProxyCall, startFaultProxy } from '../helpers/fault-proxy.ts';
import { faultOf } from '../helpers/fault-words.ts';
import { outward } from '../helpers/gateway.ts';
import { Names } from '../helpers/placeholders.ts';
import { expectStatus, startTestService, type TestService } from '../helpers/service.ts';
import { readTranscript, type Step, type Transcript } from '../helpers/transcript.ts';
import { until } from '../helpers/until.ts';

const folder = path.join(import.meta.dirname, 'faults');
const [here, there] = ['106540352242922', '206540352242922'];
/** A user whom no transcript names. */
const passer = '442079460958';

type Exchange = Extract<Step, { kind: 'exchange' }>;
type SetUp = Extract<Step, { kind: 'set_up' }>;

/** A transcript as it is played. */
interface Play {
  readonly service: TestService;
  readonly proxy: FaultProxy;
  readonly names: Names;
  /** How many of the proxy's calls the transcript has told of. */
  told: number;
}

describe('a fault between', { concurrency: 8 }, () => {
  for (const file of globSync('*.http', { cwd: folder }).toSorted()) {
    const transcript = readTranscript(readFileSync(path.join(folder, file), 'utf8'));
    it(`${transcript.title} (${file})`, (t) => play(t, transcript));
  }
});

async function play(t: TestContext, { steps }: Transcript): Promise<void> {
  const first = (word: string) =>
    steps.find((step) => step.kind === 'set_up' && step.word === word) as SetUp | undefined;
  const one = await setUp(t, Number(first('listed')?.value ?? 0), first('patience')?.value);
  for (const step of steps) {
    if (step.kind === 'exchange') await exchange(one, step);
    else await prepare(one, step);
  }
  assert.deepEqual(one.proxy.unmet, [], 'faults that nothing met');
  assert.ok(first('fault'), 'no fault');
  await assertOneList(one);
}

/** A provider that blocks so many, a proxy, and a number that has imported them. */
async function setUp(t: TestContext, listed: number, patience: string | undefined): Promise<Play> {
  const callTimeout = patience === undefined ? {} : { callTimeout: Number(/^(\d+)ms$/.exec(patience)?.[1]) };
  // What is due is decided by the clock of the transcript, and looked for all the time.
  const upstreamLimits = { gap: 0, sweepEvery: 50, ...callTimeout };
  const service = await startTestService(t, { env: outward, upstreamLimits });
  const token = await service.number(there, 'open');
  const crowd = Array.from({ length: listed }, (_, index) => String(16_500_000_000 + index));
  const headers = { authorization: `Bearer ${token}` };
  for (let from = 0; from < listed; from += 1_000)
    expectStatus(
      await service.call('POST', `/${there}/block_users`, { headers, body: users(...crowd.slice(from, from + 1_000)) }),
      200,
    );
  expectStatus(await service.admin('PUT', `/numbers/${there}`, { rules: 'meta' }), 200);
  const proxy = await startFaultProxy(t, service.base);
  const put = await service.admin('PUT', '/connections/main', { provider: 'meta', token, origin: proxy.origin });
  expectStatus(put, 201);
  const key = await service.number(here, 'gateway', { upstream: { connection: 'main', number_id: there } });
  await until(async () => {
    const { json } = await service.admin('GET', `/numbers/${here}`);
    return proxy.calls.length > 0 && json.blocked_users === listed;
  });
  const names = new Names();
  const known = { number: here, key, admin: adminKey, there, token };
  for (const [name, value] of Object.entries(known)) names.setQuietly(name, value);
  return { service, proxy, names, told: proxy.calls.length };
}

async function prepare(one: Play, { word, value }: SetUp): Promise<void> {
  const { service, proxy } = one;
  switch (word) {
    case 'listed':
    case 'patience':
      return;
    case 'wrote':
      for (const from of value.split(', ')) expectStatus(await service.wrote(there, from), 200);
      return;
    case 'fault': {
      const [, method, words = ''] = /^(GET|POST|DELETE) (.+)$/.exec(value) ?? [];
      assert.ok(method, `no method: ${value}`);
      proxy.next(
        method as Method,
        faultOf(words, () => changeList(one)),
      );
      return;
    }
    case 'clock':
      service.clock.now += seconds(value) * 1_000;
      return;
    case 'heard': {
      const calls = proxy.calls.slice(one.told);
      one.told = proxy.calls.length;
      assert.equal(calls.map(shown).join(', '), value);
      return;
    }
    default:
      assert.fail(`unknown set-up line: ${word}`);
  }
}

/** Somebody is blocked there and unblocked again. */
async function changeList({ service, names }: Play): Promise<void> {
  const headers = { authorization: names.fill('Bearer {token}') };
  await service.wrote(there, passer);
  for (const method of ['POST', 'DELETE'])
    expectStatus(await service.call(method, `/${there}/block_users`, { headers, body: users(passer) }), 200);
}

function shown({ method, url, users: named }: ProxyCall): string {
  const page = new URL(url, 'http://there').searchParams.has('after') ? ['after'] : [];
  return [method, ...named, ...page].join(' ');
}

function seconds(text: string): number {
  const count = /^\+(\d+)s$/.exec(text)?.[1];
  assert.ok(count, `no seconds: ${text}`);
  return Number(count);
}

async function exchange({ service, names }: Play, { request, expected }: Exchange): Promise<void> {
  const { method } = request;
  const headers = Object.fromEntries(request.headers.map(([name, value]) => [name, names.fill(value)]));
  const ask = async () => {
    const body = request.body === '' ? {} : { body: names.fill(request.body) };
    const { status, text, json } = await service.call(method, names.fill(request.path), { headers, ...body });
    const wanted = names.matchJson(JSON.parse(expected.body), json);
    return { actual: { status, json }, wanted: { status: expected.status, json: wanted }, text };
  };
  let last = await ask();
  const isAsExpected = () => {
    try {
      assert.deepEqual(last.actual, last.wanted, `${method} ${request.path}: ${last.text}`);
      return true;
    } catch (fault) {
      if (method !== 'GET') throw fault;
      return fault;
    }
  };
  let fault = isAsExpected();
  if (fault === true) return;
  await until(async () => {
    last = await ask();
    fault = isAsExpected();
    return fault === true;
  }).catch(() => {
    throw fault;
  });
}

/** Who is blocked here is blocked there, and nobody else is; or their entry says why not. */
async function assertOneList({ service }: Play): Promise<void> {
  const [ours, theirs] = [await listOf(service, here), await listOf(service, there)];
  const settled = ours.filter(({ sync }) => sync.state === 'synced');
  assert.deepEqual(settled.map(({ user }) => user.wa_id).toSorted(), theirs.map(({ user }) => user.wa_id).toSorted());
  const final = ['waiting', 'overflow', 'failed'];
  for (const {
    user,
    sync: { state, detail },
  } of ours)
    assert.ok(state === 'synced' || (final.includes(state) && detail), JSON.stringify({ user, state, detail }));
}

interface Row {
  readonly user: { readonly wa_id: string };
  readonly sync: { readonly state: string; readonly detail?: string };
}

async function listOf({ admin }: Client, number: string): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (let query = '?limit=1000'; ; ) {
    const { json } = await admin('GET', `/numbers/${number}/blocks${query}`);
    rows.push(...json.data);
    if (json.paging?.next === undefined) return rows;
    query = `?limit=1000&after=${encodeURIComponent(json.paging.cursors.after)}`;
  }
}

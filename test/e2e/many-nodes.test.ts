/** Two whole services on one database. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { it, type TestContext } from 'node:test';
import { openTestStore } from '../../src/store/postgres/test-store.contract.ts';
import { startProvider } from '../helpers/provider.ts';
import { startTestService, type TestServiceOptions } from '../helpers/service.ts';
import { until } from '../helpers/until.ts';

const [number, upstream, ann] = ['106540352242922', '206540352242922', '16505551234'] as const;

async function startTwo(t: TestContext, env: Readonly<Record<string, string>> = {}) {
  const { url } = await openTestStore(t);
  const options: TestServiceOptions = {
    env: { GATEHOUSE_DATABASE: url, ...env },
    upstreamLimits: { firstDelay: 20, longestDelay: 50, sweepEvery: 50 },
    watchEvery: 20,
  };
  return Promise.all([startTestService(t, options), startTestService(t, options)]);
}

it('say the same of a number at once, whichever is asked', async (t) => {
  const [first, second] = await startTwo(t);
  const key = await first.number(number);
  const headers = { authorization: `Bearer ${key}` };
  const list = `/v25.0/${number}/block_users`;
  for (const [method, asked, other] of [
    ['POST', first, second],
    ['DELETE', second, first],
  ] as const) {
    const body = { messaging_product: 'whatsapp', block_users: [{ user: ann }] };
    assert.equal((await asked.call(method, list, { headers, body })).status, 200);
    const { json } = await other.admin('GET', `/numbers/${number}/blocks/${ann}`);
    assert.equal(json.blocked, method === 'POST');
  }
});

it('take over what another had to push and ended, without having heard of its connection', async (t) => {
  const provider = await startProvider(t);
  provider.answer = (_request, response) => response.writeHead(500).end('{}');
  const env = { GATEHOUSE_SECRET_KEY: randomBytes(32).toString('base64'), GATEHOUSE_ALLOW_PRIVATE: '127.0.0.1' };
  const [first, second] = await startTwo(t, env);
  const connection = { provider: 'meta', token: 'up', origin: provider.origin };
  assert.equal((await first.admin('PUT', '/connections/cloud', connection)).status, 201);
  await first.number(number, 'gateway', { upstream: { connection: 'cloud', number_id: upstream } });
  const blocked = await first.admin('PUT', `/numbers/${number}/blocks/${ann}`, {});
  assert.ok(blocked.status < 300, blocked.text);
  await until(() => provider.asked.length > 0);
  await first.close();
  second.clock.now += 60_000;
  provider.answer = (_request, response) =>
    response.end(
      JSON.stringify({
        messaging_product: 'whatsapp',
        block_users: { added_users: [{ input: ann, wa_id: ann }] },
      }),
    );
  await until(async () => {
    const { json } = await second.admin('GET', `/numbers/${number}/blocks/${ann}`);
    return json.entry.sync.state === 'synced';
  });
});

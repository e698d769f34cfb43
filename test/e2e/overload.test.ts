/** More than the server can do: it says so early, in every voice, loses nothing, and comes back by itself. */
import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import path from 'node:path';
import { describe, it } from 'node:test';
import { pino } from 'pino';
import { readConfig } from '../../src/config/config.ts';
import { startService } from '../../src/service.ts';
import { openSqliteStore } from '../../src/store/sqlite/store.ts';
import { ask } from '../helpers/ask.ts';
import { afterwards } from '../helpers/cleanup.ts';
import { type Answer, adminKey, clientOf, dialectsOf, users } from '../helpers/client.ts';
import { startGateway } from '../helpers/gateway.ts';
import { readMetrics, sumOf } from '../helpers/metrics.ts';
import { startCommand, startProcess } from '../helpers/process.ts';
import { RawConnection } from '../helpers/raw.ts';
import { expectStatus, tempFolder } from '../helpers/service.ts';
import { until } from '../helpers/until.ts';

const id = '106540352242981';

/** What each dialect says to a client that came too much. */
const voices: Readonly<Record<'meta' | 'd360' | 'kapso', (answer: Answer) => void>> = {
  meta: ({ json }) => assert.deepEqual([json.error.code, json.error.is_transient], [2, true]),
  d360: ({ json }) => assert.deepEqual(json, { error: 'Service temporarily unavailable' }),
  kapso: ({ json }) => assert.deepEqual([json.error.code, json.error.is_transient], [2, true]),
};

describe('an event loop that is late', () => {
  it('sheds dialects and admin API with 503 while health and metrics answer, and serves again once it is in time', async (t) => {
    const blocker = path.join(import.meta.dirname, 'blocker.mjs');
    const [node, main = ''] = startCommand;
    const service = await startProcess(t, tempFolder(t), { command: [node, '--import', blocker, main] });
    const dialects = dialectsOf(service, id, await service.number(id));
    expectStatus(await dialects.meta('POST', users('16505551234')), 200);

    service.child.kill('SIGUSR2');
    await until(async () => (await dialects.meta('GET')).status === 503);
    await Promise.all([
      ...Object.entries(voices).map(async ([name, assertVoice]) => {
        const answer = await dialects[name as keyof typeof voices]('POST', users('16505550000'));
        expectStatus(answer, 503);
        assert.equal(answer.headers.get('retry-after'), '1');
        assertVoice(answer);
      }),
      assertProblem(service.admin('GET', '/numbers')),
      service.call('GET', '/health/live').then((answer) => expectStatus(answer, 200)),
      service.call('GET', '/health/ready').then((answer) => expectStatus(answer, 200)),
    ]);
    const samples = await readMetrics(service);
    assert.ok(sumOf(samples, 'gatehouse_refused_requests_total', { kind: 'overloaded' }) >= 5);

    service.child.kill('SIGUSR2');
    await until(async () => (await dialects.meta('GET')).status === 200);
    const list = await dialects.meta('GET');
    assert.deepEqual(
      list.json.data.map((row: { wa_id: string }) => row.wa_id),
      ['16505551234'],
      'what was refused was not done, what was done is there',
    );
  });
});

async function assertProblem(answer: Promise<Answer>): Promise<void> {
  const { status, headers, json } = await answer;
  assert.equal(status, 503);
  assert.equal(headers.get('content-type'), 'application/problem+json');
  assert.equal(headers.get('retry-after'), '1');
  assert.equal(json.type, 'urn:gatehouse:problem:overloaded');
}

describe('a provider that has enough to do', () => {
  it('is not asked for more: so many wait, and further ones are refused', async (t) => {
    const upstreamLimits = { passingAtOnce: 1, passingWaiting: 1 };
    const target = await startGateway(t, { upstreamLimits });
    const { base, provider } = target;
    const secret = await target.number(id);
    const held: ServerResponse[] = [];
    provider.answer = (_request, response) => held.push(response);
    const meta = (path: string) => ask(base, { path, headers: ['Authorization', `Bearer ${secret}`] });
    const first = meta(`/v25.0/${id}/media`);
    await until(() => held.length === 1);
    // One of the two waits, the other one is refused.
    const two = [meta(`/v25.0/${id}/media`), meta(`/v25.0/${id}/media`)];
    const refused = await Promise.race(two);
    assert.deepEqual([refused.status, refused.headers['retry-after']], [503, '1'], refused.text);
    assert.equal(JSON.parse(refused.text).error.code, 2);
    const kapso = await ask(base, { path: `/meta/whatsapp/${id}/x`, headers: ['X-API-Key', secret] });
    const d360 = await ask(base, { path: '/x', headers: ['D360-API-KEY', secret] });
    for (const { status, headers } of [kapso, d360]) assert.deepEqual([status, headers['retry-after']], [503, '1']);
    provider.answer = (_request, response) => response.end('{}');
    for (const response of held) response.end('{}');
    const statuses = (await Promise.all([first, ...two])).map(({ status }) => status);
    assert.deepEqual(statuses.toSorted(), [200, 200, 503]);
    assert.equal((await meta(`/v25.0/${id}/media`)).status, 200);
    const metrics = await readMetrics(target.service);
    assert.equal(sumOf(metrics, 'gatehouse_refused_requests_total', { kind: 'overloaded' }), 3);
    assert.equal(sumOf(metrics, 'gatehouse_upstream_requests_total', { kind: 'pass', result: 'none' }), 0);
    assert.equal(provider.asked.length, 3);
  });

  it('keeps nobody waiting for long: who was not let to it in time is refused, and never asked of it', async (t) => {
    const upstreamLimits = { passingAtOnce: 1, passingPatience: 200 };
    const target = await startGateway(t, { upstreamLimits });
    const { base, provider } = target;
    const headers = ['Authorization', `Bearer ${await target.number(id)}`];
    const held: ServerResponse[] = [];
    provider.answer = (_request, response) => held.push(response);
    const first = ask(base, { path: `/v25.0/${id}/media`, headers });
    await until(() => held.length === 1);
    const late = await Promise.all([
      ask(base, { path: `/v25.0/${id}/media`, headers }),
      ask(base, { path: `/v25.0/${id}/media`, headers, method: 'POST', body: 'x'.repeat(100_000) }),
    ]);
    for (const { status, headers } of late) assert.deepEqual([status, headers['retry-after']], [503, '1']);
    provider.answer = (_request, response) => response.end('{}');
    for (const response of held) response.end('{}');
    assert.equal((await first).status, 200);
    assert.equal((await ask(base, { path: `/v25.0/${id}/flows`, headers })).status, 200);
    assert.deepEqual(
      provider.asked.map(({ url }) => url),
      ['/v25.0/777/media', '/v25.0/777/flows'],
    );
    assert.equal(
      sumOf(await readMetrics(target.service), 'gatehouse_upstream_requests_total', { kind: 'pass', result: 'none' }),
      0,
    );
  });
});

describe('more writes than may wait', () => {
  it('are refused at once and not done; the others are done, and a second try succeeds', async (t) => {
    const data = tempFolder(t);
    const database = `sqlite:${path.join(data, 'gatehouse.db')}`;
    const store = await openSqliteStore(path.join(data, 'gatehouse.db'), { maxWaiting: { writes: 3, cost: 100 } });
    const service = await startService(
      readConfig({
        GATEHOUSE_PORT: '0',
        GATEHOUSE_DATABASE: database,
        GATEHOUSE_ADMIN_KEY: adminKey,
        GATEHOUSE_DEMO: 'off',
      }),
      { logger: pino({ level: 'silent' }), print: () => {}, store },
    );
    afterwards(t, () => service.close());
    const client = clientOf(service.url);
    const secret = await client.number(id);
    const phones = Array.from({ length: 10 }, (_, index) => `1650555000${index}`);

    // They come in one piece, so all of them are asked for before the first group is written.
    using connection = new RawConnection(service.url);
    connection.send(phones.map((phone) => blockRequest(secret, phone)).join(''));
    for (const index of phones.keys()) {
      const answer = await connection.next();
      assert.equal(answer?.status, index < 3 ? 200 : 503);
      if (index >= 3) assert.match(answer?.head ?? '', /\r\nretry-after: 1\r\n/);
    }

    const { meta } = dialectsOf(client, id, secret);
    const listed = async () => (await meta('GET')).json.data.map((row: { wa_id: string }) => row.wa_id);
    assert.deepEqual(await listed(), phones.slice(0, 3));
    const events = await client.admin('GET', `/numbers/${id}/events`);
    assert.equal(events.json.data.length, 3);
    const samples = await readMetrics(client);
    assert.equal(sumOf(samples, 'gatehouse_refused_requests_total', { kind: 'overloaded' }), 7);
    for (const phone of phones.slice(3)) expectStatus(await meta('POST', users(phone)), 200);
    assert.deepEqual(await listed(), phones);
  });
});

function blockRequest(secret: string, phone: string): string {
  const body = JSON.stringify(users(phone));
  return [
    `POST /v25.0/${id}/block_users HTTP/1.1`,
    'Host: localhost',
    `Authorization: Bearer ${secret}`,
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
    '',
    body,
  ].join('\r\n');
}

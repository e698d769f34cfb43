import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { describe, it } from 'node:test';
import { adminKey, dialectsOf, users } from '../helpers/client.ts';
import { readMetrics, type Sample, sumOf } from '../helpers/metrics.ts';
import { expectStatus, startTestService, type TestService } from '../helpers/service.ts';

const id = '106540352242961';
const strict = '106540352242962';
const person = '16505551234';

/** Modules that others of CommonJS have loaded into this process. */
const loaded = (name: RegExp) => Object.keys(createRequire(import.meta.url).cache).filter((file) => name.test(file));

describe('before anybody asks for metrics', () => {
  it('a service that was started and used has loaded nothing that writes metrics or spans', async (t) => {
    const service = await startTestService(t);
    const { meta } = dialectsOf(service, id, await service.number(id));
    expectStatus(await meta('GET'), 200);
    assert.deepEqual(loaded(/node_modules\/(prom-client|@opentelemetry|@fastify\/otel)\//), []);
    await readMetrics(service);
    assert.ok(loaded(/node_modules\/prom-client\//).length > 0, 'this test would not see it');
    assert.deepEqual(loaded(/node_modules\/(@opentelemetry\/(?!api\/)|@fastify\/otel\/)/), []);
  });
});

describe('/metrics', () => {
  it('counts requests and their time by dialect, operation and status', async (t) => {
    const service = await startTestService(t);
    const secret = await service.number(id);
    for (const call of Object.values(dialectsOf(service, id, secret))) {
      expectStatus(await call('POST', users(person)), 200);
      expectStatus(await call('GET'), 200);
      expectStatus(await call('GET'), 200);
      expectStatus(await call('GET', undefined, '?limit=0'), 400);
      expectStatus(await call('DELETE', users(person)), 200);
    }
    const samples = await readMetrics(service);
    for (const dialect of ['meta', '360dialog', 'kapso']) {
      const count = (operation: string, status: string) =>
        sumOf(samples, 'gatehouse_requests_total', { dialect, operation, status });
      assert.equal(count('block', '200'), 1);
      assert.equal(count('list', '200'), 2);
      assert.equal(count('list', '400'), 1);
      assert.equal(count('unblock', '200'), 1);
      const timed = { dialect, operation: 'list' };
      assert.equal(sumOf(samples, 'gatehouse_request_duration_seconds_count', timed), 3);
      assert.equal(sumOf(samples, 'gatehouse_request_duration_seconds_bucket', { ...timed, le: '+Inf' }), 3);
      assert.ok(sumOf(samples, 'gatehouse_request_duration_seconds_sum', timed) > 0);
    }
  });

  it('counts requests of the admin API by the names of their operations', async (t) => {
    const service = await startTestService(t);
    await service.number(id);
    await service.admin('GET', `/numbers/${id}/blocks/${person}`);
    await service.admin('PATCH', '/numbers');
    await service.admin('GET', '/nothing');
    const samples = await readMetrics(service);
    const count = (operation: string, status: string) =>
      sumOf(samples, 'gatehouse_requests_total', { dialect: 'admin', operation, status });
    assert.equal(count('putNumber', '201'), 1);
    assert.equal(count('postKey', '201'), 1);
    assert.equal(count('getBlock', '200'), 1);
    assert.equal(count('none', '405'), 1);
    assert.equal(count('none', '404'), 1);
  });

  it('counts what was refused: users by why, and requests by kind', async (t) => {
    const service = await startTestService(t);
    const { meta } = dialectsOf(service, strict, await service.number(strict, 'meta'));
    await meta('POST', users(person, '16505550000', 'nobody at all'));
    await meta('GET', undefined, '?after=x');
    await service.call('GET', `/v25.0/${strict}/block_users`);
    await service.call('GET', '/v25.0/%FF/block_users');
    await service.admin('PUT', `/numbers/${strict}/blocks/${person}`, {});
    await service.call('GET', '/api/v1/numbers');
    const samples = await readMetrics(service);
    const refusedUsers = (why: string) => sumOf(samples, 'gatehouse_refused_users_total', { why });
    const refusedRequests = (kind: string) => sumOf(samples, 'gatehouse_refused_requests_total', { kind });
    assert.deepEqual(['window', 'not_a_user', 'capacity'].map(refusedUsers), [3, 1, 0]);
    const kinds = ['invalid_cursor', 'no_credential', 'unknown_path', 'conflict', 'unauthorized'];
    assert.deepEqual(kinds.map(refusedRequests), [1, 1, 1, 1, 1]);
    assert.equal(
      sumOf(samples, 'gatehouse_requests_total', { dialect: 'meta', operation: 'none', status: '400' }),
      1,
      'what could not be understood is of no operation',
    );
  });

  it('tells what the store writes, holds and has to do', async (t) => {
    const service = await startTestService(t);
    const { meta } = dialectsOf(service, id, await service.number(id));
    const before = await readMetrics(service);
    await meta('POST', users(person));
    await meta('POST', users('16505550000'));
    const after = await readMetrics(service);
    const grown = (name: string) => sumOf(after, name) - sumOf(before, name);
    assert.equal(grown('gatehouse_commit_writes_count'), 2);
    assert.equal(grown('gatehouse_commit_writes_sum'), 2);
    assert.equal(grown('gatehouse_commit_duration_seconds_count'), 2);
    assert.ok(grown('gatehouse_commit_duration_seconds_sum') > 0);
    assert.ok(sumOf(after, 'gatehouse_store_bytes') > 50_000);
    assert.equal(sumOf(after, 'gatehouse_store_waiting_writes'), 0);
  });

  it('tells how the process does, and what it is', async (t) => {
    const samples = await readMetrics(await startTestService(t));
    for (const name of ['process_resident_memory_bytes', 'nodejs_eventloop_lag_seconds', 'gatehouse_build_info']) {
      assert.ok(
        samples.some((one) => one.name === name),
        name,
      );
    }
    assert.equal(samples.find(({ name }) => name === 'gatehouse_build_info')?.labels['node'], process.version);
  });

  it('is text that needs no key and takes no other method', async (t) => {
    const service = await startTestService(t);
    const answer = await service.call('GET', '/metrics', { headers: { 'content-type': ';;;' } });
    assert.equal(answer.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
    assert.equal((await service.call('HEAD', '/metrics')).status, 200);
    for (const method of ['POST', 'PUT', 'DELETE']) assert.equal((await service.call(method, '/metrics')).status, 404);
  });

  it('still tells the rest when the store cannot say how large it is', async (t) => {
    const fault = async () => {
      throw new Error('the disk is gone');
    };
    const service = await startTestService(t, { wrapStore: (store) => ({ ...store, usage: fault }) });
    const samples = await readMetrics(service);
    assert.ok(samples.some(({ name }) => name === 'gatehouse_build_info'));
    assert.ok(!samples.some(({ name }) => name === 'gatehouse_store_bytes'));
  });
});

/** Every value that a label may have, but for those of prom-client's own metrics. */
const closedSets: Readonly<Record<string, RegExp>> = {
  dialect: /^(meta|360dialog|kapso|admin)$/,
  operation: /^(list|block|unblock|send|pass|none|(get|put|post|delete|list)[A-Z][a-z]+)$/,
  status: /^[2-5]\d\d$/,
  why: /^(not_a_user|parent_user_id|self|business|window|capacity|provider|unsettled)$/,
  state: /^(waiting|given_up)$/,
  kind: /^[a-z]+(_[a-z]+)*$/,
  le: /^(\d+(\.\d+)?|\+Inf)$/,
  version: /^\d+\.\d+\.\d+$/,
  node: /^v24\./,
};

async function callOddly(service: TestService, secret: string): Promise<void> {
  for (const path of [`/${secret}/${person}`, `/v9.9/${person}/block_users?access_token=${secret}`, `/api/${secret}`]) {
    for (const method of ['GET', 'POST', 'DELETE', 'PATCH', 'OPTIONS'])
      await service.call(method, path, { headers: { 'd360-api-key': `${secret}x` } });
  }
  await service.call('GET', `/api/v1/numbers/${person}/blocks/${secret}`);
  await service.admin('PUT', `/numbers/${id}/blocks/${person}`, {});
}

describe('the labels of /metrics', () => {
  it('take their values from closed sets, whatever is asked, and name nobody', async (t) => {
    const service = await startTestService(t);
    const secret = await service.number(id);
    await callOddly(service, secret);
    const { text } = await service.call('GET', '/metrics');
    for (const word of [person, id, secret, adminKey]) assert.ok(!text.includes(word), `${word} is in it`);
    const own = (await readMetrics(service)).filter(({ name }) => name.startsWith('gatehouse_'));
    assert.ok(own.length > 100);
    for (const sample of own) assertClosed(sample);
  });
});

function assertClosed({ name, labels }: Sample): void {
  for (const [label, value] of Object.entries(labels)) {
    assert.match(value, closedSets[label] ?? /^no such label$/, `${name}{${label}}`);
  }
}

/** Spans of a real process, as a real collector gets them. */
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { describe, it } from 'node:test';
import { adminKey, dialectsOf, users } from '../helpers/client.ts';
import { onlyOnSqlite } from '../helpers/database.ts';
import { startCollector } from '../helpers/otlp.ts';
import { startProcess } from '../helpers/process.ts';
import { expectStatus, tempFolder } from '../helpers/service.ts';

const id = '106540352242971';
const person = '16505551234';
const parent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

describe('with the variables of OpenTelemetry', { concurrency: true }, () => {
  it('every request becomes a span, and a stop sends all of them', async (t) => {
    const collector = await startCollector(t);
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment=test' };
    const service = await startProcess(t, tempFolder(t), { env });
    const secret = await service.number(id);
    const { meta, d360, kapso } = dialectsOf(service, id, secret);
    const block = await meta('POST', users(person));
    expectStatus(block, 200);
    expectStatus(await d360('GET', undefined, '?limit=0'), 400);
    expectStatus(await kapso('GET'), 200);
    await service.admin('PUT', `/numbers/${id}/blocks/${person}?x=${person}`, {});
    await service.call('GET', `/v25.0/${id}/block_users?access_token=${secret}&after=${person}`, {
      headers: { traceparent: parent },
    });
    await service.call('GET', '/health/ready');
    await service.call('GET', '/metrics');
    assert.equal(await service.end(), 0);

    assert.deepEqual([...collector.paths], ['/v1/traces']);
    // A machine with much to do may have put off what a number is made with, and was asked again.
    const before = ['admin putNumber', 'admin postKey'];
    const spans = collector.spans.filter(({ name }) => !before.includes(name));
    assert.deepEqual(
      spans.map(({ name }) => name).sort(),
      ['360dialog list', 'admin putBlock', 'kapso list', 'meta block', 'meta list'],
      'a span a request, none for who watches',
    );
    for (const name of before)
      assert.ok(
        collector.spans.some((span) => span.name === name),
        name,
      );
    const span = collector.spans.find(({ name }) => name === 'meta block');
    assert.deepEqual(span?.attributes, {
      'http.request.method': 'POST',
      'http.response.status_code': 200,
      'http.route': '/*',
      'url.path': '/*',
      'gatehouse.dialect': 'meta',
      'gatehouse.operation': 'block',
      'gatehouse.request_id': block.headers.get('x-request-id'),
    });
    assert.deepEqual(
      ['service.name', 'service.version', 'deployment.environment'].map((name) => span?.resource[name]),
      ['gatehouse', '0.1.0', 'test'],
    );
    const child = collector.spans.find(({ name }) => name === 'meta list');
    assert.equal(`00-${child?.traceId}-${child?.parentId}-01`, parent);
    for (const { status, events } of spans) assert.deepEqual([status, events], [{ code: 0, message: '' }, 0]);
    const sent = Buffer.concat(collector.bodies).toString('latin1');
    for (const word of [person, id, secret, adminKey, 'limit=0'])
      assert.ok(!sent.includes(word), `${word} is in a span`);
  });

  const skip = onlyOnSqlite('it locks a file');

  it('a failure is an error of its span, without a word of what failed', { skip }, async (t) => {
    const collector = await startCollector(t);
    const data = tempFolder(t);
    const env = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${collector.url}/at/this/path` };
    const service = await startProcess(t, data, { env });
    const { meta } = dialectsOf(service, id, await service.number(id));
    const { DatabaseSync } = await import('node:sqlite');
    using other = new DatabaseSync(`${data}/gatehouse.db`);
    other.exec('BEGIN IMMEDIATE');
    expectStatus(await meta('POST', users(person)), 500);
    other.exec('ROLLBACK');
    assert.equal(await service.end(), 0);
    assert.deepEqual([...collector.paths], ['/at/this/path']);
    const span = collector.spans.find(({ name }) => name === 'meta block');
    assert.deepEqual([span?.status, span?.events], [{ code: 2, message: '' }, 0]);
  });

  it('none is made if they say so', async (t) => {
    for (const off of [{ OTEL_SDK_DISABLED: 'true' }, { OTEL_TRACES_EXPORTER: 'none' }]) {
      const collector = await startCollector(t);
      const service = await startProcess(t, tempFolder(t), {
        env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, ...off },
      });
      await service.number(id);
      assert.equal(await service.end(), 0);
      assert.equal(collector.bodies.length, 0);
    }
  });

  it('a collector that never answers keeps nobody waiting: requests are served and the stop ends', async (t) => {
    const silent = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    t.after(() => silent.close());
    const { port } = silent.address() as { port: number };
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` };
    const service = await startProcess(t, tempFolder(t), { env });
    const { meta } = dialectsOf(service, id, await service.number(id));
    expectStatus(await meta('POST', users(person)), 200);
    const began = performance.now();
    assert.equal(await service.end(), 0);
    assert.ok(performance.now() - began < 8000);
  });
});

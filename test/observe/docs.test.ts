import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { it, type TestContext } from 'node:test';
import { dialectsOf, users } from '../helpers/client.ts';
import { startGateway } from '../helpers/gateway.ts';
import { readMetrics } from '../helpers/metrics.ts';
import { root } from '../helpers/process.ts';
import { until } from '../helpers/until.ts';
import { knownAs, startHooked, written } from '../helpers/webhooks.ts';

const read = (file: string) => readFileSync(path.join(root, 'docs', file), 'utf8');

interface Dashboard {
  readonly panels: readonly { readonly title: string; readonly targets: readonly { readonly expr: string }[] }[];
}

const dashboard = JSON.parse(read('grafana-dashboard.json')) as Dashboard;

/** The names of metrics that a query, or a piece of prose, mentions. */
const namesIn = (text: string) => new Set(text.match(/\b(gatehouse|process|nodejs)_[a-z0-9_]*[a-z0-9]\b/g) ?? []);

/** Every metric that a service which has done something shows. */
async function servedNames(t: TestContext): Promise<ReadonlySet<string>> {
  const id = '106540352242991';
  const { service, provider, number } = await startGateway(t);
  const { meta } = dialectsOf(service, id, await number(id));
  provider.answer = (_request, response) =>
    response.end('{"block_users":{"added_users":[{"input":"16505551234","wa_id":"16505551234"}]}}');
  await meta('POST', users('16505551234'));
  await until(async () => (await readMetrics(service)).some(({ name }) => name === 'gatehouse_pushes_total'));
  const reconciled = await service.admin('POST', `/numbers/${id}/reconcile`, { apply: true, prefer: 'theirs' });
  assert.equal(reconciled.status, 200, reconciled.text);
  await until(async () => (await readMetrics(service)).some(({ name }) => name === 'gatehouse_reconcile_jobs_total'));
  provider.listing = (_request, response) =>
    response.writeHead(400).end('{"error":{"code":100,"error_subcode":33,"message":"Unsupported get request"}}');
  await number('106540352242992');
  await until(async () => (await readMetrics(service)).some(({ name }) => name === 'gatehouse_unknown_numbers'));
  provider.answer = (_request, response) =>
    response.writeHead(401).end('{"error":{"code":190,"message":"Invalid token"}}');
  await meta('POST', users('16505551235'));
  await meta('GET', undefined, '?limit=0');
  await until(async () => (await readMetrics(service)).some(({ name }) => name === 'gatehouse_connection_stopped'));
  const before = await readMetrics(service);
  const hooked = await startHooked(t);
  await hooked.connect('meta');
  await hooked.number(id, 'meta');
  await hooked.post('meta', written(knownAs(id), '16505551234'));
  await until(() => hooked.got().length > 0);
  await until(async () =>
    (await readMetrics(hooked.service)).some(({ name }) => name === 'gatehouse_delivery_attempts_total'),
  );
  const passed = await readMetrics(hooked.service);
  // A collection of garbage is counted only once there was one.
  return new Set([...[...before, ...passed].map(({ name }) => name), 'nodejs_gc_duration_seconds_sum']);
}

it('every query of the dashboard asks for metrics that are there', async (t) => {
  const served = await servedNames(t);
  for (const { title, targets } of dashboard.panels) {
    for (const { expr } of targets) {
      const names = namesIn(expr);
      assert.notEqual(names.size, 0, title);
      for (const name of names) assert.ok(served.has(name), `${title}: ${name}`);
    }
  }
});

it('every metric of ours is documented and on the dashboard, and nothing is documented that is not there', async (t) => {
  const served = await servedNames(t);
  const plain = (name: string) => name.replace(/_(bucket|sum|count)$/, '');
  const told = namesIn(read('operations.md'));
  const shown = new Set([...namesIn(JSON.stringify(dashboard.panels))].map(plain));
  const own = new Set([...served].filter((name) => name.startsWith('gatehouse_')).map(plain));
  assert.equal(own.size, 23);
  for (const name of own) {
    assert.ok(told.has(name), `${name} is not documented`);
    assert.ok(shown.has(name), `${name} is on no panel`);
  }
  const known = new Set([...served].map(plain));
  for (const name of told) assert.ok(known.has(name), `${name} is documented and not there`);
});

/**
 * The primary dies for good, the synchronous standby takes its place, and the nodes go on by themselves: nothing that was
 * acknowledged is lost, doubled or out of order. `npm run test:failover`.
 */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { afterwards } from '../helpers/cleanup.ts';
import { ownPostgres } from '../helpers/postgres.ts';
import { startProcess } from '../helpers/process.ts';
import { tempFolder } from '../helpers/service.ts';
import { until } from '../helpers/until.ts';
import { findFaults, type Operation } from './linearizable.ts';
import { play } from './players.ts';
import { Writers } from './writers.ts';

const [id, shared] = ['106540352242971', '106540352242972'] as const;
const nodes = 3;
const writers = 16;
const players = 6;
/** How many requests are acknowledged before, and by each node after. */
const enough = { before: 400, after: 100 } as const;

it('fails over to the standby, with three nodes under load', async (t) => {
  const primary = await ownPostgres(t);
  const standby = await primary.standby('second');
  primary.set({ synchronous_standby_names: 'second' });
  await primary.query('SELECT pg_reload_conf()');
  await until(
    async () => (await primary.query("SELECT FROM pg_stat_replication WHERE sync_state = 'sync'")).length > 0,
  );

  const hosts = [primary, standby].map(({ host, port }) => `${host}:${port}`).join(',');
  const url = `postgres://gatehouse:${primary.password}@${hosts}/postgres`;
  const env = { GATEHOUSE_DATABASE: url, GATEHOUSE_DEMO: 'off' };
  const running = await Promise.all(Array.from({ length: nodes }, () => startProcess(t, tempFolder(t), { env })));
  const bases = running.map(({ base }) => base);
  const [first] = running;
  assert.ok(first);
  await first.number(shared);
  const clients = new Writers(bases, { id, secret: await first.number(id) });
  const { successes, ledger } = clients;

  const work = clients.work(writers);
  let isOver = false;
  const stop = () => {
    clients.stop();
    isOver = true;
  };
  afterwards(t, stop);
  const playing = play({ nodes: bases, id: shared, players, users: 6, isOver: () => isOver });
  await until(() => successes.length >= enough.before);

  const killed = performance.now();
  await primary.kill();
  const dead = performance.now();
  standby.set({ synchronous_standby_names: '' });
  await standby.query('SELECT pg_promote()');
  const promoted = performance.now();
  const goesOn = (node: number) =>
    successes.filter((success) => success.node === node && success.at > promoted).length >= enough.after;
  await until(() => bases.every((_base, node) => goesOn(node)));
  stop();
  await work;
  const history = await playing;

  await clients.settle();
  assert.deepEqual(findFaults(history), []);
  assert.ok(history.some(isUnknown) || ledger.unknown > 0, 'nobody noticed');
  const last = Math.max(...successes.filter(({ at }) => at < dead).map(({ at }) => at));
  const next = (node?: number) =>
    Math.min(
      ...successes.filter((one) => one.at > dead && (node === undefined || one.node === node)).map(({ at }) => at),
    );
  const milliseconds = (time: number) => `${Math.round(time)} ms`;
  t.diagnostic(`${ledger.acknowledged} requests acknowledged, ${ledger.unknown} without an answer or with 5xx`);
  t.diagnostic(`${history.length} calls of ${players} players, ${history.filter(isUnknown).length} of unknown outcome`);
  t.diagnostic(
    `dead after ${milliseconds(dead - killed)}, the standby promoted ${milliseconds(promoted - dead)} later`,
  );
  t.diagnostic(`nothing was acknowledged for ${milliseconds(next() - last)}`);
  const each = bases.map((_base, node) => milliseconds(next(node) - last));
  t.diagnostic(`until the first success of each node: ${each.join(', ')}`);
  for (const node of running) assert.equal(await node.end(), 0);
});

function isUnknown(one: Operation): boolean {
  return one.kind !== 'check' && one.changed === 'unknown';
}

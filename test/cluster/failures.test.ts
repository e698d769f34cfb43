/** Nodes, the network and the database fail under load: 5xx while it lasts, never a false success, and all is back by itself. */
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import pg from 'pg';
import { openStore } from '../../src/store/index.ts';
import { Ledger } from '../e2e/ledger.ts';
import { settle } from '../e2e/settle.ts';
import { afterwards } from '../helpers/cleanup.ts';
import { dialectsOf, users } from '../helpers/client.ts';
import { databaseOn } from '../helpers/database.ts';
import { ownPostgres, startPostgres } from '../helpers/postgres.ts';
import { startProcess } from '../helpers/process.ts';
import { expectStatus, startTestService, type TestService, tempFolder } from '../helpers/service.ts';
import { noSmallDisk } from '../helpers/small-disk.ts';
import { startTcpProxy, type TcpProxy } from '../helpers/tcp-proxy.ts';
import { until } from '../helpers/until.ts';
import { answerOf } from './players.ts';
import { Writers } from './writers.ts';

const id = '106540352242973';
/** Of who is patient elsewhere. In ms. */
const quick = { answer: 1000, connect: 1000, acquire: 1000, lock: 500, idleInTransaction: 500 };

async function startNode(
  t: TestContext,
  url: string,
  options: Parameters<typeof openStore>[1] = {},
): Promise<TestService> {
  return startTestService(t, { store: await openStore(url, options) });
}

function through(proxy: TcpProxy, url: string): string {
  const far = new URL(url);
  far.port = String(proxy.port);
  return far.href;
}

/** Eight clients over these nodes, who end with the test at the latest. */
async function startWriters(t: TestContext, nodes: readonly TestService[]) {
  const [first] = nodes;
  assert.ok(first);
  const secret = await first.number(id);
  const writers = new Writers(
    nodes.map(({ base }) => base),
    { id, secret },
  );
  const work = writers.work(8);
  afterwards(t, () => writers.stop());
  await writers.more('successes', 20);
  return {
    writers,
    /** Holds what all nodes tell against what was acknowledged. */
    async settle() {
      writers.stop();
      await work;
      await writers.settle();
      const { acknowledged, unknown } = writers.ledger;
      t.diagnostic(`${acknowledged} requests acknowledged, ${unknown} not`);
    },
  };
}

describe('a node that is killed in the middle of a group', () => {
  for (const [when, how] of [
    ['before the database has what it commits', 'cut'],
    ['when the database has what it commits', 'last'],
  ] as const)
    it(`${when}, leaves all of it or nothing, and keeps nobody waiting`, async (t) => {
      const server = await startPostgres();
      const url = await databaseOn(t, server);
      const proxy = await startTcpProxy(t, server.port);
      const other = await startNode(t, url);
      const secret = await other.number(id);
      const env = { GATEHOUSE_DATABASE: through(proxy, url), GATEHOUSE_DEMO: 'off' };
      const dying = await startProcess(t, tempFolder(t), { env });
      const { meta } = dialectsOf(dying, id, secret);
      const ledger = new Ledger();
      const block = async (user: string) => {
        const answer = await answerOf(meta('POST', users(user)));
        if (answer) ledger.acknowledge([user], 'block', answer.headers.get('x-request-id') ?? '');
        else ledger.lose([user], 'block');
      };
      await block('16500000000');
      proxy.watch((bytes) => {
        // Plain blocks are written by a statement that commits by itself.
        if (!bytes.includes('swap_')) return undefined;
        dying.child.kill('SIGKILL');
        return how;
      });
      await Promise.all(Array.from({ length: 16 }, (_, user) => block(String(16_500_000_001 + user))));
      assert.equal(await dying.ended, 'SIGKILL');
      assert.deepEqual([ledger.acknowledged, ledger.unknown], [1, 16]);
      // The other node goes on at once, and knows what was done.
      const next = await dialectsOf(other, id, secret).meta('POST', users('16500000099'));
      expectStatus(next, 200);
      ledger.acknowledge(['16500000099'], 'block', next.headers.get('x-request-id') ?? '');
      await settle(other, { id, secret }, ledger);
      const { json } = await other.admin('GET', `/numbers/${id}`);
      if (how === 'cut') assert.equal(json.blocked_users, 2);
      else assert.ok(json.blocked_users > 2, 'nothing of the group was done');
    });
});

it('a network that is cut between a node and the database, or stands still, is that node’s trouble alone', async (t) => {
  const server = await startPostgres();
  const url = await databaseOn(t, server);
  const proxy = await startTcpProxy(t, server.port);
  const near = await startNode(t, url);
  const far = await startNode(t, through(proxy, url), { timeouts: quick });
  afterwards(t, () => proxy.heal());
  const { writers, settle } = await startWriters(t, [near, far]);
  proxy.hold();
  await Promise.all([writers.more('failures', 3, 1), writers.more('successes', 10, 0)]);
  proxy.heal();
  await writers.more('successes', 10, 1);
  for (let times = 0; times < 5; times += 1) {
    proxy.cut();
    await writers.more('successes', 4, 1);
  }
  await settle();
});

it('a database that is stopped, or crashes, and starts again is missed only so long', async (t) => {
  const server = await ownPostgres(t);
  const url = server.url('postgres');
  const nodes = [await startNode(t, url), await startNode(t, url)];
  const { writers, settle } = await startWriters(t, nodes);
  for (const end of [() => server.stop(), () => server.kill()]) {
    await end();
    await writers.more('failures', 1);
    await server.start();
    await Promise.all([writers.more('successes', 10, 0), writers.more('successes', 10, 1)]);
  }
  await settle();
});

it('a pool whose connections all wait refuses others in time, and serves them afterwards', async (t) => {
  const ids = ['106540352242974', '106540352242975', '106540352242976'] as const;
  const server = await startPostgres();
  const url = await databaseOn(t, server);
  // Long enough for a busy machine to make a connection.
  const timeouts = { acquire: 4000, lock: 30_000, statement: 30_000, answer: 40_000 };
  const node = await startNode(t, url.replace('pool=4', 'pool=2'), { timeouts });
  const put = (number: string, user: string) => node.admin('PUT', `/numbers/${number}/blocks/${user}`);
  for (const number of ids) {
    await node.number(number);
    expectStatus(await put(number, '16500000000'), 201);
  }
  const holder = new pg.Client({ connectionString: url.replace(/\?.*/, '') });
  await holder.connect();
  afterwards(t, () => holder.end());
  await holder.query('BEGIN');
  await holder.query('SELECT FROM number_state WHERE number = ANY($1) FOR UPDATE', [ids.slice(0, 2)]);
  const patient = ids.slice(0, 2).map((number) => put(number, '16500000001'));
  const waits = "FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";
  // Not over the holder: within a transaction what others do is read once.
  const waiting = async () => (await server.query(`SELECT ${waits}`, new URL(url).pathname.slice(1))).length;
  // What the other connection of two is asked for meanwhile is over by then.
  await until(async () => (await waiting()) === 2);
  for (const answer of await Promise.all([put(ids[2], '16500000001'), node.call('GET', '/health/ready')]))
    expectStatus(answer, 503);
  await holder.query('ROLLBACK');
  for (const answer of await Promise.all(patient)) expectStatus(answer, 201);
  expectStatus(await put(ids[2], '16500000001'), 201);
  expectStatus(await node.call('GET', '/health/ready'), 200);
});

it('a disk of the database that is full is told as it is, hides no reading, and is no matter once there is room', {
  skip: noSmallDisk(),
}, async (t) => {
  const server = await ownPostgres(t, {}, { smallDisk: 24 });
  await server.query(`CREATE TABLESPACE small LOCATION '${server.data}/../small'`);
  await server.query('CREATE DATABASE lists TABLESPACE small');
  const node = await startNode(t, server.url('lists'));
  const secret = await node.number(id);
  const { meta } = dialectsOf(node, id, secret);
  const ledger = new Ledger();
  let asked = 0;
  const block = async () => {
    const some = Array.from({ length: 100 }, (_, index) => String(16_500_000_000 + asked * 100 + index));
    asked += 1;
    const answer = await answerOf(meta('POST', users(...some)));
    if (answer) ledger.acknowledge(some, 'block', answer.headers.get('x-request-id') ?? '');
    else ledger.lose(some, 'block');
    return answer !== undefined;
  };
  assert.ok(await block());
  await server.query('CREATE TABLE filler (text text STORAGE PLAIN)', 'lists');
  const isFull = (error: unknown) => error instanceof pg.DatabaseError && error.code === '53100';
  for (const rows of [200, 1]) {
    const insert = `INSERT INTO filler SELECT repeat('x', 4000) FROM generate_series(1, ${rows})`;
    await assert.rejects(server.query(`DO $$ BEGIN LOOP ${insert}; COMMIT; END LOOP; END $$`, 'lists'), isFull);
  }
  // What has a place in pages that are there already may still be done.
  await until(async () => !(await block()));
  for (let times = 0; times < 3; times += 1) assert.ok(!(await block()), 'a success on a full disk');
  expectStatus(await meta('GET'), 200);
  await server.query('DROP TABLE filler', 'lists');
  assert.ok(await block());
  await settle(node, { id, secret }, ledger);
  assert.equal((await node.admin('GET', `/numbers/${id}`)).json.blocked_users, ledger.acknowledged * 100);
});

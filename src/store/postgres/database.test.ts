import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { afterwards } from '../../../test/helpers/cleanup.ts';
import { ownPostgres, startPostgres } from '../../../test/helpers/postgres.ts';
import { startTcpProxy } from '../../../test/helpers/tcp-proxy.ts';
import { until } from '../../../test/helpers/until.ts';
import { StoreOpenError } from '../open-error.ts';
import { type Database, openDatabase } from './database.ts';
import { migrate } from './migrate.ts';
import { migrations } from './migrations/index.ts';
import type { Sql } from './session.ts';
import { defaultTimeouts } from './target.ts';

const where: Sql = { name: 'where', text: 'SELECT inet_server_port() AS port' };

async function open(t: TestContext, url: string): Promise<Database> {
  const database = await openDatabase(url);
  afterwards(t, () => database.sessions.close());
  return database;
}

/** The one sentence with which a database is not opened. */
async function refusal(url: string): Promise<string> {
  let message = '';
  await assert.rejects(openDatabase(url, { timeouts: { connect: 1000 } }), (error) => {
    assert.ok(error instanceof StoreOpenError);
    message = error.message;
    return true;
  });
  const { password } = new URL(url.replace(/@.*\//, '@h/'));
  assert.ok(password === '' || !message.includes(password), message);
  return message;
}

function nameOf(url: string): string {
  return path.basename(new URL(url).pathname);
}

describe('opening a PostgreSQL database', () => {
  it('makes the tables, and finds them the next time', async (t) => {
    const cluster = await startPostgres();
    const url = await cluster.database(t);
    const { sessions } = await open(t, url);
    await cluster.query("INSERT INTO account (name, created_at) VALUES ('kept', 1)", nameOf(url));
    await sessions.close();
    await open(t, url);
    assert.deepEqual(await cluster.query('SELECT name FROM account', nameOf(url)), [{ name: 'kept' }]);
    assert.deepEqual(await cluster.query('SELECT version FROM gatehouse_schema', nameOf(url)), [
      { version: migrations.length },
    ]);
  });

  it('keeps the connection that it opened with', async (t) => {
    const cluster = await startPostgres();
    const url = await cluster.database(t);
    const proxy = await startTcpProxy(t, cluster.port);
    const { sessions } = await open(t, `${url.replace(`:${cluster.port}/`, `:${proxy.port}/`)}?sslmode=disable`);
    assert.deepEqual(await sessions.read((session) => session.query(where)), [{ port: cluster.port }]);
    assert.equal(proxy.taken, 1);
  });

  it('makes them once where many begin at the same time', async (t) => {
    const cluster = await startPostgres();
    const url = await cluster.database(t);
    await Promise.all(Array.from({ length: 5 }, () => open(t, url)));
    assert.deepEqual(await cluster.query('SELECT count(*)::int AS n FROM gatehouse_schema', nameOf(url)), [{ n: 1 }]);
  });

  it('makes all of them or none', async (t) => {
    const cluster = await startPostgres();
    const url = await cluster.database(t);
    const { sessions, place } = await open(t, url);
    const broken = [...migrations, { sql: 'CREATE TABLE more (n int); CREATE TABLE more (n int)', leavesWorking: 1 }];
    await assert.rejects(migrate(sessions, place, { steps: broken }), { code: '42P07' });
    const left = await cluster.query("SELECT version, to_regclass('more') AS more FROM gatehouse_schema", nameOf(url));
    assert.deepEqual(left, [{ version: migrations.length, more: null }]);
  });

  it('goes on beside a later release that leaves it working, and refuses one that does not', async (t) => {
    const cluster = await startPostgres();
    const url = await cluster.database(t);
    const { sessions, place } = await open(t, url);
    const known = migrations.length;
    await migrate(sessions, place, {
      steps: [...migrations, { sql: 'CREATE TABLE more (n int)', leavesWorking: known }],
    });
    await open(t, url);
    const next = { sql: 'DROP TABLE more', leavesWorking: known + 2 };
    await migrate(sessions, place, { steps: [...migrations, next, next] });
    assert.match(
      await refusal(url),
      /schema version \d+, which a later release of Gatehouse made; this one knows \d+\./,
    );
  });

  it('refuses what another program made, but for extensions, before it touches anything', async (t) => {
    const cluster = await startPostgres();
    const url = await cluster.database(t);
    await cluster.query('CREATE EXTENSION pg_stat_statements', nameOf(url));
    await cluster.query('CREATE TABLE orders (n int)', nameOf(url));
    assert.match(
      await refusal(url),
      /The schema public of the database \S+ has tables of another program, for example orders\./,
    );
    const tables = await cluster.query('SELECT tablename FROM pg_tables WHERE schemaname = $$public$$', nameOf(url));
    assert.deepEqual(tables, [{ tablename: 'orders' }]);
    await cluster.query('DROP TABLE orders', nameOf(url));
    await open(t, url);
  });

  it('takes a schema of its own', async (t) => {
    const cluster = await startPostgres();
    const url = await cluster.database(t);
    await cluster.query('CREATE TABLE orders (n int)', nameOf(url));
    const own = `${url}?options=-c%20search_path%3Dgate`;
    assert.match(await refusal(own), /has none of the schemas in its search_path: make one/);
    await cluster.query('CREATE SCHEMA gate', nameOf(url));
    await open(t, own);
  });

  it('is refused with the reason', async (t) => {
    const cluster = await startPostgres();
    const url = await cluster.database(t);
    const { host, port, password } = cluster;
    const wrong = url.replace(password, 'mistaken');
    assert.match(await refusal(wrong), /refuses \(password authentication failed for user "gatehouse"\)/);
    assert.match(await refusal(url.replace(`:${password}`, '')), /asks for a password\.$/);
    assert.match(
      await refusal(cluster.url('missing')),
      /refuses \(database "missing" does not exist\): make it first\.$/,
    );
    assert.match(
      await refusal(url.replace(String(port), '1')),
      new RegExp(`${host}:1 cannot be reached \\(ECONNREFUSED: nothing listens there\\)`),
    );
    assert.match(
      await refusal(url.replace(host, 'no..host')),
      /no\.\.host:\d+ cannot be reached \(ENOTFOUND: no such host\)/,
    );
    assert.match(await refusal(`${url}?sslmode=require`), /has no TLS, which sslmode asks for/);
    const readOnly = `${url}?options=-c%20default_transaction_read_only%3Don`;
    assert.match(await refusal(readOnly), /is read-only: default_transaction_read_only is on\.$/);
    const name = nameOf(url);
    await cluster.query(`CREATE ROLE ${name} LOGIN PASSWORD 'theirs' CONNECTION LIMIT 0`);
    t.after(() => cluster.query(`DROP ROLE ${name}`));
    const theirs = `postgres://${name}:theirs@${host}:${port}/${name}`;
    assert.match(await refusal(theirs), /refuses \(too many connections for role/);
    await cluster.query(`ALTER ROLE ${name} CONNECTION LIMIT 5`);
    assert.match(await refusal(theirs), /permission denied for schema public: the role must be able to create tables/);
  });

  it('is refused where another program answers', async (t) => {
    const other = createServer((socket) => socket.on('error', () => {}).end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    await once(other.listen(0, '127.0.0.1'), 'listening');
    t.after(() => other.close());
    const { port } = other.address() as AddressInfo;
    assert.match(
      await refusal(`postgres://user:secret@127.0.0.1:${port}/x`),
      /does not answer as PostgreSQL does: another program, or a server that can take nobody more\.$/,
    );
  });

  it('is refused with another encoding', async (t) => {
    const cluster = await startPostgres();
    await cluster.query("CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1'");
    t.after(() => cluster.query('DROP DATABASE latin WITH (FORCE)'));
    assert.match(await refusal(cluster.url('latin')), /has the encoding LATIN1; it must be UTF8\./);
  });

  it('warns of settings that lose what was acknowledged, and waits for COMMIT whatever the default is', async (t) => {
    const cluster = await startPostgres();
    for (const [parameters, isHasty] of [
      ['', false],
      ['', true],
      ['?prepare=off', true],
    ] as const) {
      const url = await cluster.database(t);
      if (isHasty) await cluster.query(`ALTER DATABASE ${nameOf(url)} SET synchronous_commit = off`);
      const warnings: string[] = [];
      const observer = { committed: () => {}, warned: (warning: string) => warnings.push(warning) };
      const { sessions } = await openDatabase(`${url}${parameters}`, { observer });
      afterwards(t, () => sessions.close());
      assert.ok(warnings.some((warning) => warning.includes('fsync = off')));
      assert.equal(
        warnings.some((warning) => warning.includes('synchronous_commit = off')),
        isHasty,
      );
      const show: Sql = { name: 'show', text: "SELECT current_setting('synchronous_commit') AS value" };
      assert.deepEqual(await sessions.transaction((session) => session.query(show)), [{ value: 'on' }]);
    }
  });

  it('passes over a host that does not answer, and says so where there is no other', async (t) => {
    const cluster = await startPostgres();
    const url = await cluster.database(t);
    const silent = await startTcpProxy(t, cluster.port);
    silent.hold();
    const [near, far] = [`127.0.0.1:${cluster.port}`, `127.0.0.1:${silent.port}`];
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const opening = open(t, url.replace(near, `${far},${near}`));
    await until(() => silent.taken === 1);
    t.mock.timers.tick(defaultTimeouts.connect);
    const { sessions } = await opening;
    assert.equal((await sessions.read((session) => session.query(where))).length, 1);
    assert.equal(silent.taken, 1, 'what is known to answer is asked first');
    const refused = refusal(url.replace(near, far));
    await until(() => silent.taken === 2);
    t.mock.timers.tick(defaultTimeouts.connect);
    assert.match(await refused, /: 127\.0\.0\.1:\d+ does not answer\.$/);
  });

  it('passes over hosts that are away or cannot write, also once the one that could does not any more', async (t) => {
    const primary = await ownPostgres(t);
    const standby = await primary.standby('second');
    const away = 'localhost:1';
    const hosts = [away, `127.0.0.1:${standby.port}`, `127.0.0.1:${primary.port}`];
    const url = (some: readonly string[]) => `postgres://gatehouse:${primary.password}@${some.join(',')}/postgres`;
    assert.match(
      await refusal(url(hosts.slice(0, 2))),
      /localhost:1 cannot be reached \([^)]+\); 127\.0\.0\.1:\d+ is read-only: a standby/,
    );
    const { sessions } = await open(t, url(hosts));
    const port = async () => (await sessions.read((session) => session.query<{ port: number }>(where)))[0]?.port;
    assert.equal(await port(), primary.port);
    await primary.kill();
    await assert.rejects(port(), { message: 'store_unavailable' });
    await standby.query('SELECT pg_promote()');
    assert.equal(await port(), standby.port);
  });
});

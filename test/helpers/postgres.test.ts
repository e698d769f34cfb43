import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { ownPostgres, startPostgres } from './postgres.ts';
import { root, spawnGatehouse } from './process.ts';
import { until } from './until.ts';

it('gives each test a database of its own on one server', async (t) => {
  const [one, two] = [await startPostgres(), await startPostgres()];
  assert.equal(one, two);
  const urls = [await one.database(t), await one.database(t)];
  assert.equal(new Set(urls).size, 2);
  const tables = await one.query('SELECT FROM pg_tables WHERE schemaname = current_schema()', path.basename(urls[0]!));
  assert.deepEqual(tables, []);
});

it('starts again with what it had, after it was killed', async (t) => {
  const cluster = await ownPostgres(t);
  await cluster.query('CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)');
  await cluster.kill();
  await cluster.start();
  assert.deepEqual(await cluster.query('SELECT n FROM kept'), [{ n: 7 }]);
});

it('leaves no server and no file behind a process that is killed', async (t) => {
  const helper = pathToFileURL(path.join(root, 'test', 'helpers', 'postgres.ts'));
  const code = `const { startShared } = await import('${helper}');
    const cluster = await startShared();
    console.log('data ' + cluster.data + ' at ' + cluster.port + '.');
    setInterval(() => {}, 1000);`;
  const spawned = spawnGatehouse(t, '', { command: [process.execPath, '--input-type=module', '-e', code] });
  const [, data = ''] = await spawned.said(/data (\S+) at \d+\./);
  assert.ok(existsSync(path.join(data, 'postmaster.pid')));
  await spawned.end('SIGKILL');
  await until(() => !existsSync(path.dirname(data)));
});

it('has a standby that takes over what its primary acknowledged', async (t) => {
  const primary = await ownPostgres(t);
  const standby = await primary.standby('second');
  primary.set({ synchronous_standby_names: 'second' });
  await primary.query('SELECT pg_reload_conf()');
  await primary.query('CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)');
  await primary.kill();
  await standby.query('SELECT pg_promote()');
  assert.deepEqual(await standby.query('INSERT INTO kept VALUES (8); SELECT n FROM kept'), [{ n: 7 }, { n: 8 }]);
});

it('prepares once what several tests want to find', async (t) => {
  const cluster = await startPostgres();
  let times = 0;
  const prepare = async (url: string) => {
    times += 1;
    await cluster.query('CREATE TABLE prepared (n int)', path.basename(url));
  };
  for (const url of [await cluster.database(t, prepare), await cluster.database(t, prepare)]) {
    assert.deepEqual(
      await cluster.query('INSERT INTO prepared VALUES (1); SELECT n FROM prepared', path.basename(url)),
      [{ n: 1 }],
    );
  }
  assert.equal(times, 1);
});

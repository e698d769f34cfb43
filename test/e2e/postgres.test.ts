import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { it } from 'node:test';
import { startGateway } from '../helpers/gateway.ts';
import { ownPostgres, startPostgres } from '../helpers/postgres.ts';
import { spawnGatehouse, startCommand, startProcess } from '../helpers/process.ts';
import { tempFolder } from '../helpers/service.ts';
import { until } from '../helpers/until.ts';

it('starts over PostgreSQL, tells a newcomer what they need, and finds it the next time', async (t) => {
  const cluster = await startPostgres();
  const url = await cluster.database(t);
  const data = tempFolder(t);
  const run = {
    env: { GATEHOUSE_DATABASE: url, GATEHOUSE_DEMO: 'on' },
    // The folder for files of the operator's is that of the start.
    command: ['/bin/sh', '-c', 'cd "$0" && exec "$@"', data, ...startCommand] as const,
  };
  const first = await startProcess(t, data, run);
  await until(() => /Kept in data\/first-start\.txt/.test(first.output()));
  await until(() => /"settings of the database"/.test(first.output()));
  assert.deepEqual(readdirSync(path.join(data, 'data')), ['first-start.txt']);
  assert.equal(await first.end(), 0);
  const second = await startProcess(t, data, run);
  await until(() => /"first_start":"data\/first-start\.txt"/.test(second.output()));
  assert.equal(await second.end(), 0);
  assert.ok(!`${first.output()}${second.output()}`.includes(cluster.password));
});

it('does not start where the database does not take it, and says why in one line without its password', async (t) => {
  const cluster = await startPostgres();
  const spawned = spawnGatehouse(t, '', { env: { GATEHOUSE_DATABASE: cluster.url('missing') } });
  assert.equal(await spawned.ended, 1);
  assert.match(spawned.output(), /^gatehouse: .*refuses \(database "missing" does not exist\): make it first\.\n$/);
  assert.ok(!spawned.output().includes(cluster.password));
});

it('goes on sending while the database is away, from numbers that are to pass then, and from no others', async (t) => {
  const cluster = await ownPostgres(t);
  const target = await startGateway(t, { env: { GATEHOUSE_DATABASE: await cluster.database(t) } });
  const [lax, strict] = ['106540352242991', '106540352242992'] as const;
  const keys = { [lax]: await target.number(lax, { on_store_failure: 'pass' }), [strict]: await target.number(strict) };
  const send = async (number: keyof typeof keys, key = keys[number]) => {
    const body = { messaging_product: 'whatsapp', to: '16505551234' };
    const headers = { authorization: `Bearer ${key}` };
    return (await target.service.call('POST', `/v25.0/${number}/messages`, { headers, body })).status;
  };
  assert.deepEqual([await send(lax), await send(strict)], [200, 200]);
  await cluster.stop('immediate');
  assert.deepEqual(
    [await send(lax), await send(strict), await send(lax, 'somebody else, whom nobody knows')],
    [200, 500, 500],
  );
  assert.match(target.service.logged(), /sent unchecked/);
  await cluster.start();
});

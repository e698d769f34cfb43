import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, it } from 'node:test';
import { afterwards } from '../../../test/helpers/cleanup.ts';
import { startPostgres } from '../../../test/helpers/postgres.ts';
import { until } from '../../../test/helpers/until.ts';
import { nodesContract } from '../contract/nodes.contract.ts';
import { storeContract } from '../store.contract.ts';
import { openDatabase } from './database.ts';
import { openPostgresStore } from './open.ts';
import { openTestStore } from './test-store.contract.ts';

storeContract('PostgreSQL', async (t, bounds) => (await openTestStore(t, { bounds })).store);

describe('PostgreSQL', () => {
  nodesContract(async (t) => {
    const { store, url } = await openTestStore(t);
    const second = await openPostgresStore(url);
    afterwards(t, () => second.close());
    return [store, second];
  });

  it('leaves no connection behind where the store cannot be opened', async (t) => {
    const cluster = await startPostgres();
    const url = await cluster.database(t);
    const name = path.basename(url);
    await (await openDatabase(url)).sessions.close();
    await cluster.query('DROP TABLE installation', name);
    await assert.rejects(openPostgresStore(url), { code: '42P01' });
    const connected = `SELECT FROM pg_stat_activity WHERE datname = '${name}'`;
    await until(async () => (await cluster.query(connected)).length === 0);
  });
});

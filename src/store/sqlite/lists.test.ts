import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import type { Store } from '../../core/ports.ts';
import { at, by, Caller, one, putNumber } from '../contract/fixture.contract.ts';
import { type Database, openDatabase } from './database.ts';
import { createStore } from './store.ts';
import { tempFolder } from './temp-folder.contract.ts';

async function begin(t: TestContext): Promise<{ database: Database; store: Store; caller: Caller }> {
  const database = await openDatabase(join(tempFolder(t), 'a.db'));
  const store = createStore(database);
  t.after(() => store.close());
  await putNumber(store, one);
  return { database, store, caller: new Caller(store) };
}

describe('the lists in SQLite', () => {
  it('write nothing when a request changes nothing', async (t) => {
    const { database, caller } = await begin(t);
    await caller.block(['4915100000001', 'US.abc'], { reason: 'spam' });
    const changes = () => database.db.prepare('SELECT total_changes() AS n').get()?.['n'];
    const before = changes();
    await caller.block(['4915100000001', 'US.abc', 'nobody'], { reason: 'spam' });
    await caller.unblock(['4915100000002', 'US.ABC']);
    assert.equal(changes(), before);
    await caller.unblock('US.abc');
    assert.notEqual(changes(), before);
  });

  it('keep nothing of the people of a deleted number but the log', async (t) => {
    const { database, store, caller } = await begin(t);
    await caller.block(['5511987654321', 'US.abc']);
    await caller.receive('4915100000001', 'US.abc');
    const rows = (table: string) => database.db.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.['n'];
    const tables = ['block_entry', 'identity', 'person', 'business_number', 'number_state', 'block_event'];
    assert.deepEqual(tables.map(rows), [2, 4, 1, 1, 1, 2]);
    await store.directory.deleteNumber(one, by, at);
    assert.deepEqual(tables.map(rows), [0, 0, 0, 0, 1, 3]);
  });

  it('keep all users of a request in one row of the log', async (t) => {
    const { database, caller } = await begin(t);
    await caller.block(['4915100000001', 'US.abc']);
    await caller.receive('4915100000003', 'US.both');
    await caller.block('4915100000003');
    const rows = database.db.prepare('SELECT last_seq, n, users FROM block_event ORDER BY last_seq').all();
    assert.deepEqual(
      rows.map((row) => ({ ...row })),
      [
        { last_seq: 2, n: 2, users: '["4915100000001","US.abc"]' },
        { last_seq: 3, n: 1, users: '[["4915100000003","US.both"]]' },
      ],
    );
  });
});

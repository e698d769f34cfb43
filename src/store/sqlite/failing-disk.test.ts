import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import type { Store } from '../../core/ports.ts';
import { Caller, one, phones, putNumber, refusal } from '../contract/fixture.contract.ts';
import { type Database, openDatabase } from './database.ts';
import { openParts } from './parts.ts';
import { assembleStore, createStore } from './store.ts';
import { tempFolder } from './temp-folder.contract.ts';
import { ThreadedWrites } from './threaded-writes.ts';

/** Its writer is the one of the thread that reads, unless told otherwise. */
async function begin(
  t: TestContext,
  open: (database: Database) => Store = createStore,
): Promise<{ database: Database; store: Store; caller: Caller }> {
  const database = await openDatabase(join(tempFolder(t), 'a.db'));
  const store = open(database);
  t.after(() => store.close());
  await putNumber(store, one);
  const caller = new Caller(store);
  await caller.block('US.before', { reason: 'spam' });
  return { database, store, caller };
}

function openThreaded(database: Database): Store {
  return assembleStore(database, openParts(database.db), new ThreadedWrites(database.path, { filter: undefined }));
}

/** While `outage` lasts all writes that wait are refused and leave nothing; reads go on; afterwards all works. */
async function survives(
  store: Store,
  caller: Caller,
  outage: (during: () => Promise<void>) => Promise<void>,
): Promise<void> {
  const before = [await caller.page(), await caller.events()];
  await outage(async () => {
    const writes = [caller.block(phones(600)), caller.unblock('US.before'), caller.receive('4915100000001')];
    for (const write of writes) await assert.rejects(write, refusal('store_unavailable'));
    assert.deepEqual([await caller.page(), await caller.events()], before);
  });
  assert.deepEqual(new Set(await caller.block(phones(600))), new Set(['added']));
  assert.deepEqual(await caller.unblock('US.before'), ['removed']);
  assert.deepEqual(await caller.names(), phones(600));
  assert.equal((await caller.page()).count, 600);
  await store.probe();
}

/** Lets this process write no file beyond `bytes`, as a disk that fails would; skips the test where that cannot be done. */
function limitFileSize(t: TestContext, bytes: string): boolean {
  const { status } = spawnSync('prlimit', ['--pid', String(process.pid), `--fsize=${bytes}:`]);
  if (status !== 0) t.skip('needs prlimit (util-linux)');
  return status === 0;
}

describe('a SQLite store whose disk fails', () => {
  it('refuses what waits while the database is full, and works again by itself', async (t) => {
    const { database, store, caller } = await begin(t);
    const { db } = database;
    await survives(store, caller, async (during) => {
      db.exec('PRAGMA max_page_count = 1');
      await during();
      db.exec('PRAGMA max_page_count = 1000000');
    });
  });

  for (const [where, open] of [
    ['', createStore],
    [', written by a thread,', openThreaded],
  ] as const) {
    it(`refuses what waits while the disk${where} takes no writes, and works again by itself`, async (t) => {
      const { store, caller } = await begin(t, open);
      t.after(() => limitFileSize(t, 'unlimited'));
      if (!limitFileSize(t, '4096')) return;
      limitFileSize(t, 'unlimited');
      await survives(store, caller, async (during) => {
        limitFileSize(t, '4096');
        await during();
        await assert.rejects(store.probe(), refusal('store_unavailable'));
        limitFileSize(t, 'unlimited');
      });
    });
  }
});

import module from 'node:module';
import { join } from 'node:path';
import { describe } from 'node:test';
import { concurrencyContract } from '../contract/concurrency.contract.ts';
import type { OpenStore } from '../contract/fixture.contract.ts';
import { propertiesContract } from '../contract/properties.contract.ts';
import { pushPropertiesContract } from '../contract/push-properties.contract.ts';
import { openStore } from '../index.ts';
import { storeContract } from '../store.contract.ts';
import { openDatabase } from './database.ts';
import { IdentityFilter } from './identity-filter.ts';
import { openParts } from './parts.ts';
import { assembleStore } from './store.ts';
import { openSwitching, toAndFro } from './switching-store.contract.ts';
import { tempFolder } from './temp-folder.contract.ts';
import { ThreadedWrites } from './threaded-writes.ts';

// Each store of the second suite has a thread, and each thread reads its sources.
module.enableCompileCache();

storeContract('SQLite', async (t, bounds) => {
  const folder = tempFolder(t);
  const store = await openStore(`sqlite:${join(folder, 'gatehouse.db')}`, { bounds });
  t.after(() => store.close());
  return store;
});

storeContract('SQLite, writing in a thread,', async (t, bounds) => {
  const database = await openDatabase(join(tempFolder(t), 'gatehouse.db'));
  const { db, path } = database;
  const filter = new IdentityFilter();
  const store = assembleStore(database, openParts(db, filter), new ThreadedWrites(path, { bounds, filter }));
  t.after(() => store.close());
  return store;
});

// What each call does is shown above, here and in a thread. Where calls meet and follow each other a switch may matter.
describe('SQLite, writing now here and now in a thread, store', () => {
  const open: OpenStore = async (t, bounds) => {
    const { store, ready } = await openSwitching(t, { pace: toAndFro, bounds });
    // The first write asks for the thread.
    await store.probe();
    await ready(1);
    return store;
  };
  concurrencyContract(open);
  propertiesContract(open);
  pushPropertiesContract(open);
});

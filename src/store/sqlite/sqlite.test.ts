import { join } from 'node:path';
import { openStore } from '../index.ts';
import { storeContract } from '../store.contract.ts';
import { tempFolder } from './temp-folder.contract.ts';

storeContract('SQLite', async (t) => {
  const folder = tempFolder(t);
  const store = await openStore(`sqlite:${join(folder, 'gatehouse.db')}`);
  t.after(() => store.close());
  return store;
});

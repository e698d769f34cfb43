import { describe } from 'node:test';
import { afterwards } from '../../../test/helpers/cleanup.ts';
import { nodesContract } from '../contract/nodes.contract.ts';
import { storeContract } from '../store.contract.ts';
import { openPostgresStore } from './store.ts';
import { openTestStore } from './test-store.contract.ts';

storeContract('PostgreSQL', async (t, bounds) => (await openTestStore(t, { bounds })).store);

describe('PostgreSQL', () => {
  nodesContract(async (t) => {
    const { store, url } = await openTestStore(t);
    const second = await openPostgresStore(url);
    afterwards(t, () => second.close());
    return [store, second];
  });
});

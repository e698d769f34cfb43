import { storeContract } from '../store.contract.ts';
import { openTestStore } from './test-store.contract.ts';

storeContract('PostgreSQL', async (t, bounds) => (await openTestStore(t, { bounds })).store);

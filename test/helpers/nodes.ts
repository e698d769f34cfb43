import type { TestContext } from 'node:test';
import type { Store } from '../../src/core/ports.ts';
import { openPostgresStore } from '../../src/store/postgres/open.ts';
import { openTestStore } from '../../src/store/postgres/test-store.contract.ts';
import { afterwards } from './cleanup.ts';

/** Two nodes on one database that was empty. */
export interface Nodes {
  readonly first: Store;
  readonly second: Store;
  /** All leases run out that are not renewed after this. */
  leasesRunOut(): Promise<void>;
  isHeld(work: string): Promise<boolean>;
}

export async function openNodes(t: TestContext): Promise<Nodes> {
  const { store: first, url, query } = await openTestStore(t);
  const second = await openPostgresStore(url);
  afterwards(t, () => second.close());
  return {
    first,
    second,
    async leasesRunOut() {
      await query('UPDATE lease SET until = clock_timestamp()');
    },
    async isHeld(work) {
      const held = await query('SELECT work FROM lease WHERE until > clock_timestamp()');
      return held.some((row) => 'work' in row && row.work === work);
    },
  };
}

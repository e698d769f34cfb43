/** Stores on PostgreSQL for tests. */
import type { TestContext } from 'node:test';
import { afterwards } from '../../../test/helpers/cleanup.ts';
import { startPostgres } from '../../../test/helpers/postgres.ts';
import type { Store } from '../../core/ports.ts';
import { assertCounted } from './counts.contract.ts';
import { openDatabase } from './database.ts';
import { openPostgresStore } from './open.ts';
import { assertUnspanned, watchSpans } from './spans.contract.ts';
import { assertStamped, watchStamps } from './stamps.contract.ts';
import type { PostgresOptions } from './store.ts';

export interface TestStore {
  readonly store: Store;
  readonly url: string;
  /** Runs statements beside the store; gives the rows of the last one. */
  query(sql: string): Promise<object[]>;
}

/**
 * An empty store, gone with the test. At the end, what it counted is held against what there is, no transaction may have
 * written rows of two numbers, and each that changed one must have moved its stamp.
 */
export async function openTestStore(t: TestContext, options: PostgresOptions = {}): Promise<TestStore> {
  const cluster = await startPostgres();
  // A busy machine may take long over a connection.
  const url = `${await cluster.database(t, prepare)}?connect_timeout=60`;
  const store = await openPostgresStore(url, options);
  const database = new URL(url).pathname.slice(1);
  // What a test does beside the store is nothing that the store did.
  const query = (sql: string) => cluster.query<object>(`SET session_replication_role = replica; ${sql}`, database);
  afterwards(t, async () => {
    await store.close();
    await cluster.connected(database, async (ask) => {
      await assertCounted(ask);
      await assertUnspanned(ask);
      await assertStamped(ask);
    });
  });
  return { store, url, query };
}

/** Makes the tables once; each test has a copy. */
async function prepare(url: string): Promise<void> {
  const { sessions } = await openDatabase(url);
  await sessions.transaction((session) => session.run({ name: '', text: `${watchSpans}; ${watchStamps}` }));
  await sessions.close();
}

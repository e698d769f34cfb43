/** Which database the tests of a process run on: SQLite, or PostgreSQL where TEST_STORE=postgres says so. */
import path from 'node:path';
import type { TestContext } from 'node:test';
import { assertCounted } from '../../src/store/postgres/counts.contract.ts';
import { openDatabase } from '../../src/store/postgres/database.ts';
import { afterwards } from './cleanup.ts';
import type { Databases } from './databases.ts';
import { startPostgres } from './postgres.ts';

export const isOnPostgres = process.env['TEST_STORE'] === 'postgres';

/** For the `skip` of a test that means SQLite alone. */
export function onlyOnSqlite(why: string): string | false {
  return isOnPostgres && why;
}

/** What nodes that were killed had in hand is free, as it is after a while: a store of one process knows that they are gone. */
export async function letLeasesEnd(t: TestContext, folder: string): Promise<void> {
  if (!isOnPostgres) return;
  const { pathname } = new URL(await databaseOf(t, folder));
  const server = await startPostgres();
  const database = pathname.slice(1);
  // PostgreSQL may be at a statement of theirs still, and would give them a lease afterwards.
  await server.query(
    `SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
     WHERE datname = '${database}' AND application_name = 'gatehouse'`,
  );
  await server.query("UPDATE lease SET until = now() - interval '1 second'", database);
}

/** The folder where a process that belongs to a folder of the test's puts files for its operator. */
export function filesOf(folder: string): string {
  return isOnPostgres ? path.join(folder, 'data') : folder;
}

const made = new Map<string, Promise<string>>();

/** The URL of the database that belongs to a folder of the test's; the same one however often it is asked for. */
export function databaseOf(t: TestContext, folder: string): Promise<string> {
  if (!isOnPostgres) return Promise.resolve(`sqlite:${path.join(folder, 'gatehouse.db')}`);
  const known = made.get(folder);
  if (known) return known;
  const making = make(t);
  made.set(folder, making);
  return making;
}

async function make(t: TestContext): Promise<string> {
  return databaseOn(t, await startPostgres());
}

/** A new database with our tables; what was counted in it is held against what there is once the test is over. */
export async function databaseOn(t: TestContext, server: Databases): Promise<string> {
  const url = await server.database(t, prepare);
  const name = new URL(url).pathname.slice(1);
  afterwards(t, () => assertCounted((sql) => server.query(sql, name)));
  // Many services run beside each other, on one server, and a busy machine may take long over a connection.
  return `${url}?pool=4&connect_timeout=60`;
}

/** Makes the tables once; each test has a copy. */
async function prepare(url: string): Promise<void> {
  const { sessions } = await openDatabase(url);
  await sessions.close();
}

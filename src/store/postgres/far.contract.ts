/** A database beyond a network, for tests. */
import type { TestContext } from 'node:test';
import { afterwards } from '../../../test/helpers/cleanup.ts';
import { startPostgres } from '../../../test/helpers/postgres.ts';
import { startTcpProxy, type TcpProxy } from '../../../test/helpers/tcp-proxy.ts';
import { type DatabaseOptions, openDatabase } from './database.ts';
import type { Sessions, Sql } from './session.ts';

/** The table that its tests write to. */
export const create: Sql = { name: '', text: 'CREATE TABLE thing (n bigint PRIMARY KEY)' };
export const all: Sql = { name: 'all', text: 'SELECT n FROM thing ORDER BY n' };

export interface Far {
  /** Of the database itself, without the network in between. */
  readonly url: string;
  readonly sessions: Sessions;
  readonly proxy: TcpProxy;
}

async function prepare(url: string): Promise<void> {
  const { sessions } = await openDatabase(url);
  await sessions.transaction((session) => session.run(create));
  await sessions.close();
}

/** A database that is reached through a network that fails when it is told to. */
export async function openFar(
  t: TestContext,
  { parameters = '', ...options }: DatabaseOptions & { readonly parameters?: string } = {},
): Promise<Far> {
  const cluster = await startPostgres();
  const url = await cluster.database(t, prepare);
  const proxy = await startTcpProxy(t, cluster.port);
  const { sessions } = await openDatabase(
    `${url.replace(`:${cluster.port}/`, `:${proxy.port}/`)}${parameters}`,
    options,
  );
  afterwards(t, async () => {
    proxy.heal();
    await sessions.close();
  });
  return { url, sessions, proxy };
}

/** What that holds. */
export function things(sessions: Sessions): Promise<object[]> {
  return sessions.read((session) => session.query(all));
}

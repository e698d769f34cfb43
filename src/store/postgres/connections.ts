/** The connections to providers. Their secrets are sealed before they come here. */
import { type Connection, type ConnectionPatch, changeConnection, reachesAnotherList } from '../../core/connections.ts';
import type { ConnectionName, PhoneNumberId } from '../../core/ids.ts';
import type { ConnectionPut, DirectoryPage, DirectoryQuery, Key, OnlyConnection } from '../../core/ports.ts';
import { type ConnectionRow, connectionColumns, connectionValues, toConnection } from '../changes/connection-rows.ts';
import { toDirectoryPage } from '../changes/directory-page.ts';
import { hasAccount } from './accounts.ts';
import type { Session } from './session.ts';

const one = { name: 'connection', text: 'SELECT * FROM connection WHERE name = $1' };
const share = { name: 'share_connection', text: 'SELECT * FROM connection WHERE name = $1 FOR SHARE' };
const lock = { name: 'lock_connection', text: 'SELECT * FROM connection WHERE name = $1 FOR UPDATE' };
const page = { name: 'connections', text: 'SELECT * FROM connection WHERE name > $1 ORDER BY name LIMIT $2' };
const insert = {
  name: 'add_connection',
  text: `INSERT INTO connection
           (${connectionColumns})
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING`,
};
const change = {
  name: 'change_connection',
  text: `UPDATE connection SET
           provider = $2, origin = $3, api_version = $4, account = $5, webhook_header_name = $6,
           token = $7, app_secret = $8, verify_token = $9, webhook_secret = $10, webhook_header = $11, created_at = $12,
           revision = revision + 1, epoch = epoch + $13::int
         WHERE name = $1`,
};
const remove = { name: 'delete_connection', text: 'DELETE FROM connection WHERE name = $1' };
const use = { name: 'use_of_connection', text: 'SELECT 1 AS one FROM business_number WHERE connection = $1 LIMIT 1' };
const numbers = { name: 'numbers_of_connection', text: 'SELECT id FROM business_number WHERE connection = $1' };
// The index has the connections of an account in order: its ends tell it, however many numbers there are.
const ofAccount = {
  name: 'connections_of_account',
  text: `(SELECT connection FROM business_number WHERE account = $1 ORDER BY connection LIMIT 1)
         UNION
         (SELECT connection FROM business_number WHERE account = $1 ORDER BY connection DESC LIMIT 1)`,
};
const ofKey = {
  name: 'connections_of_key',
  text: `SELECT DISTINCT connection
         FROM key_number JOIN business_number ON business_number.id = key_number.number
         WHERE key_number.account = $1 AND key_number.key = $2 AND business_number.account = $1 LIMIT 2`,
};

/** What came of a put, and what it means for what is pushed. */
export interface PutConnection {
  readonly put: ConnectionPut;
  /** The numbers that it had before have to be told of anew: all of it, or what failed. */
  readonly follow?: 'begin_again' | 'retry_failed';
}

export async function putConnection(
  session: Session,
  name: ConnectionName,
  patch: ConnectionPatch,
  at: number,
): Promise<PutConnection> {
  const [row] = await session.query<ConnectionRow>(lock, [name]);
  const before = row && toConnection(row);
  const connection = changeConnection(name, before, patch, at);
  if ('missing' in connection) return { put: { kind: 'incomplete', missing: connection.missing } };
  const { account } = connection;
  if (!(await hasAccount(session, account))) return { put: { kind: 'unknown_account', account } };
  if (before && before.account !== account && (await isUsed(session, name))) return { put: { kind: 'in_use' } };
  if (!before) {
    const isAdded = (await session.run(insert, connectionValues(connection))) === 1;
    // Somebody else was first.
    return isAdded ? { put: { kind: 'created', connection } } : putConnection(session, name, patch, at);
  }
  const isOther = reachesAnotherList(before, connection);
  await session.run(change, [...connectionValues(connection), Number(isOther)]);
  return { put: { kind: 'changed', connection }, follow: isOther ? 'begin_again' : 'retry_failed' };
}

export async function deleteConnection(
  session: Session,
  name: ConnectionName,
): Promise<'deleted' | 'in_use' | 'not_found'> {
  // Nobody begins to use it meanwhile.
  await session.query(lock, [name]);
  if (await isUsed(session, name)) return 'in_use';
  return (await session.run(remove, [name])) === 1 ? 'deleted' : 'not_found';
}

/** It stays as it is until the transaction is over. */
export async function shareConnection(session: Session, name: ConnectionName): Promise<Connection | undefined> {
  const [row] = await session.query<ConnectionRow>(share, [name]);
  return row && toConnection(row);
}

export async function readConnection(session: Session, name: ConnectionName): Promise<Connection | undefined> {
  const [row] = await session.query<ConnectionRow>(one, [name]);
  return row && toConnection(row);
}

export async function readConnections(
  session: Session,
  { after, limit }: DirectoryQuery<ConnectionName>,
): Promise<DirectoryPage<Connection>> {
  return toDirectoryPage(await session.query<ConnectionRow>(page, [after ?? '', limit + 1]), limit, toConnection);
}

export async function readNumbersOf(session: Session, name: ConnectionName): Promise<PhoneNumberId[]> {
  const rows = await session.query<{ readonly id: PhoneNumberId }>(numbers, [name]);
  return rows.map(({ id }) => id);
}

/** The one that all numbers share which the key reaches. */
export async function onlyConnectionOf(session: Session, key: Key): Promise<OnlyConnection> {
  const [sql, values] = key.numbers === 'all' ? [ofAccount, [key.account]] : [ofKey, [key.account, key.id]];
  const [only, another] = await session.query<{ readonly connection: ConnectionName | null }>(sql, values);
  if (another) return { kind: 'several' };
  const connection = only?.connection;
  return connection ? { kind: 'one', connection } : { kind: 'none' };
}

async function isUsed(session: Session, name: ConnectionName): Promise<boolean> {
  return (await session.query(use, [name])).length > 0;
}

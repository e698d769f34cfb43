/** The connections to providers. Their secrets are sealed before they come here. */
import type { DatabaseSync } from 'node:sqlite';
import { type Connection, type ConnectionPatch, changeConnection, reachesAnotherList } from '../../core/connections.ts';
import type { ConnectionName } from '../../core/ids.ts';
import type { ConnectionPut, DirectoryPage, DirectoryQuery, Key, OnlyConnection } from '../../core/ports.ts';
import { type ConnectionRow, connectionColumns, connectionValues, toConnection } from '../changes/connection-rows.ts';
import { toDirectoryPage } from '../changes/directory-page.ts';
import type { Accounts } from './accounts.ts';
import type { PushTables } from './push-tables.ts';
import { prepare, prepareTuples } from './statement.ts';

export class Connections {
  readonly #accounts: Accounts;
  readonly #pushes: PushTables;
  readonly #sql;

  constructor(db: DatabaseSync, accounts: Accounts, pushes: PushTables) {
    this.#accounts = accounts;
    this.#pushes = pushes;
    this.#sql = {
      one: prepare<ConnectionRow>(db, 'SELECT * FROM connection WHERE name = ?'),
      page: prepare<ConnectionRow>(db, 'SELECT * FROM connection WHERE name > ? ORDER BY name LIMIT ?'),
      put: prepare(
        db,
        `INSERT OR REPLACE INTO connection
           (${connectionColumns})
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ),
      delete: prepare(db, 'DELETE FROM connection WHERE name = ?'),
      use: prepare(db, 'SELECT 1 FROM business_number WHERE connection = ? LIMIT 1'),
      // The index has the connections of an account in order, none first: its ends tell it, however many numbers there are.
      ofAccount: prepareTuples<readonly [ConnectionName | null]>(
        db,
        `SELECT * FROM (SELECT connection FROM business_number WHERE account = ?1 ORDER BY connection LIMIT 1)
         UNION
         SELECT * FROM (SELECT connection FROM business_number WHERE account = ?1 ORDER BY connection DESC LIMIT 1)`,
      ),
      ofKey: prepareTuples<readonly [ConnectionName | null]>(
        db,
        `SELECT DISTINCT connection
         FROM key_number CROSS JOIN business_number ON business_number.id = key_number.number
         WHERE key_number.key = ? AND business_number.account = ? LIMIT 2`,
      ),
    };
  }

  one(name: ConnectionName): Connection | undefined {
    const row = this.#sql.one.get(name);
    return row && toConnection(row);
  }

  page({ after, limit }: DirectoryQuery<ConnectionName>): DirectoryPage<Connection> {
    return toDirectoryPage(this.#sql.page.all(after ?? '', limit + 1), limit, toConnection);
  }

  put(name: ConnectionName, patch: ConnectionPatch, at: number): ConnectionPut {
    const before = this.one(name);
    const connection = changeConnection(name, before, patch, at);
    if ('missing' in connection) return { kind: 'incomplete', missing: connection.missing };
    const { account } = connection;
    if (!this.#accounts.has(account)) return { kind: 'unknown_account', account };
    if (before && before.account !== account && this.#isUsed(name)) return { kind: 'in_use' };
    this.#write(connection);
    if (before && reachesAnotherList(before, connection)) this.#pushes.lists.beginAgain(name, at);
    else if (before) this.#pushes.rows.retryFailedOf(name, at);
    return { kind: before ? 'changed' : 'created', connection };
  }

  delete(name: ConnectionName): 'deleted' | 'in_use' | 'not_found' {
    if (this.#isUsed(name)) return 'in_use';
    return Number(this.#sql.delete.run(name).changes) === 1 ? 'deleted' : 'not_found';
  }

  /** The one that all numbers share which the key reaches. */
  onlyOneOf(key: Key): OnlyConnection {
    const rows =
      key.numbers === 'all' ? this.#sql.ofAccount.all(key.account) : this.#sql.ofKey.all(key.id, key.account);
    const [only, another] = rows;
    if (another) return { kind: 'several' };
    const connection = only?.[0] ?? undefined;
    return connection === undefined ? { kind: 'none' } : { kind: 'one', connection };
  }

  #isUsed(name: ConnectionName): boolean {
    return this.#sql.use.get(name) !== undefined;
  }

  #write(connection: Connection): void {
    this.#sql.put.run(...connectionValues(connection));
  }
}

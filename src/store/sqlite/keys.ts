/** The keys. A secret is there as its hash only. */
import type { DatabaseSync } from 'node:sqlite';
import type { AccountName, KeyId, PhoneNumberId, SecretHash } from '../../core/ids.ts';
import type { DirectoryPage, DirectoryQuery, Key, KeyAdded } from '../../core/ports.ts';
import { toDirectoryPage } from '../changes/directory-page.ts';
import type { Accounts } from './accounts.ts';
import type { Numbers } from './numbers.ts';
import { prepare } from './statement.ts';

interface KeyRow {
  readonly id: KeyId;
  readonly account: AccountName;
  readonly name: string;
  readonly created_at: number;
  readonly expires_at: number | null;
  readonly revoked_at: number | null;
  /** A JSON array; null: all of the account. */
  readonly numbers: string | null;
}

const columns = `id, account, name, created_at, expires_at, revoked_at,
  iif(all_numbers, NULL, (
    SELECT json_group_array(number) FROM (SELECT number FROM key_number WHERE key = api_key.id ORDER BY number)
  )) AS numbers`;

export class Keys {
  readonly #accounts: Accounts;
  readonly #numbers: Numbers;
  readonly #sql;

  constructor(db: DatabaseSync, accounts: Accounts, numbers: Numbers) {
    this.#accounts = accounts;
    this.#numbers = numbers;
    this.#sql = {
      insert: prepare(
        db,
        `INSERT INTO api_key (id, account, name, secret_hash, all_numbers, created_at, expires_at, revoked_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      ),
      insertNumber: prepare(db, 'INSERT OR IGNORE INTO key_number (key, number) VALUES (?, ?)'),
      active: prepare<KeyRow>(db, `SELECT ${columns} FROM api_key WHERE secret_hash = ? AND revoked_at IS NULL`),
      lastRevoked: prepare<KeyRow>(
        db,
        `SELECT ${columns} FROM api_key WHERE secret_hash = ? AND revoked_at IS NOT NULL ORDER BY revoked_at DESC LIMIT 1`,
      ),
      page: prepare<KeyRow>(db, `SELECT ${columns} FROM api_key WHERE id > ? ORDER BY id LIMIT ?`),
      revoke: prepare(db, 'UPDATE api_key SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL'),
    };
  }

  add(key: Key, secretHash: SecretHash): KeyAdded {
    const { id, account, name, createdAt, expiresAt, revokedAt } = key;
    if (!this.#accounts.has(account)) return { kind: 'unknown_account' };
    const numbers = key.numbers === 'all' ? [] : key.numbers;
    const unknown = numbers.filter((number) => this.#numbers.one(number)?.account !== account);
    if (unknown.length > 0) return { kind: 'unknown_numbers', numbers: unknown };
    if (this.#sql.active.get(secretHash)) return { kind: 'secret_in_use' };
    this.#sql.insert.run(id, account, name, secretHash, Number(key.numbers === 'all'), createdAt, expiresAt, revokedAt);
    for (const number of numbers) this.#sql.insertNumber.run(id, number);
    return { kind: 'added' };
  }

  bySecret(secretHash: SecretHash): Key | undefined {
    const row = this.#sql.active.get(secretHash) ?? this.#sql.lastRevoked.get(secretHash);
    return row && toKey(row);
  }

  page({ after, limit }: DirectoryQuery<KeyId>): DirectoryPage<Key> {
    return toDirectoryPage(this.#sql.page.all(after ?? '', limit + 1), limit, toKey);
  }

  /** False: no active key has this id. */
  revoke(id: KeyId, at: number): boolean {
    return Number(this.#sql.revoke.run(at, id).changes) === 1;
  }
}

function toKey(row: KeyRow): Key {
  return {
    id: row.id,
    name: row.name,
    account: row.account,
    numbers: row.numbers === null ? 'all' : (JSON.parse(row.numbers) as PhoneNumberId[]),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
  };
}

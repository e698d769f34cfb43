/** The accounts. */
import type { DatabaseSync } from 'node:sqlite';
import type { AccountName } from '../../core/ids.ts';
import type { Account, DirectoryPage, DirectoryQuery } from '../../core/ports.ts';
import { toDirectoryPage } from './directory-page.ts';
import { prepare } from './statement.ts';

interface AccountRow {
  readonly name: AccountName;
  readonly created_at: number;
}

export class Accounts {
  readonly #sql;

  constructor(db: DatabaseSync) {
    this.#sql = {
      insert: prepare(db, 'INSERT OR IGNORE INTO account (name, created_at) VALUES (?, ?)'),
      one: prepare<AccountRow>(db, 'SELECT * FROM account WHERE name = ?'),
      page: prepare<AccountRow>(db, 'SELECT * FROM account WHERE name > ? ORDER BY name LIMIT ?'),
    };
  }

  /** False: it was there already. */
  add({ name, createdAt }: Account): boolean {
    return Number(this.#sql.insert.run(name, createdAt).changes) === 1;
  }

  has(name: AccountName): boolean {
    return this.#sql.one.get(name) !== undefined;
  }

  one(name: AccountName): Account | undefined {
    const row = this.#sql.one.get(name);
    return row && toAccount(row);
  }

  page({ after, limit }: DirectoryQuery<AccountName>): DirectoryPage<Account> {
    return toDirectoryPage(this.#sql.page.all(after ?? '', limit + 1), limit, toAccount);
  }
}

function toAccount(row: AccountRow): Account {
  return { name: row.name, createdAt: row.created_at };
}

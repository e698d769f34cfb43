/** The accounts. */
import type { DatabaseSync } from 'node:sqlite';
import { type AppPatch, changeApp } from '../../core/apps.ts';
import type { AccountName } from '../../core/ids.ts';
import type { Account, DirectoryPage, DirectoryQuery } from '../../core/ports.ts';
import { type AppRow, appValues, toApp } from '../changes/app-rows.ts';
import { toDirectoryPage } from '../changes/directory-page.ts';
import { prepare } from './statement.ts';

interface AccountRow extends AppRow {
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
      changeApp: prepare(
        db,
        'UPDATE account SET app_url = ?, app_secret = ?, app_headers = ?, app_blocked = ? WHERE name = ?',
      ),
    };
  }

  /** False: it was there already. */
  add({ name, createdAt }: Omit<Account, 'app'>): boolean {
    return Number(this.#sql.insert.run(name, createdAt).changes) === 1;
  }

  changeApp(name: AccountName, patch: AppPatch | null): Account | 'no_account' | 'no_app_url' {
    const before = this.one(name);
    if (!before) return 'no_account';
    const app = changeApp(before.app, patch);
    if (app === undefined) return 'no_app_url';
    this.#sql.changeApp.run(...appValues(app), name);
    return { ...before, app };
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
  return { name: row.name, app: toApp(row), createdAt: row.created_at };
}

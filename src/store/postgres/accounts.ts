/** The accounts. */
import { type AppPatch, changeApp } from '../../core/apps.ts';
import type { AccountName } from '../../core/ids.ts';
import type { Account, DirectoryPage, DirectoryQuery } from '../../core/ports.ts';
import { type AppRow, appValues, toApp } from '../changes/app-rows.ts';
import { toDirectoryPage } from '../changes/directory-page.ts';
import type { Session } from './session.ts';

interface AccountRow extends AppRow {
  readonly name: AccountName;
  readonly created_at: number;
}

const insert = {
  name: 'add_account',
  text: 'INSERT INTO account (name, created_at) VALUES ($1, $2) ON CONFLICT DO NOTHING',
};
const one = { name: 'account', text: 'SELECT * FROM account WHERE name = $1' };
const lock = { name: 'lock_account', text: 'SELECT * FROM account WHERE name = $1 FOR UPDATE' };
const page = { name: 'accounts', text: 'SELECT * FROM account WHERE name > $1 ORDER BY name LIMIT $2' };
const saveApp = {
  name: 'save_account_app',
  text: 'UPDATE account SET app_url = $1, app_secret = $2, app_headers = $3, app_blocked = $4 WHERE name = $5',
};

/** False: it was there already. */
export async function addAccount(session: Session, { name, createdAt }: Omit<Account, 'app'>): Promise<boolean> {
  return (await session.run(insert, [name, createdAt])) === 1;
}

export async function changeAccountApp(
  session: Session,
  name: AccountName,
  patch: AppPatch | null,
): Promise<Account | 'no_account' | 'no_app_url'> {
  const [row] = await session.query<AccountRow>(lock, [name]);
  if (!row) return 'no_account';
  const before = toAccount(row);
  const app = changeApp(before.app, patch);
  if (app === undefined) return 'no_app_url';
  await session.run(saveApp, [...appValues(app), name]);
  return { ...before, app };
}

/** No account ever goes. */
export async function hasAccount(session: Session, name: AccountName): Promise<boolean> {
  return (await readAccount(session, name)) !== undefined;
}

export async function readAccount(session: Session, name: AccountName): Promise<Account | undefined> {
  const [row] = await session.query<AccountRow>(one, [name]);
  return row && toAccount(row);
}

export async function readAccounts(
  session: Session,
  { after, limit }: DirectoryQuery<AccountName>,
): Promise<DirectoryPage<Account>> {
  return toDirectoryPage(await session.query<AccountRow>(page, [after ?? '', limit + 1]), limit, toAccount);
}

function toAccount(row: AccountRow): Account {
  return { name: row.name, app: toApp(row), createdAt: row.created_at };
}

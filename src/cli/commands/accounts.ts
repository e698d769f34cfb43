import type { Command } from 'commander';
import type { Account } from '../../client/index.ts';
import { plain, when } from '../output.ts';
import { type Session, type SessionOptions, talks } from '../session.ts';
import type { Column } from '../table.ts';
import { dataOf } from './blocks.ts';

/** `accounts`: the tenants that own numbers, connections and keys. */
export function addAccounts(program: Command, session: Session): void {
  const accounts = program
    .command('accounts')
    .description('List or add accounts, which own numbers, connections and keys');

  talks(accounts.command('list', { isDefault: true }))
    .description('List the accounts')
    .action(async (options: SessionOptions) => {
      const { gatehouse, output } = session.begin(options);
      await output.rows(dataOf(gatehouse.accounts.list().pages()), columns, 'There is no account.');
    });

  talks(accounts.command('add'))
    .description('Add an account')
    .argument('<name>', 'lower-case letters, digits, - and _')
    .action(async (name: string, options: SessionOptions) => {
      const { gatehouse, output } = session.begin(options);
      const account = await gatehouse.accounts.put(name);
      await output.line(account, `${plain(account.name)} is there.`);
    });
}

const columns: readonly Column<Account>[] = [
  { title: 'ACCOUNT', text: ({ name }) => name },
  { title: 'SINCE', text: ({ created_at }) => when(created_at) },
];

import type { Command } from 'commander';
import type { Account } from '../../client/index.ts';
import { plain, when } from '../output.ts';
import { type Session, type SessionOptions, talks } from '../session.ts';
import type { Column } from '../table.ts';
import { type AppOptions, appOf, setsApp, tellTest, toApp } from './app-options.ts';
import { dataOf } from './blocks.ts';

/** `accounts`: the tenants that own numbers, connections and keys, and an app for webhooks. */
export function addAccounts(program: Command, session: Session): void {
  const accounts = program
    .command('accounts')
    .description('List, show, add or change accounts, which own numbers, connections and keys');

  talks(accounts.command('list', { isDefault: true }))
    .description('List the accounts')
    .action(async (options: SessionOptions) => {
      const { gatehouse, output } = session.begin(options);
      await output.rows(dataOf(gatehouse.accounts.list().pages()), columns, 'There is no account.');
    });

  talks(accounts.command('show'))
    .description('Show an account, without the secrets of its app')
    .argument('<name>', 'the name of the account')
    .action(async (name: string, options: SessionOptions) => {
      const { gatehouse, output } = session.begin(options);
      const account = await gatehouse.accounts.get(name);
      await output.line(account, plain(describe(account)));
    });

  const set = accounts
    .command('set')
    .alias('add')
    .description('Add an account, or change it: what is not given stays')
    .argument('<name>', 'lower-case letters, digits, - and _');
  setsApp(talks(set), 'where webhooks go on to that are of no number, or of one without an app').action(
    async (name: string, options: SessionOptions & AppOptions) => {
      const { gatehouse, output } = session.begin(options);
      const account = await gatehouse.accounts.put(name, toApp(options));
      await output.line(account, plain(describe(account)));
    },
  );

  talks(accounts.command('test-app'))
    .description('Send an account’s app a webhook, to try it')
    .argument('<name>', 'the name of the account')
    .action(async (name: string, options: SessionOptions) => {
      const { gatehouse, output } = session.begin(options);
      await tellTest(output, await gatehouse.accounts.testApp(name));
    });
}

const columns: readonly Column<Account>[] = [
  { title: 'ACCOUNT', text: ({ name }) => name },
  { title: 'SINCE', text: ({ created_at }) => when(created_at) },
];

function describe(account: Account): string {
  const lines = columns.map(({ title, text }) => `${title.toLowerCase()}: ${text(account)}`);
  return [...lines, `app: ${appOf(account)}`].join('\n');
}

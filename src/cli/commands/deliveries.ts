import type { Command } from 'commander';
import type { AppDelivery } from '../../client/index.ts';
import { CommandError, exitCodes } from '../exit-codes.ts';
import { plain, when } from '../output.ts';
import { type Session, type SessionOptions, talks } from '../session.ts';
import type { Column } from '../table.ts';
import { dataOf } from './blocks.ts';

interface ListOptions extends SessionOptions {
  readonly number?: string;
  readonly account?: string;
}

/** `deliveries`: the webhooks that apps have not taken yet. */
export function addDeliveries(program: Command, session: Session): void {
  const deliveries = program
    .command('deliveries')
    .description('List, show or repeat webhooks that apps have not taken yet');

  talks(deliveries.command('list', { isDefault: true }))
    .description('List what waits and what was given up, oldest first')
    .option('--number <number>', 'only for the app of this number')
    .option('--account <account>', 'only for the app of this account')
    .action(async ({ number, account, ...options }: ListOptions) => {
      if (number !== undefined && account !== undefined)
        throw new CommandError('Give --number or --account, not both.', exitCodes.usage);
      const { gatehouse, output } = session.begin(options);
      await output.rows(dataOf(gatehouse.deliveries.list({ number, account }).pages()), columns, 'Nothing waits.');
    });

  talks(deliveries.command('show'))
    .description('Show a delivery with its body')
    .argument('<id>', 'the id of the delivery')
    .action(async (id: string, options: SessionOptions) => {
      const { gatehouse, output } = session.begin(options);
      const delivery = await gatehouse.deliveries.get(id);
      await output.line(delivery, plain(`${describe(delivery)}\nbody: ${delivery.body}`));
    });

  talks(deliveries.command('redeliver'))
    .description('Try deliveries now, also those that were given up')
    .argument('<ids...>', 'the ids of the deliveries')
    .action(async (ids: string[], options: SessionOptions) => {
      const { gatehouse, output } = session.begin(options);
      for (const id of ids) await output.line(await gatehouse.deliveries.redeliver(id), `${plain(id)} is on its way.`);
    });
}

const columns: readonly Column<AppDelivery>[] = [
  { title: 'DELIVERY', text: ({ id }) => id },
  { title: 'APP', text: appOf },
  { title: 'SINCE', text: ({ created_at }) => when(created_at) },
  { title: 'STATE', text: ({ state }) => state.replace('_', ' ') },
  { title: 'ATTEMPTS', text: ({ attempts }) => String(attempts) },
  { title: 'NEXT', text: ({ next_attempt_at: next }) => (next === undefined ? '' : when(next)) },
  { title: 'WHY', text: whyOf },
];

function describe(delivery: AppDelivery): string {
  return columns.map(({ title, text }) => `${title.toLowerCase()}: ${text(delivery)}`).join('\n');
}

function whyOf({ detail, waits_for: before }: AppDelivery): string {
  const waits = before && `after ${before.delivery_id} of the same user, due ${when(before.next_attempt_at)}`;
  return [detail, waits].filter((why) => why !== undefined).join('; ');
}

function appOf({ app }: AppDelivery): string {
  return 'account' in app ? `account ${app.account}` : `number ${app.phone_number_id}`;
}

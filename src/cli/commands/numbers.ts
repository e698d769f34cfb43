import type { Command } from 'commander';
import type { BusinessNumber, CountedNumber } from '../../client/index.ts';
import { CommandError, exitCodes } from '../exit-codes.ts';
import { plain } from '../output.ts';
import { type Session, type SessionOptions, talks } from '../session.ts';
import type { Column } from '../table.ts';
import { appOf, tellTest } from './app-options.ts';
import { dataOf } from './blocks.ts';
import { type SetOptions, setsNumber, toChange } from './number-options.ts';
import { addReconcile } from './reconcile.ts';

/** `numbers`: the numbers that have a list here. */
export function addNumbers(program: Command, session: Session): void {
  const numbers = program.command('numbers').description('List, show, add, change or remove numbers');

  talks(numbers.command('list', { isDefault: true }))
    .description('List the numbers')
    .action(async (options: SessionOptions) => {
      const { gatehouse, output } = session.begin(options);
      await output.rows(dataOf(gatehouse.numbers.list().pages()), columns, 'There is no number yet.');
    });

  talks(numbers.command('show'))
    .description('Show a number and how many users it blocks')
    .argument('<number>', 'the phone_number_id')
    .action(async (id: string, options: SessionOptions) => {
      const { gatehouse, output } = session.begin(options);
      const number = await gatehouse.numbers.get(id);
      await output.line(number, plain(`${describe(number)}${faultOf(number)}\nblocked users: ${number.blocked_users}`));
    });

  const set = numbers
    .command('set')
    .alias('add')
    .description('Add a number, or change it: what is not given stays')
    .argument('<number>', 'the phone_number_id');
  setsNumber(talks(set)).action(async (id: string, options: SetOptions) => {
    const { gatehouse, output } = session.begin(options);
    const number = await gatehouse.numbers.put(id, toChange(options));
    await output.line(number, plain(describe(number)));
  });

  addReconcile(numbers, session);

  talks(numbers.command('test-app'))
    .description('Send a number’s own app a webhook, to try it')
    .argument('<number>', 'the phone_number_id')
    .action(async (id: string, options: SessionOptions) => {
      const { gatehouse, output } = session.begin(options);
      await tellTest(output, await gatehouse.numbers.testApp(id));
    });

  talks(numbers.command('remove'))
    .description('Delete a number with its block list; its log stays')
    .argument('<number>', 'the phone_number_id')
    .option('--yes', 'do it: the list is gone then')
    .action(async (id: string, options: SessionOptions & { readonly yes?: true }) => {
      const { gatehouse, output } = session.begin(options);
      if (!options.yes) {
        const { blocked_users: count } = await gatehouse.numbers.get(id);
        const text = `This deletes the number and its list of ${count} blocked users. Add --yes to do it.`;
        throw new CommandError(text, exitCodes.usage);
      }
      await gatehouse.numbers.delete(id, { confirm: id });
      await output.line({ phone_number_id: id, deleted: true }, `${plain(id)} is deleted.`);
    });
}

const columns: readonly Column<BusinessNumber>[] = [
  { title: 'NUMBER', text: ({ phone_number_id }) => phone_number_id },
  { title: 'PHONE', text: ({ display_phone_number }) => display_phone_number },
  { title: 'NAME', text: ({ name }) => name ?? '' },
  { title: 'ACCOUNT', text: ({ account }) => account },
  { title: 'UPSTREAM', text: upstreamOf },
  { title: 'RULES', text: rulesOf },
];

function describe(number: BusinessNumber): string {
  const lines = columns.map(({ title, text }) => `${title.toLowerCase()}: ${text(number)}`);
  return [...lines, `on store failure: ${number.on_store_failure}`, `app: ${appOf(number)}`].join('\n');
}

function faultOf({ upstream_fault: fault }: CountedNumber): string {
  return fault === null ? '' : `\nupstream fault: ${fault.code} ${fault.detail}`;
}

function upstreamOf({ upstream, phone_number_id: id }: BusinessNumber): string {
  if (upstream === null) return 'none';
  return upstream.number_id === id ? upstream.connection : `${upstream.connection} as ${upstream.number_id}`;
}

function rulesOf({ rules }: BusinessNumber): string {
  const { paging, partial_failure_status: status } = rules;
  const own = rules.push
    ? `push ${rules.push}, push capacity ${rules.push_capacity}`
    : `window ${rules.window}, capacity ${rules.capacity ?? 'none'}`;
  return `${own}, paging ${paging}, partial failure ${status}`;
}

import { type Command, InvalidArgumentError, Option } from 'commander';
import type { BusinessNumber, NumberChange } from '../../client/index.ts';
import { CommandError, exitCodes } from '../exit-codes.ts';
import { plain } from '../output.ts';
import { type Session, type SessionOptions, talks, toCount } from '../session.ts';
import type { Column } from '../table.ts';
import { dataOf } from './blocks.ts';

interface SetOptions extends SessionOptions {
  readonly phone?: string;
  readonly name?: string;
  readonly account?: string;
  readonly rules?: 'open' | 'meta';
  readonly window?: 'off' | 'strict';
  readonly capacity?: number | 'none';
  readonly paging?: 'stable' | 'versioned';
  readonly partialFailureStatus?: 200 | 400;
}

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
      await output.line(number, plain(`${describe(number)}\nblocked users: ${number.blocked_users}`));
    });

  talks(numbers.command('set'))
    .alias('add')
    .description('Add a number, or change it: what is not given stays')
    .argument('<number>', 'the phone_number_id')
    .option('--phone <phone>', 'its phone number with the country code; a new number needs it')
    .option('--name <name>', 'a name for people to read')
    .option('--account <account>', 'whose it is (default)')
    .addOption(new Option('--rules <preset>', 'all rules at once').choices(['open', 'meta']))
    .addOption(new Option('--window <rule>', 'strict: only who wrote within 24 hours').choices(['off', 'strict']))
    .option('--capacity <count>', 'how many users the list holds, or none for no limit', toCapacity)
    .addOption(new Option('--paging <rule>', 'versioned: a change ends its cursors').choices(['stable', 'versioned']))
    .addOption(statusOption())
    .action(async (id: string, options: SetOptions) => {
      const { gatehouse, output } = session.begin(options);
      const number = await gatehouse.numbers.put(id, toChange(options));
      await output.line(number, plain(describe(number)));
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

function statusOption(): Option {
  return new Option('--partial-failure-status <status>', 'the HTTP status when some user was refused')
    .choices(['400', '200'])
    .argParser((text) => {
      if (text !== '400' && text !== '200') throw new InvalidArgumentError('It must be 400 or 200.');
      return Number(text);
    });
}

function toCapacity(text: string): number | 'none' {
  return text === 'none' ? text : toCount(text);
}

function toChange({ phone, name, account, ...options }: SetOptions): NumberChange {
  const { rules: preset, window, capacity, paging, partialFailureStatus } = options;
  const rules = {
    ...(window !== undefined && { window }),
    ...(capacity !== undefined && { capacity: capacity === 'none' ? null : capacity }),
    ...(paging !== undefined && { paging }),
    ...(partialFailureStatus !== undefined && { partial_failure_status: partialFailureStatus }),
  };
  const hasRules = Object.keys(rules).length > 0;
  if (preset !== undefined && hasRules) {
    throw new CommandError('Give --rules, or single rules: the preset sets all of them.', exitCodes.usage);
  }
  return {
    ...(phone !== undefined && { display_phone_number: phone }),
    ...(name !== undefined && { name: name === '' ? null : name }),
    ...(account !== undefined && { account }),
    ...(preset !== undefined && { rules: preset }),
    ...(hasRules && { rules }),
  };
}

const columns: readonly Column<BusinessNumber>[] = [
  { title: 'NUMBER', text: ({ phone_number_id }) => phone_number_id },
  { title: 'PHONE', text: ({ display_phone_number }) => display_phone_number },
  { title: 'NAME', text: ({ name }) => name ?? '' },
  { title: 'ACCOUNT', text: ({ account }) => account },
  { title: 'RULES', text: rulesOf },
];

function describe(number: BusinessNumber): string {
  return columns.map(({ title, text }) => `${title.toLowerCase()}: ${text(number)}`).join('\n');
}

function rulesOf({ rules }: BusinessNumber): string {
  const { window, capacity, paging, partial_failure_status: status } = rules;
  return `window ${window}, capacity ${capacity ?? 'none'}, paging ${paging}, partial failure ${status}`;
}

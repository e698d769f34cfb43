/** What `numbers set` can be given, and the change that it asks for. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { NumberChange } from '../../client/index.ts';
import { CommandError, exitCodes } from '../exit-codes.ts';
import { type SessionOptions, toCount } from '../session.ts';
import { type AppOptions, setsApp, toApp } from './app-options.ts';

export interface SetOptions extends SessionOptions, AppOptions {
  readonly phone?: string;
  readonly name?: string;
  readonly account?: string;
  /** false: none any more. */
  readonly upstream?: string | false;
  readonly upstreamNumber?: string;
  readonly rules?: 'open' | 'meta' | 'gateway';
  readonly window?: 'off' | 'strict';
  readonly capacity?: number | 'none';
  readonly push?: 'later' | 'wait';
  readonly pushCapacity?: number;
  readonly paging?: 'stable' | 'versioned';
  readonly partialFailureStatus?: 200 | 400;
  readonly onStoreFailure?: 'refuse' | 'pass';
}

/** Adds the options of `SetOptions`. */
export function setsNumber(command: Command): Command {
  const set = command
    .option('--phone <phone>', 'its phone number with the country code; a new number needs it')
    .option('--name <name>', 'a name for people to read')
    .option('--account <account>', 'whose it is (default)')
    .option('--upstream <connection>', 'the connection that its list is pushed through')
    .option('--upstream-number <id>', 'what the provider knows it by (the same phone_number_id)')
    .option('--no-upstream', 'take it away')
    .addOption(new Option('--rules <preset>', 'all rules at once').choices(['open', 'meta', 'gateway']))
    .addOption(new Option('--window <rule>', 'strict: only who wrote within 24 hours').choices(['off', 'strict']))
    .option('--capacity <count>', 'how many users the list holds, or none for no limit', toCapacity)
    .addOption(
      new Option('--push <rule>', 'with an upstream: blocks count at once, or once it agrees').choices([
        'later',
        'wait',
      ]),
    )
    .option('--push-capacity <count>', 'how many users the provider’s list holds', toCount)
    .addOption(new Option('--paging <rule>', 'versioned: a change ends its cursors').choices(['stable', 'versioned']))
    .addOption(statusOption())
    .addOption(
      new Option('--on-store-failure <rule>', 'what happens to what is sent while nobody knows who is blocked').choices(
        ['refuse', 'pass'],
      ),
    );
  return setsApp(set, 'where its webhooks go on to (the app of its account)');
}

export function toChange(options: SetOptions): NumberChange {
  const { phone, name, account, rules: preset, onStoreFailure } = options;
  const rules = toRules(options);
  const hasRules = Object.keys(rules).length > 0;
  if (preset !== undefined && hasRules) {
    throw new CommandError('Give --rules, or single rules: the preset sets all of them.', exitCodes.usage);
  }
  return {
    ...(phone !== undefined && { display_phone_number: phone }),
    ...(name !== undefined && { name: name === '' ? null : name }),
    ...(account !== undefined && { account }),
    ...toUpstream(options),
    ...(preset !== undefined && { rules: preset }),
    ...(hasRules && { rules }),
    ...(onStoreFailure !== undefined && { on_store_failure: onStoreFailure }),
    ...toApp(options),
  };
}

function toRules({ window, capacity, push, pushCapacity, paging, partialFailureStatus }: SetOptions) {
  return {
    ...(window !== undefined && { window }),
    ...(capacity !== undefined && { capacity: capacity === 'none' ? null : capacity }),
    ...(push !== undefined && { push }),
    ...(pushCapacity !== undefined && { push_capacity: pushCapacity }),
    ...(paging !== undefined && { paging }),
    ...(partialFailureStatus !== undefined && { partial_failure_status: partialFailureStatus }),
  };
}

function toUpstream({ upstream, upstreamNumber }: SetOptions): Pick<NumberChange, 'upstream'> {
  if (upstreamNumber !== undefined && typeof upstream !== 'string') {
    throw new CommandError('Give --upstream with --upstream-number.', exitCodes.usage);
  }
  if (upstream === undefined) return {};
  if (upstream === false) return { upstream: null };
  return { upstream: { connection: upstream, ...(upstreamNumber !== undefined && { number_id: upstreamNumber }) } };
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

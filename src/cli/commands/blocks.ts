import { type Command, Option } from 'commander';
import type { BlockEntry, BlockOutcome, BlockState, Gatehouse, Sync, UnblockOutcome } from '../../client/index.ts';
import { exitCodes } from '../exit-codes.ts';
import { type Output, plain, type Style, when } from '../output.ts';
import { type Session, type SessionOptions, talks } from '../session.ts';
import type { Column } from '../table.ts';
import { usersOf } from '../users.ts';

interface ChangeOptions extends SessionOptions {
  readonly reason?: string;
  readonly held?: 'replay' | 'delete';
}

/** `block`, `unblock`, `list` and `check`: the list of a number. */
export function addBlocks(program: Command, session: Session): void {
  addChange(program, 'block', 'Block users', (gatehouse, ...change) => gatehouse.blockMany(...change));
  addChange(program, 'unblock', 'Unblock users', (gatehouse, ...change) => gatehouse.unblockMany(...change)).addOption(
    new Option('--held <what>', 'what becomes of their held messages (they stay held)').choices(['replay', 'delete']),
  );

  talks(program.command('list'))
    .description('List who is blocked, oldest block first')
    .argument('<number>', 'the phone_number_id')
    .action(async (number: string, options: SessionOptions) => {
      const { gatehouse, output } = session.begin(options);
      const isPushed = !output.isJson && (await gatehouse.numbers.get(number)).upstream !== null;
      const columns = isPushed ? entryColumns.toSpliced(-1, 0, pushColumn) : entryColumns;
      await output.rows(dataOf(gatehouse.list(number).pages()), columns, 'Nobody is blocked.');
    });

  talks(program.command('check'))
    .description('Is a user blocked, since when, through what and why? Exit code 0: all are, 5: not all')
    .argument('<number>', 'the phone_number_id')
    .argument('<users...>', 'phone numbers, wa_ids or BSUIDs; - reads them from the standard input')
    .action(async (number: string, users: string[], options: SessionOptions) => {
      const { gatehouse, output } = session.begin(options);
      for await (const user of usersOf(users)) {
        const state = await gatehouse.check(number, user);
        if (!state.blocked) session.exitCode = exitCodes.notBlocked;
        await output.line({ user, ...state }, describeState(output, user, state));
      }
    });

  function addChange(
    program: Command,
    name: string,
    description: string,
    change: (
      ...args: [Gatehouse, ...Parameters<Gatehouse['unblockMany']>]
    ) => AsyncIterable<BlockOutcome | UnblockOutcome>,
  ): Command {
    return talks(program.command(name))
      .description(description)
      .argument('<number>', 'the phone_number_id')
      .argument('<users...>', 'phone numbers, wa_ids or BSUIDs; - reads them from the standard input, one a line')
      .option('--reason <text>', 'why; kept with the entry and in the log')
      .action(async (number: string, users: string[], { reason, held, ...options }: ChangeOptions) => {
        const { gatehouse, output } = session.begin(options);
        let done = 0;
        try {
          for await (const outcome of change(gatehouse, number, usersOf(users), { reason, held })) {
            if (outcome.outcome === 'refused') session.exitCode = exitCodes.failed;
            await output.line(toJson(outcome), describeOutcome(output, outcome));
            done += 1;
          }
        } catch (error) {
          if (done > 0) output.note(`Stopped after ${done} users. To run the same again does no harm.`);
          throw error;
        }
      });
  }
}

export async function* dataOf<Row>(pages: AsyncIterable<{ readonly data: readonly Row[] }>) {
  for await (const { data } of pages) yield data;
}

export function idsOf({ wa_id, user_id }: BlockEntry['user']): string {
  return [wa_id, user_id].filter((id) => id !== undefined).join(' ');
}

export function originOf({ dialect, key_id }: Pick<BlockEntry, 'dialect' | 'key_id'>): string {
  return key_id === null ? dialect : `${dialect}, ${key_id}`;
}

const entryColumns: readonly Column<BlockEntry>[] = [
  { title: 'USER', text: ({ user }) => idsOf(user) },
  { title: 'SINCE', text: ({ blocked_at }) => when(blocked_at) },
  { title: 'THROUGH', text: originOf },
  { title: 'WHY', text: ({ reason }) => reason ?? '' },
];

/** For a number with an upstream. */
const pushColumn: Column<BlockEntry> = { title: 'PUSH', text: ({ sync }) => sync?.state ?? '' };

const words: Readonly<Record<(BlockOutcome | UnblockOutcome)['outcome'], readonly [Style, string]>> = {
  added: ['green', 'blocked'],
  already_there: ['yellow', 'was blocked already'],
  removed: ['green', 'unblocked'],
  was_not_there: ['yellow', 'was not blocked'],
  refused: ['red', 'refused'],
};

function describeOutcome(output: Output, outcome: BlockOutcome | UnblockOutcome): string {
  const [style, word] = words[outcome.outcome];
  const why = outcome.outcome === 'refused' ? `: ${outcome.error.message}` : '';
  return `${plain(outcome.user)} ${output.paint(style, word)}${plain(why)}`;
}

function toJson(outcome: BlockOutcome | UnblockOutcome): unknown {
  if (outcome.outcome !== 'refused') return outcome;
  const { code, kind, message, advice, requestId } = outcome.error;
  const error = { code: code ?? kind, detail: message, advice, request_id: requestId };
  return { user: outcome.user, outcome: outcome.outcome, error };
}

function describeState(output: Output, user: string, { blocked, matched_by, entry }: BlockState): string {
  const push = entry?.sync ? `; ${describeSync(entry.sync)}` : '';
  if (!blocked) return `${plain(user)} ${output.paint('green', 'is not blocked')}${plain(push)}`;
  const as = matched_by === 'variant' ? ` as ${idsOf(entry.user)}` : '';
  const why = entry.reason === undefined ? '' : `: ${entry.reason}`;
  const rest = `${as} since ${when(entry.blocked_at)} through ${originOf(entry)}${why}${push}`;
  return `${plain(user)} ${output.paint('red', 'is blocked')}${plain(rest)}`;
}

const syncWords: Readonly<Record<Sync['state'], string>> = {
  pending: 'to be pushed',
  synced: 'pushed',
  waiting: 'to be pushed once the user writes',
  overflow: 'not pushed, for the provider’s list is full',
  failed: 'not pushed, for the provider refuses',
  removing: 'the provider is yet to be told',
};

function describeSync({ state, code, detail, next_attempt_at: next }: Sync): string {
  // What a state is by itself need not be said twice.
  const why = [code, state === 'waiting' ? undefined : detail].filter((part) => part !== undefined).join(' ');
  const again = next === undefined ? '' : `, again at ${when(next)}`;
  return `${syncWords[state]}${why === '' ? '' : ` (${why})`}${again}`;
}

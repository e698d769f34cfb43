import type { Command } from 'commander';
import type { Key } from '../../client/index.ts';
import { plain, when } from '../output.ts';
import { secretIn } from '../secret-file.ts';
import { type Session, type SessionOptions, talks } from '../session.ts';
import type { Column } from '../table.ts';
import { dataOf } from './blocks.ts';

interface CreateOptions extends SessionOptions {
  readonly numbers: string;
  readonly account?: string;
  readonly expires?: string;
  readonly secretFile?: string;
}

/** `keys`: the credentials of those who call the block-users API. */
export function addKeys(program: Command, session: Session): void {
  const keys = program.command('keys').description('List, create or revoke keys');

  talks(keys.command('list', { isDefault: true }))
    .description('List the keys, those revoked too')
    .action(async (options: SessionOptions) => {
      const { gatehouse, output } = session.begin(options);
      await output.rows(dataOf(gatehouse.keys.list().pages()), columns, 'There is no key yet.');
    });

  talks(keys.command('create'))
    .description('Create a key; its secret is shown this once')
    .argument('<name>', 'whose it is, for people to read')
    .requiredOption('--numbers <ids>', 'which numbers it reaches: all of its account, or ids with commas between')
    .option('--account <account>', 'whose numbers it reaches (default)')
    .option('--expires <time>', 'until when, like 2026-12-31T23:59:59Z (never)')
    .option('--secret-file <file>', 'holds the secret (- is the standard input), to keep one that callers have already')
    .action(async (name: string, options: CreateOptions) => {
      const { gatehouse, output } = session.begin(options);
      const { numbers, account, expires, secretFile } = options;
      const key = await gatehouse.keys.create({
        name,
        numbers: numbers === 'all' ? numbers : numbers.split(',').map((id) => id.trim()),
        ...(account !== undefined && { account }),
        ...(expires !== undefined && { expires_at: expires }),
        ...(secretFile !== undefined && { secret: secretIn(secretFile) }),
      });
      await output.line(key, plain(`key: ${key.id}\nsecret: ${key.secret}`));
      if (!output.isJson) output.note('Keep the secret: nothing shows it again.');
    });

  talks(keys.command('revoke'))
    .description('Revoke keys: they are refused from now on')
    .argument('<ids...>', 'the ids of the keys')
    .action(async (ids: string[], options: SessionOptions) => {
      const { gatehouse, output } = session.begin(options);
      for (const id of ids) {
        await gatehouse.keys.revoke(id);
        await output.line({ id, revoked: true }, `${plain(id)} is revoked.`);
      }
    });
}

const columns: readonly Column<Key>[] = [
  { title: 'KEY', text: ({ id }) => id },
  { title: 'NAME', text: ({ name }) => name },
  { title: 'ACCOUNT', text: ({ account }) => account },
  { title: 'NUMBERS', text: ({ numbers }) => (numbers === 'all' ? numbers : numbers.join(', ')) },
  { title: 'VALID', text: validityOf },
];

function validityOf({ revoked_at: revoked, expires_at: expires }: Key): string {
  if (revoked !== null) return `revoked ${when(revoked)}`;
  return expires === null ? 'always' : `until ${when(expires)}`;
}

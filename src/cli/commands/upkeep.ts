import type { Command } from 'commander';
import { Output } from '../output.ts';
import { ProgressLine } from '../progress.ts';
import type { Column } from '../table.ts';

interface UpkeepOptions {
  readonly database?: string;
  readonly json?: true;
}

/** `backup`, `restore` and `migrate`: databases themselves, without a server in between. */
export function addUpkeep(program: Command): void {
  works(program.command('backup'))
    .description('Copy the database to a file, also while the server runs')
    .argument('<file>', 'what to make')
    .option('--force', 'replace the file')
    .addHelpText('after', `\n${secretKey}`)
    .action(async (file: string, options: UpkeepOptions & { readonly force?: true }) => {
      const { backUp } = await import('../upkeep.ts');
      const output = new Output(options.json === true);
      const { path, bytes } = await watched((progress) =>
        backUp(file, { ...options, force: options.force === true, progress }),
      );
      await output.line({ file: path, bytes }, `Backed up to ${path}, ${sizeOf(bytes)}, and checked.`);
      output.note(secretKey);
    });
  works(program.command('restore'))
    .description('Put a backup in the place of the database; the server must be stopped')
    .argument('<file>', 'the backup')
    .action(async (file: string, options: UpkeepOptions) => {
      const { restore } = await import('../upkeep.ts');
      const output = new Output(options.json === true);
      const { path, bytes, kept } = await watched((progress) => restore(file, { ...options, progress }));
      const before = kept === undefined ? '' : ` What was there is ${kept}.`;
      await output.line({ file: path, bytes, kept: kept ?? null }, `Restored to ${path}, ${sizeOf(bytes)}.${before}`);
    });
  program
    .command('migrate')
    .description(
      'Copy all that a database holds into an empty one, for example from SQLite to PostgreSQL; no server may run on either',
    )
    .requiredOption('--from <url>', 'sqlite:PATH or postgres://…')
    .option('--to <url>', 'where to (GATEHOUSE_DATABASE, where nobody else reads its password)')
    .option('--json', 'print JSON, a value a line')
    .action(async ({ json, ...ends }: MigrateOptions) => {
      const { migrate } = await import('../upkeep.ts');
      const output = new Output(json === true);
      const { tables, notes } = await watched((progress) => migrate({ ...ends, progress }));
      await output.rows([tables], tableColumns, '');
      for (const note of [...notes, moved]) output.note(note);
    });
}

interface MigrateOptions {
  readonly from: string;
  readonly to?: string;
  readonly json?: true;
}

type MovedTable = Awaited<ReturnType<typeof import('../upkeep.ts').migrate>>['tables'][number];

const tableColumns: readonly Column<MovedTable>[] = [
  { title: 'TABLE', text: ({ table }) => table },
  { title: 'ROWS', text: ({ rows }) => String(rows) },
  { title: 'OF', text: ({ owners }) => String(owners) },
  { title: 'SHA-256', text: ({ hash }) => hash.slice(0, 16) },
];

const moved =
  'All rows were read again on both sides and are the same. Start servers on the new database only; GATEHOUSE_SECRET_KEY stays what it is.';

const secretKey =
  'GATEHOUSE_SECRET_KEY is not in it: keep that key elsewhere. Without it the secrets of connections and apps cannot be read.';

function works(command: Command): Command {
  return command
    .option('--database <url>', 'which database (GATEHOUSE_DATABASE, else sqlite:./data/gatehouse.db)')
    .option('--json', 'print JSON, a value a line');
}

/** Shows how far it is. */
async function watched<Value>(work: (progress: ProgressLine['show']) => Promise<Value>): Promise<Value> {
  const line = new ProgressLine();
  try {
    return await work((...step) => line.show(...step));
  } finally {
    line.end();
  }
}

function sizeOf(bytes: number): string {
  const [unit, of] = bytes < 2 ** 20 ? ['KiB', 2 ** 10] : bytes < 2 ** 30 ? ['MiB', 2 ** 20] : ['GiB', 2 ** 30];
  return `${(bytes / Number(of)).toFixed(1)} ${unit}`;
}

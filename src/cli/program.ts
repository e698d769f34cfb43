/** The command line but for a plain `serve`, which does without all of this. */
import { Argument, Command, CommanderError } from 'commander';
import { variables } from '../config/env.ts';
import { version } from '../version.ts';
import { addAccounts } from './commands/accounts.ts';
import { addBlocks } from './commands/blocks.ts';
import { addConnections } from './commands/connections.ts';
import { addDeliveries } from './commands/deliveries.ts';
import { addEvents } from './commands/events.ts';
import { addHeld } from './commands/held.ts';
import { addKeys } from './commands/keys.ts';
import { addNumbers } from './commands/numbers.ts';
import { addUpkeep } from './commands/upkeep.ts';
import { complete, isShell, scriptOf, shells } from './completion.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { toFailure } from './failure.ts';
import { plain } from './output.ts';
import { Session } from './session.ts';

const longest = Math.max(...Object.keys(variables).map(({ length }) => length));

const settings = `
Settings are environment variables (default):

${Object.entries(variables)
  .map(([name, text]) => `  ${name.padEnd(longest)}  ${text}`)
  .join('\n')}`;

const codes = `
Exit codes: 0 done, 1 failed or refused, 2 wrong usage, 3 no server there, 4 no admin key or not the right one;
of check: 5 not all are blocked.`;

const subjects = [
  addBlocks,
  addHeld,
  addEvents,
  addNumbers,
  addConnections,
  addDeliveries,
  addKeys,
  addAccounts,
  addUpkeep,
];

/** Runs a command; gives the code to exit with. `serve` has begun by then, and goes on. */
export async function runCommand(args: readonly string[], serve: () => Promise<ExitCode>): Promise<ExitCode> {
  const session = new Session();
  const program = buildProgram(session, serve);
  const [first, shell, ...words] = args;
  if (first === '__complete' && isShell(shell)) {
    process.stdout.write(complete(program, shell, words));
    return exitCodes.ok;
  }
  try {
    await program.parseAsync(args, { from: 'user' });
    return session.exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    const { text, exitCode } = toFailure(error);
    process.stderr.write(`gatehouse: ${plain(text)}\n`);
    return exitCode;
  }
}

function buildProgram(session: Session, serve: () => Promise<ExitCode>): Command {
  const program = new Command('gatehouse')
    .description('A self-hosted block list for WhatsApp Business numbers')
    .version(version, '-v, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .exitOverride()
    .showHelpAfterError(
      'Usage: gatehouse <command>. --help lists the commands; after a command, it tells how to use it.',
    )
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'gatehouse: ')) })
    .addHelpText('after', `${settings}\n${codes}`);
  program
    .command('serve')
    .description('Run the server; so does gatehouse without a command')
    .addHelpText('after', settings)
    .action(async () => {
      session.exitCode = await serve();
    });
  for (const add of subjects) add(program, session);
  program
    .command('completion')
    .description('Print what completes commands on TAB: source <(gatehouse completion bash)')
    .addArgument(new Argument('<shell>', 'the shell').choices(shells))
    .action((shell: string) => {
      if (isShell(shell)) process.stdout.write(scriptOf(program, shell));
    });
  return program;
}

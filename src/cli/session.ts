import { type Command, InvalidArgumentError } from 'commander';
import type { Gatehouse } from '../client/index.ts';
import { readEnvironment } from '../config/env.ts';
import { type ConnectionOptions, connect, defaultUrl } from './connection.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { Output } from './output.ts';

/** What every command that talks to a server is given on the command line. */
export interface SessionOptions extends ConnectionOptions {
  readonly json?: true;
}

/** One run of the command line. */
export class Session {
  exitCode: ExitCode = exitCodes.ok;

  begin(options: SessionOptions): { gatehouse: Gatehouse; output: Output } {
    return { gatehouse: connect(options, readEnvironment().env), output: new Output(options.json === true) };
  }
}

/** Adds the options of `SessionOptions`. */
export function talks(command: Command): Command {
  return command
    .option('--json', 'print JSON, a value a line')
    .option('--url <url>', `where the server is (GATEHOUSE_URL, else ${defaultUrl})`)
    .option(
      '--admin-key-file <file>',
      'holds the admin key (GATEHOUSE_ADMIN_KEY, else that of ./data/first-start.txt)',
    );
}

/** For options that are a count. */
export function toCount(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It must be a whole number of at least 1.');
  return Number(text);
}

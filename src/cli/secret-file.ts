import { readFileSync } from 'node:fs';
import { CommandError, exitCodes } from './exit-codes.ts';

/** A secret of a file, or of the standard input (`-`): as an argument others could read it. */
export function secretIn(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8').trim();
  } catch (error) {
    throw new CommandError(`The secret cannot be read: ${(error as Error).message}`, exitCodes.usage);
  }
}

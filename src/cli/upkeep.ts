/** What the command line does to a database itself, without a server. */
import { ConfigError, readConfig } from '../config/config.ts';
import { StoreOpenError } from '../store/open-error.ts';
import { backUpStore, type FileCopy, type Moved, moveStore, type Restored, restoreStore } from '../store/upkeep.ts';
import { type Progress, UpkeepError } from '../store/upkeep-error.ts';
import { CommandError, exitCodes } from './exit-codes.ts';

export interface Target {
  /** Absent: the one of the settings. */
  readonly database?: string;
  readonly progress: Progress;
}

export function backUp(file: string, options: Target & { readonly force: boolean }): Promise<FileCopy> {
  return clearly(() => backUpStore(urlOf(options), file, options));
}

export function restore(file: string, options: Target): Promise<Restored> {
  return clearly(() => restoreStore(file, urlOf(options), { ...options, now: Date.now() }));
}

export interface Ends {
  readonly from: string;
  /** Absent: the one of the settings. */
  readonly to?: string;
  readonly progress: Progress;
}

export function migrate({ from, to, progress }: Ends): Promise<Moved> {
  return clearly(() => moveStore(from, to ?? readConfig().database, progress));
}

function urlOf({ database }: Target): string {
  return database ?? readConfig().database;
}

async function clearly<Value>(work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ConfigError) {
      throw new CommandError(`the settings are not right:\n  ${error.faults.join('\n  ')}`, exitCodes.failed);
    }
    if (error instanceof UpkeepError || error instanceof StoreOpenError) {
      throw new CommandError(error.message, exitCodes.failed);
    }
    throw error;
  }
}

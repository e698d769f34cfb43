import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { StoreOpenError } from '../open-error.ts';
import { sqliteCode } from './failures.ts';

const busy = 5;

export interface LockOptions {
  /** How long to wait for the process that has the file, and how often to look. */
  readonly lockWaitMs?: number;
  readonly lockPollMs?: number;
}

/**
 * One process owns a database. The lock is SQLite's own on an empty file beside it (`PATH-lock`): the operating system
 * lets go of it when the process dies, however it dies, and other programs can still read the database itself.
 * The file is never deleted: a lock on a deleted file would keep nobody out.
 */
export async function lockFile(
  path: string,
  { lockWaitMs = 10_000, lockPollMs = 50 }: LockOptions,
): Promise<DatabaseSync> {
  const lock = new DatabaseSync(`${path}-lock`, { timeout: 0 });
  try {
    for (let waited = 0; !tryLock(lock); waited += lockPollMs) {
      if (waited >= lockWaitMs) throw new LockedError(path, lockWaitMs);
      await sleep(lockPollMs);
    }
    return lock;
  } catch (error) {
    lock.close();
    throw error;
  }
}

function tryLock(lock: DatabaseSync): boolean {
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return true;
  } catch (error) {
    if (sqliteCode(error) === busy) return false;
    throw error;
  }
}

/** Another process has it. */
export class LockedError extends StoreOpenError {
  constructor(path: string, waitedMs: number) {
    super(path, `The database ${path} is in use by another process, which kept it for ${waitedMs / 1000} seconds.`);
  }
}

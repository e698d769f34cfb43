import { existsSync, linkSync, realpathSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { type Progress, UpkeepError } from '../upkeep-error.ts';
import type { FileCopy } from './backup.ts';
import { copyBeside, renameDurably } from './copy-file.ts';
import { busyMs, refuseForeign } from './database.ts';
import { sqliteCode } from './failures.ts';
import { lockFile } from './file-lock.ts';
import { makeFolder } from './folder.ts';
import { whileNoServerRuns } from './no-server.ts';
import { checkHasInstallation } from './whole.ts';

export interface RestoreOptions {
  readonly progress: Progress;
  /** In ms since the epoch: names the database that was there. */
  readonly now: number;
}

export interface Restored extends FileCopy {
  /** Where the database is that was there. */
  readonly kept?: string;
}

/** Puts a copy of a backup in the place of a database that no server has open. What was there stays, under another name. */
export async function restore(file: string, database: string, { progress, now }: RestoreOptions): Promise<Restored> {
  if (!existsSync(file)) throw new UpkeepError(`There is no file ${path.resolve(file)}.`);
  const from = realpathSync(file);
  const to = existsSync(database) ? realpathSync(database) : path.resolve(database);
  if (from === to) throw new UpkeepError(`${to} is the database itself.`);
  using source = openBackup(from);
  checkHasInstallation(source, from);
  makeFolder(path.dirname(to));
  // Before the lock, so that beside a file of another program none is made.
  if (existsSync(to)) canBeRead(to);
  using _lock = await whileNoServerRuns(to, () => lockFile(to, { lockWaitMs: 0 }));
  using copy = await copyBeside(source, to, progress);
  const kept = existsSync(to) ? `${to}.replaced-${new Date(now).toISOString().replace(/[-:.]/g, '')}` : undefined;
  if (kept !== undefined) keep(to, kept);
  renameDurably(copy.path, to);
  return { path: to, bytes: copy.bytes, ...(kept !== undefined && { kept }) };
}

/** Without a log beside it nobody writes it, and it is read as it is, also from a folder that cannot be written. */
function openBackup(file: string): DatabaseSync {
  if (existsSync(`${file}-wal`)) return new DatabaseSync(file, { readOnly: true, timeout: busyMs });
  const url = pathToFileURL(file);
  url.searchParams.set('immutable', '1');
  return new DatabaseSync(url, { readOnly: true });
}

/**
 * Closing it copies its log into it. False: it is damaged, which may be why a backup is restored. Another program's database is
 * refused.
 */
function canBeRead(database: string): boolean {
  try {
    refuseForeign(database);
    return true;
  } catch (error) {
    if (sqliteCode(error) === undefined) throw error;
    return false;
  }
}

/**
 * Gives the database a second name, so that it is never without one. SQLite's log would be taken for the new one's: what it
 * holds goes into the old one first; that of a damaged one is kept beside it.
 */
function keep(database: string, kept: string): void {
  if (canBeRead(database) && existsSync(`${database}-wal`)) {
    throw new UpkeepError(`The log ${database}-wal cannot be copied into its database: is the disk full?`);
  }
  secondName(database, kept);
  for (const end of ['-wal', '-journal']) {
    if (existsSync(`${database}${end}`)) renameSync(`${database}${end}`, `${kept}${end}`);
  }
  rmSync(`${database}-shm`, { force: true });
}

function secondName(database: string, kept: string): void {
  try {
    linkSync(database, kept);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error;
    // The file system has no links.
    renameSync(database, kept);
  }
}

import { existsSync, linkSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Progress, UpkeepError } from '../upkeep-error.ts';
import { copyBeside, renameDurably, syncFolderOf } from './copy-file.ts';
import { busyMs } from './database.ts';
import { makeFolder } from './folder.ts';
import { checkHasInstallation } from './whole.ts';

export interface BackupOptions {
  /** Whether a file of that name may be replaced. */
  readonly force: boolean;
  readonly progress: Progress;
}

export interface FileCopy {
  readonly path: string;
  readonly bytes: number;
}

/**
 * Copies a database to a file of its own, also while a server writes it: all that was acknowledged before the copy began is in
 * it, and nothing that was not committed. The name stands for nothing less than a whole copy, whenever this process ends.
 */
export async function backUp(database: string, file: string, { force, progress }: BackupOptions): Promise<FileCopy> {
  if (!existsSync(database)) throw new UpkeepError(`There is no database ${path.resolve(database)}.`);
  const [from, to] = [realpathSync(database), path.resolve(file)];
  if (existsSync(to)) {
    if (realpathSync(to) === from) throw new UpkeepError(`${to} is the database itself.`);
    if (!force) throw new UpkeepError(`${to} is there already; --force replaces it.`);
  }
  using source = new DatabaseSync(from, { timeout: busyMs });
  checkHasInstallation(source, from);
  makeFolder(path.dirname(to));
  using copy = await copyBeside(source, to, progress);
  if (force) renameDurably(copy.path, to);
  else takeName(copy.path, to);
  return { path: to, bytes: copy.bytes };
}

/** Unlike a rename, a link replaces nothing: another backup may have taken the name by now. */
function takeName(part: string, to: string): void {
  try {
    linkSync(part, to);
    syncFolderOf(to);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' || existsSync(to)) throw new UpkeepError(`${to} is there already; --force replaces it.`);
    // The file system has no links.
    renameDurably(part, to);
  }
}

/** A whole copy of a database under a name that nobody else has, until it takes the name that it is for. */
import { closeSync, existsSync, fsyncSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import type { Progress } from '../upkeep-error.ts';
import { busyMs } from './database.ts';
import { checkIsWhole } from './whole.ts';

/** How many pages are copied at a time: whoever writes the file waits for none of them. */
const pagesTogether = 256;

export interface Copy extends Disposable {
  readonly path: string;
  readonly bytes: number;
}

/** Makes a copy beside `target` that is checked and on the disk. It is gone once it is disposed of, unless it was renamed. */
export async function copyBeside(source: DatabaseSync, target: string, progress: Progress): Promise<Copy> {
  removeLeftOvers(target);
  const part = `${target}.part-${process.pid}`;
  const remove = () => {
    for (const end of ['', '-wal', '-shm', '-journal']) rmSync(`${part}${end}`, { force: true });
  };
  try {
    closeSync(openSync(part, 'wx', 0o600));
    await copy(source, part, progress);
    progress('checking', 0, 0);
    const bytes = check(part);
    sync(part);
    return { path: part, bytes, [Symbol.dispose]: remove };
  } catch (error) {
    remove();
    throw error;
  }
}

/** The file's new name counts once it is on the disk. */
export function renameDurably(from: string, to: string): void {
  renameSync(from, to);
  syncFolderOf(to);
}

export function syncFolderOf(file: string): void {
  // Windows opens no folders, and keeps names by itself.
  if (process.platform !== 'win32') sync(path.dirname(file), 'r');
}

/**
 * As it is at one moment: as long as this connection reads that moment, what another process writes neither gets into the copy
 * nor makes SQLite begin it anew.
 */
async function copy(source: DatabaseSync, to: string, progress: Progress): Promise<void> {
  progress('copying', 0, 0);
  source.exec('BEGIN');
  try {
    source.prepare('SELECT 1 FROM sqlite_schema').get();
    await backup(source, to, {
      rate: pagesTogether,
      progress: ({ totalPages, remainingPages }) => progress('copying', totalPages - remainingPages, totalPages),
    });
  } finally {
    if (source.isTransaction) source.exec('ROLLBACK');
  }
}

/** Gives its size. It becomes one file that can be read without others beside it. */
function check(part: string): number {
  using db = new DatabaseSync(part, { timeout: busyMs });
  db.exec('PRAGMA journal_mode = DELETE');
  return checkIsWhole(db, part);
}

function sync(file: string, flags = 'r+'): void {
  const descriptor = openSync(file, flags);
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** What a process left that was killed. */
function removeLeftOvers(target: string): void {
  const [folder, begin] = [path.dirname(target), `${path.basename(target)}.part-`];
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    const [, pid] = (name.startsWith(begin) && /^(\d+)(?:-\w+)?$/.exec(name.slice(begin.length))) || [];
    if (pid !== undefined && !isRunning(Number(pid))) rmSync(path.join(folder, name), { force: true });
  }
}

/** Of another process: what bears our own number is of an earlier one. */
function isRunning(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

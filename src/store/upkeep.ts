/** What is done to whole stores, by the scheme of their URL. */
import { Refusal } from '../core/errors.ts';
import { type Moved, move } from './move.ts';
import type { MoveSource, MoveTarget } from './move-ends.ts';
import { StoreOpenError } from './open-error.ts';
import { UnknownOutcome } from './postgres/session.ts';
import { type BackupOptions, backUp, type FileCopy } from './sqlite/backup.ts';
import { toOpenError } from './sqlite/database.ts';
import { openSqliteSource } from './sqlite/move-source.ts';
import { openSqliteTarget } from './sqlite/move-target.ts';
import { type Restored, type RestoreOptions, restore } from './sqlite/restore.ts';
import { type Progress, UpkeepError } from './upkeep-error.ts';

export type { Moved } from './move.ts';
export type { FileCopy } from './sqlite/backup.ts';
export type { Restored } from './sqlite/restore.ts';

/** Copies the database at `url` to `file`. Throws `UpkeepError` or `StoreOpenError`. */
export function backUpStore(url: string, file: string, options: BackupOptions): Promise<FileCopy> {
  const database = fileOf(url);
  return clearly(database, () => backUp(database, file, options));
}

/** Puts the backup in `file` in the place of the database at `url`. Throws `UpkeepError` or `StoreOpenError`. */
export function restoreStore(file: string, url: string, options: RestoreOptions): Promise<Restored> {
  const database = fileOf(url);
  return clearly(file, () => restore(file, database, options));
}

/**
 * Copies all that the store at `from` holds into the empty one at `to`; run again, it goes on where it ended. No server may run on
 * either. Throws `UpkeepError` or `StoreOpenError`.
 */
export function moveStore(from: string, to: string, progress: Progress): Promise<Moved> {
  return clearly(from.replace(/^sqlite:/i, ''), async () => {
    if (from === to) throw new UpkeepError('Both URLs name the same database.');
    await using source = await openSource(from);
    await using target = await openTarget(to);
    return await move(source, target, progress);
  });
}

async function openSource(url: string): Promise<MoveSource> {
  if (!isPostgres(url)) return openSqliteSource(pathOf(url));
  const { openPostgresSource } = await import('./postgres/move-source.ts');
  return openPostgresSource(url);
}

async function openTarget(url: string): Promise<MoveTarget> {
  if (!isPostgres(url)) return openSqliteTarget(pathOf(url));
  const { openPostgresTarget } = await import('./postgres/move-target.ts');
  return openPostgresTarget(url);
}

function isPostgres(url: string): boolean {
  return /^postgres(ql)?:/i.test(url);
}

function pathOf(url: string): string {
  const [, path] = /^sqlite:(.+)$/is.exec(url) ?? [];
  if (path === undefined) {
    throw new UpkeepError(
      'The URL of a database must be sqlite:PATH, for example sqlite:data/gatehouse.db, or postgres://….',
    );
  }
  return path;
}

/** PostgreSQL has means of its own. */
function fileOf(url: string): string {
  if (isPostgres(url))
    throw new UpkeepError('A PostgreSQL database is backed up by its own means, for example pg_dump.');
  return pathOf(url);
}

/** What a disk or SQLite says becomes a sentence. */
async function clearly<Value>(path: string, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UpkeepError || error instanceof StoreOpenError) throw error;
    if (error instanceof Refusal || error instanceof UnknownOutcome) {
      const why = error.cause instanceof Error ? error.cause.message : error.message;
      throw new UpkeepError(
        `The database cannot be used: ${why}. What was copied before counts; run it again to go on.`,
        error,
      );
    }
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ERR_SQLITE_ERROR') throw toOpenError(path, error);
    if (code?.startsWith('E') && !code.startsWith('ERR_')) throw new UpkeepError(message, error);
    throw error;
  }
}

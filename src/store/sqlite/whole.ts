/** Whether a file is a database of ours, all of it. */
import type { DatabaseSync } from 'node:sqlite';
import { UpkeepError } from '../upkeep-error.ts';
import { checkIsOurs } from './migrate.ts';
import { prepare } from './statement.ts';

/** Refuses what another program, or a later release, made, and what no server has been started on. */
export function checkHasInstallation(db: DatabaseSync, path: string): void {
  checkIsOurs(db, path);
  const table = prepare(db, "SELECT 1 FROM sqlite_schema WHERE name = 'installation'").get();
  if (!table || !prepare(db, 'SELECT 1 FROM installation').get()) {
    throw new UpkeepError(`The database ${path} is empty: no Gatehouse was started on it yet.`);
  }
}

/** Reads every page and every row. Gives the size in bytes. */
export function checkIsWhole(db: DatabaseSync, path: string): number {
  const fault = prepare<{ integrity_check: string }>(db, 'PRAGMA integrity_check(1)').get()?.integrity_check;
  if (fault !== 'ok') throw new UpkeepError(`The database ${path} is damaged: ${fault ?? 'it cannot be read'}.`);
  checkHasInstallation(db, path);
  const size = prepare<{ bytes: number }>(
    db,
    'SELECT page_count * page_size AS bytes FROM pragma_page_count, pragma_page_size',
  ).get();
  return size?.bytes ?? 0;
}

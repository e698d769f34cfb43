import { randomBytes } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { isFilling, StoreOpenError } from '../open-error.ts';
import { migrations } from './migrations/index.ts';
import { prepare } from './statement.ts';

/** Marks a file as ours: the ASCII codes of "GATE". */
const applicationId = 0x47415445;

/** The version of a database that a move has not filled yet: any release refuses it. */
export const filling = 2 ** 31 - 1;

/** Refuses a file that another program made, or a later release of this one, before anything in it is touched. */
export function checkIsOurs(db: DatabaseSync, path: string): void {
  const { application, version, tables } = header(db);
  const isEmpty = application === 0 && version === 0 && tables === 0;
  if (application !== applicationId && !isEmpty) throw notOurs(path);
  if (version === filling) throw new StoreOpenError(path, isFilling(path));
  if (version > migrations.length) {
    throw new StoreOpenError(
      path,
      `The database ${path} has schema version ${version}, which a later release of Gatehouse made; this one knows ${migrations.length}. Run that release, or go back to a copy made before it.`,
    );
  }
}

export function notOurs(path: string, cause?: unknown): StoreOpenError {
  return new StoreOpenError(path, `The file ${path} is not a Gatehouse database.`, cause);
}

/** Takes the steps that are missing, all or none. The write lock makes a second process wait and then find them taken. */
export function migrate(db: DatabaseSync, path: string): void {
  db.exec('BEGIN IMMEDIATE');
  try {
    checkIsOurs(db, path);
    for (const step of migrations.slice(header(db).version)) db.exec(step);
    db.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${migrations.length}`);
    prepare(db, 'INSERT OR IGNORE INTO installation (id, cursor_secret) VALUES (1, ?)').run(randomBytes(32));
    db.exec('COMMIT');
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

interface Header {
  readonly application: number;
  readonly version: number;
  readonly tables: number;
}

function header(db: DatabaseSync): Header {
  const row = prepare<Header>(
    db,
    `SELECT
       (SELECT application_id FROM pragma_application_id) AS application,
       (SELECT user_version FROM pragma_user_version) AS version,
       (SELECT count(*) FROM sqlite_schema) AS tables`,
  ).get();
  return row ?? { application: 0, version: 0, tables: 0 };
}

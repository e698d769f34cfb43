/** Opens the file: folder, lock, connection, schema. Everything that can go wrong becomes one clear sentence. */
import { closeSync, existsSync, openSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StoreOpenError } from '../open-error.ts';
import { sqliteCode } from './failures.ts';
import { type LockOptions, lockFile } from './file-lock.ts';
import { makeFolder } from './folder.ts';
import { checkIsOurs, migrate, notOurs } from './migrate.ts';
import { prepare } from './statement.ts';

export type OpenOptions = LockOptions;

/** An open database and the lock that makes it this process's own. */
export interface Database {
  readonly path: string;
  readonly db: DatabaseSync;
  readonly lock: DatabaseSync;
}

const notADatabase = 26;
/** How long SQLite itself waits for another program that reads or copies the file, for example a backup. */
export const busyMs = 2000;

export async function openDatabase(file: string, options: OpenOptions = {}): Promise<Database> {
  let path = resolve(file);
  try {
    makeFolder(dirname(path));
    if (existsSync(path)) {
      // Two names of one file share its lock.
      path = realpathSync(path);
      refuseForeign(path);
    }
    const lock = await lockFile(path, options);
    try {
      return { path, db: openAndMigrate(path), lock };
    } catch (error) {
      lock.close();
      throw error;
    }
  } catch (error) {
    throw toOpenError(path, error);
  }
}

/** Looks before the lock, so that beside a file of another program none is made. */
export function refuseForeign(path: string): void {
  const stat = statSync(path);
  if (stat.isDirectory()) {
    throw new StoreOpenError(
      path,
      `${path} is a folder: name a file in it, for example sqlite:${join(path, 'gatehouse.db')}.`,
    );
  }
  if (!stat.isFile()) throw notOurs(path);
  using db = new DatabaseSync(path, { timeout: busyMs });
  checkIsOurs(db, path);
}

function openAndMigrate(path: string): DatabaseSync {
  // Ids of people are in it: for its owner only. SQLite gives the files beside it the same mode.
  if (!existsSync(path)) closeSync(openSync(path, 'a', 0o600));
  const db = connect(path);
  try {
    migrate(db, path);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** A connection, set up. Whoever has the lock may have several. */
export function connect(path: string): DatabaseSync {
  const db = new DatabaseSync(path, { enableForeignKeyConstraints: false, timeout: busyMs });
  try {
    configure(db, path);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Pages are read where the kernel has them, up to 2 GiB: a copy of each would be lost with each commit of the other connection. */
function configure(db: DatabaseSync, path: string): void {
  const mode = prepare<{ journal_mode: string }>(db, 'PRAGMA journal_mode = WAL').get()?.journal_mode;
  if (mode !== 'wal') {
    throw new StoreOpenError(
      path,
      `The file system of ${path} lacks the shared memory that SQLite's WAL mode needs; use a local disk.`,
    );
  }
  db.exec(`
    PRAGMA synchronous = FULL;
    PRAGMA temp_store = MEMORY;
    PRAGMA cache_size = -65536;
    PRAGMA mmap_size = ${2 ** 31 - 65_536};
    PRAGMA journal_size_limit = 67108864;
    PRAGMA wal_autocheckpoint = 8000;
    PRAGMA trusted_schema = OFF;
  `);
}

/** Copies what SQLite's log holds into the database, deletes the log, and lets the next process in. */
export function closeDatabase({ db, lock }: Database): void {
  try {
    db.close();
  } finally {
    lock.close();
  }
}

export function toOpenError(path: string, error: unknown): StoreOpenError {
  if (error instanceof StoreOpenError) return error;
  if (sqliteCode(error) === notADatabase) return notOurs(path, error);
  const detail = error instanceof Error ? error.message : String(error);
  return new StoreOpenError(
    path,
    `The database ${path} cannot be opened (${detail}): it needs a folder and files that this user may read and write, and free space on the disk.`,
    error,
  );
}

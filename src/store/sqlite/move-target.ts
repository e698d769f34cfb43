import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { MoveTarget } from '../move-ends.ts';
import { movedTables } from '../move-rows.ts';
import { UpkeepError } from '../upkeep-error.ts';
import { closeDatabase, connect, type Database, openDatabase } from './database.ts';
import { lockFile } from './file-lock.ts';
import { filling } from './migrate.ts';
import { migrations } from './migrations/index.ts';
import { insertionOf, kept } from './move-columns.ts';
import { readingFrom } from './move-reading.ts';
import { whileNoServerRuns } from './no-server.ts';
import { prepare } from './statement.ts';

interface FilledRow {
  readonly name: string;
  readonly rows: number;
  readonly after: string;
}

/** Holds the database's lock until it is disposed of. Makes it if it is not there. */
export async function openSqliteTarget(file: string): Promise<MoveTarget> {
  const place = existsSync(file) ? realpathSync(file) : path.resolve(file);
  const database = await whileNoServerRuns(place, () => open(place));
  const { db } = database;
  const reading = readingFrom(db);
  return {
    place,
    ...reading,
    begin: async (source) => {
      if (versionOf(db) === filling) return goOn(db, place, source);
      for (const table of movedTables) {
        const own =
          table.name === 'installation'
            ? prepare(db, 'SELECT 1 FROM installation WHERE admin_key_hash IS NOT NULL').all().length
            : await reading.count(table);
        if (own > 0) throw new UpkeepError(`The database ${place} is not empty.`);
      }
      together(db, () => {
        db.exec(`CREATE TABLE filled (name TEXT PRIMARY KEY, rows INTEGER NOT NULL, after TEXT NOT NULL) STRICT;
          PRAGMA user_version = ${filling}`);
        prepare(db, 'INSERT INTO filled VALUES (?, ?, ?)').run('', migrations.length, source);
      });
      return new Map();
    },
    write: async (table, rows, { before, after }) => {
      together(db, () => {
        const add = kept.has(table.name) ? undefined : prepare(db, insertionOf(table));
        for (const row of rows) add?.run(...row.map((value) => (typeof value === 'boolean' ? Number(value) : value)));
        prepare(db, 'INSERT OR REPLACE INTO filled VALUES (?, ?, ?)').run(table.name, before + rows.length, after);
      });
    },
    finish: async () => {
      together(db, () => db.exec(`DROP TABLE filled; PRAGMA user_version = ${migrations.length}`));
    },
    [Symbol.asyncDispose]: async () => closeDatabase(database),
  };
}

/** One that is being filled has all its tables, and is opened by nobody else. */
async function open(place: string): Promise<Database> {
  if (!existsSync(place) || !isFilling(place)) return openDatabase(place, { lockWaitMs: 0 });
  const lock = await lockFile(place, { lockWaitMs: 0 });
  return { path: place, db: connect(place), lock };
}

function isFilling(place: string): boolean {
  try {
    using db = new DatabaseSync(place, { readOnly: true });
    return versionOf(db) === filling;
  } catch {
    // Opening it says what is wrong.
    return false;
  }
}

function versionOf(db: DatabaseSync): number | undefined {
  return prepare<{ user_version: number }>(db, 'PRAGMA user_version').get()?.user_version;
}

function goOn(db: DatabaseSync, place: string, source: string) {
  const [begun, ...rows] = prepare<FilledRow>(db, 'SELECT * FROM filled ORDER BY name').all();
  if (begun?.rows !== migrations.length || begun.after !== source) {
    throw new UpkeepError(`The database ${place} is being filled from another database, or by another release.`);
  }
  return new Map(rows.map(({ name, ...filled }) => [name, filled]));
}

function together(db: DatabaseSync, work: () => void): void {
  db.exec('BEGIN IMMEDIATE');
  try {
    work();
    db.exec('COMMIT');
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import type { MoveSource } from '../move-ends.ts';
import { UpkeepError } from '../upkeep-error.ts';
import { closeDatabase, openDatabase } from './database.ts';
import { readingFrom } from './move-reading.ts';
import { whileNoServerRuns } from './no-server.ts';
import { prepare } from './statement.ts';

/** Holds the database's lock until it is disposed of. */
export async function openSqliteSource(file: string): Promise<MoveSource> {
  if (!existsSync(file)) throw new UpkeepError(`There is no database ${path.resolve(file)}.`);
  const place = realpathSync(file);
  const database = await whileNoServerRuns(place, () => openDatabase(place, { lockWaitMs: 0 }));
  const { db } = database;
  return {
    place,
    ...readingFrom(db),
    notes: async () => {
      const seen = prepare<{ n: number }>(db, 'SELECT count(*) AS n FROM seen WHERE scope IS NULL').get()?.n ?? 0;
      if (seen === 0) return [];
      return [
        `Not copied: of ${seen} webhooks it is only known that they came, not whose they were; an earlier release kept them. If their provider sends one of them again, it is taken for new.`,
      ];
    },
    // It has the lock.
    checkIsQuiet: async () => {},
    [Symbol.asyncDispose]: async () => closeDatabase(database),
  };
}

import { type Database, openDatabase } from './database.ts';

/** Many rows are counted or written by one statement. */
const patient = { statement: 3_600_000, lock: 10_000, answer: 3_700_000, idleInTransaction: 600_000 };

export const moverName = 'gatehouse migrate';

export function openToMove(url: string, mayBeFilling: boolean): Promise<Database> {
  return openDatabase(url, { timeouts: patient, applicationName: moverName, mayBeFilling });
}

import { UpkeepError } from '../upkeep-error.ts';
import { LockedError } from './file-lock.ts';

/** Says of a lock that another process has what to do about it. */
export async function whileNoServerRuns<Value>(database: string, take: () => Promise<Value>): Promise<Value> {
  try {
    return await take();
  } catch (error) {
    if (!(error instanceof LockedError)) throw error;
    throw new UpkeepError(`A server runs on the database ${database}: stop it first.`, error);
  }
}

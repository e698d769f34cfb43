/** Which errors of SQLite mean that the disk or the file fails, and not that the program is wrong. */
import { storeUnavailable } from '../unavailable.ts';

/** The primary result codes of https://sqlite.org/rescode.html. */
const failures = new Set([
  3, // PERM
  5, // BUSY: another program holds the file
  6, // LOCKED
  7, // NOMEM
  8, // READONLY
  10, // IOERR
  11, // CORRUPT
  13, // FULL
  14, // CANTOPEN
  15, // PROTOCOL
  26, // NOTADB
]);

/** SQLite's primary result code in an error of `node:sqlite`. */
export function sqliteCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return undefined;
  return error.errcode & 0xff;
}

/** A failure as the refusal that it means; any other error as it is. */
export function toRefusal(error: unknown): unknown {
  const code = sqliteCode(error);
  return code !== undefined && failures.has(code) ? storeUnavailable(error) : error;
}

/** Which errors mean that the database fails, or the way to it, and not that the program is wrong. */
import { DatabaseError } from 'pg';
import { storeUnavailable } from '../unavailable.ts';

/** The connection is gone, or nobody answers on it. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
}

/** What can be done about an error. */
export type Failure = 'conflict' | 'lost' | 'read-only' | 'failed' | 'bug';

/** By the classes of https://www.postgresql.org/docs/current/errcodes-appendix.html and some of their codes. */
const failing = /^(?:08|53|57|58|XX001|XX002|25P03|28|3D000|42501|55P03|0A000|26000|42P05)/;

export function failureOf(error: unknown): Failure {
  if (error instanceof ConnectionLost) return 'lost';
  if (!(error instanceof DatabaseError)) return 'bug';
  const { code = '' } = error;
  // Nobody was wrong: two transactions met, and this one made way.
  if (code === '40001' || code === '40P01') return 'conflict';
  // A primary that is one no longer.
  if (code === '25006') return 'read-only';
  if (endsConnection(error)) return 'lost';
  return failing.test(code) ? 'failed' : 'bug';
}

/** Whether the server ends the connection with it. */
export function endsConnection(error: unknown): boolean {
  return error instanceof DatabaseError && (error.severity === 'FATAL' || error.severity === 'PANIC');
}

/** A failure as the refusal that it means; any other error as it is. */
export function toRefusal(error: unknown): unknown {
  return failureOf(error) === 'bug' ? error : storeUnavailable(error);
}

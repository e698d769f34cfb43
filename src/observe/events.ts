import type { Logger as Pino } from 'pino';

export type Logger = Pino;

/** A request was answered. `route` is a pattern, never the path itself: that may hold a phone number. */
export function requestServed(
  log: Logger,
  what: { method: string; route: string; status: number; milliseconds: number },
): void {
  const { milliseconds, ...rest } = what;
  log.info({ ...rest, ms: Math.round(milliseconds * 10) / 10 }, 'request');
}

/** What a dialect made of a request that `requestServed` tells of. `users` and `refused` are counts. */
export interface DialectCall {
  readonly dialect: string;
  readonly operation: string;
  readonly number?: string;
  readonly key?: string;
  readonly users?: number;
  readonly refused?: number;
  /** The kind of refusal, if the whole request was refused. */
  readonly refusal?: string;
}

export function callServed(log: Logger, call: DialectCall): void {
  log.debug(call, 'block users');
}

/** Something that should not have happened; its cause is for the operator alone. */
export function failed(log: Logger, error: unknown): void {
  log.error({ err: error }, 'request failed');
}

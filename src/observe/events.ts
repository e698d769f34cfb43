/** What happens here, a function each: it logs, counts and traces, and no caller knows how. */
import type { FastifyRequest } from 'fastify';
import type { Logger as Pino } from 'pino';
import type { Reason } from '../core/errors.ts';
import { isRefused, type Outcome } from '../core/outcome.ts';
import type { Metrics, ServedCall } from './metrics.ts';
import { markSpan } from './span.ts';

export type Logger = Pino;

/** A request was answered. `route` is a pattern, never the path itself: that may hold a phone number. */
export function requestServed(
  log: Logger,
  what: { method: string; route: string; status: number; milliseconds: number },
): void {
  const { milliseconds, ...rest } = what;
  log.info({ ...rest, ms: Math.round(milliseconds * 10) / 10 }, 'request');
}

/** What a dialect made of a request that `requestServed` tells of. */
export interface DialectCall extends ServedCall {
  readonly number?: string;
  readonly key?: string;
  /** What became of the users that it named. */
  readonly outcomes?: readonly Outcome[];
  /** The kind of refusal, if the whole request was refused. */
  readonly refusal?: Reason['kind'];
}

export function callServed(metrics: Metrics, request: FastifyRequest, call: DialectCall): void {
  metrics.countCall(call);
  if (call.refusal !== undefined) requestRefused(metrics, call.refusal);
  if (call.outcomes) usersRefused(metrics, call.outcomes);
  markSpan(request, call);
  const log = request.log as Logger;
  if (!log.isLevelEnabled('debug')) return;
  const { status, milliseconds, outcomes, ...told } = call;
  const counts = outcomes && { users: outcomes.length, refused: outcomes.filter(isRefused).length };
  log.debug({ ...told, ...counts }, 'block users');
}

/** The admin API answered; `requestServed` tells the log of it. */
export function adminCallServed(metrics: Metrics, request: FastifyRequest, call: Omit<ServedCall, 'dialect'>): void {
  const served = { dialect: 'admin', ...call };
  metrics.countCall(served);
  markSpan(request, served);
}

/** A whole request was refused. `kind` is one of a few words. */
export function requestRefused(metrics: Metrics, kind: string): void {
  metrics.countRefusedRequest(kind);
}

/** Of users whom a request named, these were refused; nothing happens if none was. */
export function usersRefused(metrics: Metrics, outcomes: readonly Outcome[]): void {
  for (const outcome of outcomes) if (isRefused(outcome)) metrics.refusedUsers[outcome.why] += 1;
}

/** Writes that waited together are on disk. */
export function groupCommitted(
  metrics: Metrics,
  group: { readonly writes: number; readonly milliseconds: number },
): void {
  metrics.groupWrites.add(group.writes);
  metrics.groupSeconds.add(group.milliseconds / 1000);
}

/** Something that should not have happened; its cause is for the operator alone. */
export function failed(log: Logger, error: unknown): void {
  log.error({ err: error }, 'request failed');
}

/** Spans did not reach their collector, or the settings of OpenTelemetry are odd. */
export function tracingFailed(log: Logger, message: string): void {
  log.warn({ detail: message }, 'tracing');
}

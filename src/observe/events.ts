/** What happens here, a function each: it logs, counts and traces, and no caller knows how. */
import type { FastifyRequest } from 'fastify';
import type { Logger as Pino } from 'pino';
import type { Reason } from '../core/errors.ts';
import { isRefused, type Outcome } from '../core/outcome.ts';
import type { Metrics, ServedCall } from './metrics.ts';
import { markRequest, type RequestSpan } from './span.ts';

export type Logger = Pino;

/** What is told of every request that was answered. */
export interface ServedRequest {
  /** Absent: `log` names the request by itself. */
  readonly reqId?: string;
  readonly method: string;
  /** A pattern, never the path itself: that may hold a phone number. */
  readonly route: string;
  readonly status: number;
  readonly milliseconds: number;
}

export function requestServed(log: Logger, what: ServedRequest): void {
  const { milliseconds, ...rest } = what;
  log.info({ ...rest, ms: Math.round(milliseconds * 10) / 10 }, 'request');
}

/** Where a request is told of: its log, and its span if there is one. */
export interface Told {
  readonly log: Logger;
  readonly span?: RequestSpan | undefined;
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

export function callServed(metrics: Metrics, request: Told, call: DialectCall): void {
  metrics.countCall(call);
  if (call.refusal !== undefined) requestRefused(metrics, call.refusal);
  if (call.outcomes) usersRefused(metrics, call.outcomes);
  request.span?.mark(call);
  const { log } = request;
  if (!log.isLevelEnabled('debug')) return;
  const { status, milliseconds, outcomes, ...told } = call;
  const counts = outcomes && { users: outcomes.length, refused: outcomes.filter(isRefused).length };
  log.debug({ ...told, ...counts }, 'block users');
}

/** The admin API answered; `requestServed` tells the log of it. */
export function adminCallServed(metrics: Metrics, request: FastifyRequest, call: Omit<ServedCall, 'dialect'>): void {
  markRequest(request, adminCallCounted(metrics, call));
}

/** The admin API answered without the framework, which is nobody's span. */
export function adminCallCounted(metrics: Metrics, call: Omit<ServedCall, 'dialect'>): ServedCall {
  const served = { dialect: 'admin', ...call };
  metrics.countCall(served);
  return served;
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

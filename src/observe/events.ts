/**
 * What happens here, a function each: it logs, counts and traces, and no caller knows how. What is said to providers and apps is
 * told by `outward-events.ts`.
 */
import type { FastifyRequest } from 'fastify';
import type { Logger as Pino } from 'pino';
import type { Reason, Refusal } from '../core/errors.ts';
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
  if (!log.isLevelEnabled('info')) return;
  const { milliseconds, ...rest } = what;
  log.info({ ...rest, ms: Math.round(milliseconds * 10) / 10 }, 'request');
}

/** Where a request is told of: its log, and its span if there is one. */
export interface Told {
  readonly log: Logger;
  /** Whether the log takes what is for debugging: a log that names its request is made only if somebody writes to it. */
  readonly isDebugged: boolean;
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
  if (!request.isDebugged) return;
  const { status, milliseconds, outcomes, ...told } = call;
  const counts = outcomes && { users: outcomes.length, refused: outcomes.filter(isRefused).length };
  request.log.debug({ ...told, ...counts }, 'dialect call');
}

/** A request under a connection's webhook address that `requestServed` tells of. */
export interface WebhookCall {
  /** `none`: there is no such connection, or it has no webhook. */
  readonly connection: string;
  /** The provider's name, as a dialect's. */
  readonly provider: string;
  readonly status: number;
  readonly milliseconds: number;
  /** One of a few words. */
  readonly result: string;
  /** Of what was taken in: the messages and calls that were not there before, and those of blocked users among them. */
  readonly messages?: number;
  readonly blocked?: number;
}

export function webhookServed(metrics: Metrics, request: Told, call: WebhookCall): void {
  const { connection, provider, status, milliseconds, result, messages = 0, blocked = 0 } = call;
  const served = { dialect: provider, operation: 'webhook', status };
  metrics.countCall({ ...served, milliseconds });
  metrics.webhookPosts.add({ connection, result });
  if (messages > blocked) metrics.webhookMessages.add({ outcome: 'passed' }, messages - blocked);
  if (blocked > 0) metrics.webhookMessages.add({ outcome: 'blocked' }, blocked);
  request.span?.mark(served);
  if (request.isDebugged) request.log.debug({ connection, result, messages, blocked }, 'webhook');
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

/** What a database said of itself at the start. */
export function databaseWarned(log: Logger, warning: string): void {
  log.warn({ detail: warning }, 'settings of the database');
}

/** Writes that waited together are on disk. */
export function groupCommitted(
  metrics: Metrics,
  group: { readonly writes: number; readonly milliseconds: number },
): void {
  metrics.groupWrites.add(group.writes);
  metrics.groupSeconds.add(group.milliseconds / 1000);
}

/** A request met what should not have happened; its cause is for the operator alone. */
export function failed(log: Logger, error: unknown): void {
  log.error({ err: error }, 'request failed');
}

/** The same of what goes on without a request, and is tried again. */
export function backgroundFailed(log: Logger, error: unknown): void {
  log.error({ err: error }, 'background work failed');
}

/** Something was sent although nobody could tell whether its recipient is blocked: the number wants it so. */
export function passedUnchecked(log: Logger, number: string, error: Refusal): void {
  log.warn({ number, err: error.cause ?? error }, 'sent unchecked: the list cannot be read');
}

/** Spans did not reach their collector, or the settings of OpenTelemetry are odd. */
export function tracingFailed(log: Logger, message: string): void {
  log.warn({ detail: message }, 'tracing');
}

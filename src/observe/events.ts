/** What happens here, a function each: it logs, counts and traces, and no caller knows how. */
import type { FastifyRequest } from 'fastify';
import type { Logger as Pino } from 'pino';
import type { Reason, Refusal } from '../core/errors.ts';
import { isRefused, type Outcome } from '../core/outcome.ts';
import type { Stop, UnknownNumber } from '../core/ports.ts';
import type { Metrics, ServedCall, UpstreamRequest } from './metrics.ts';
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

/** A call to an app. */
export interface AppCall {
  /** The number or account whose app it is. */
  readonly app: object;
  readonly delivery: string;
  /** One of a few words. */
  readonly result: string;
  /** What went wrong, in plain words. */
  readonly detail?: string;
  readonly milliseconds: number;
}

export function appCalled(metrics: Metrics, log: Logger, { app, milliseconds, ...call }: AppCall): void {
  metrics.deliveryAttempts.add({ result: call.result });
  log.debug({ ...app, ...call, ms: Math.round(milliseconds) }, 'app called');
}

/** An app could not be brought to take a delivery. */
export function deliveryGivenUp(log: Logger, app: object, delivery: string, detail: string): void {
  log.error({ ...app, delivery, detail }, 'delivery given up');
}

/** The app is left alone for a while: it fails all the time. */
export function appPaused(log: Logger, app: object, milliseconds: number): void {
  log.warn({ ...app, ms: Math.round(milliseconds) }, 'app paused');
}

/** Something of ours failed while webhooks were passed on; it is tried again. */
export function forwardingFailed(log: Logger, error: unknown): void {
  log.error({ err: error }, 'forwarding failed');
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

/** A provider answered what was passed to it, or did not (no status). */
export function providerAnswered(
  metrics: Metrics,
  { connection, kind, status }: Pick<UpstreamRequest, 'connection' | 'kind'> & { readonly status: number | undefined },
): void {
  const result = status === undefined ? 'none' : `${Math.floor(status / 100)}xx`;
  metrics.upstreamRequests.add({ connection, kind, result });
}

/** A call of our own to a provider. */
export interface ProviderCall {
  readonly connection: string;
  readonly number: string;
  /** What it was for. */
  readonly purpose: string;
  /** One of a few words. */
  readonly result: string;
  /** What went wrong, in plain words. */
  readonly detail?: string;
  readonly milliseconds: number;
}

export function providerCalled(metrics: Metrics, log: Logger, call: ProviderCall): void {
  const { connection, purpose, result, milliseconds, ...rest } = call;
  metrics.upstreamRequests.add({ connection, kind: purpose === 'list' ? 'list' : 'push', result });
  log.debug({ connection, purpose, result, ...rest, ms: Math.round(milliseconds) }, 'provider called');
}

/** Pushes of a connection ended in this way, and it is on disk. */
export function pushesSettled(metrics: Metrics, connection: string, result: string, pushes: number): void {
  metrics.pushes.add({ connection, result }, pushes);
}

/** What could be read of a provider's list was taken over. */
export interface ImportedList {
  readonly connection: string;
  readonly number: string;
  readonly users: number;
  readonly isComplete: boolean;
  /** Why not, in plain words. */
  readonly detail?: string;
}

export function listImported(metrics: Metrics, log: Logger, { isComplete, ...list }: ImportedList): void {
  metrics.imports.add({ connection: list.connection, result: isComplete ? 'done' : 'partial' });
  if (isComplete) log.info(list, 'list imported');
  else log.warn(list, 'list imported in part: it is tried again');
}

/** A job that makes a number's list and its provider's one, as it begins and as it ends. */
export interface ReconcileRun {
  readonly number: string;
  readonly job: string;
  readonly prefer: string;
  /** Users, out of how many. */
  readonly done: number;
  readonly total: number;
}

export function reconcileBegan(log: Logger, run: ReconcileRun): void {
  log.info(run, 'reconciling began');
}

/** `milliseconds` since it began. */
export function reconcileEnded(
  metrics: Metrics,
  log: Logger,
  {
    result,
    milliseconds,
    ...run
  }: ReconcileRun & { readonly result: 'done' | 'failed'; readonly milliseconds: number },
): void {
  metrics.reconcileJobs.add({ prefer: run.prefer, result });
  const told = { ...run, ms: Math.round(milliseconds) };
  if (result === 'done') log.info(told, 'reconciling ended');
  else log.warn(told, 'reconciling broke off: what it did counts');
}

/** Nothing is pushed through the connection until somebody changes it. */
export function connectionStopped(log: Logger, { connection, code, detail }: Stop): void {
  log.error({ connection, code, detail }, 'connection stopped: the provider refused its token');
}

/** The provider does not know the number: nothing of it can be pushed until somebody changes it. */
export function numberUnknown(log: Logger, { number, connection, numberId, code, detail }: UnknownNumber): void {
  log.error({ number, connection, number_id: numberId, code, detail }, 'number unknown to its provider');
}

/** The connection is left alone for a while. */
export function connectionPaused(log: Logger, connection: string, why: string, milliseconds: number): void {
  log.warn({ connection, why, ms: Math.round(milliseconds) }, 'connection paused');
}

/** Something of ours failed while providers were told; it is tried again. */
export function pushingFailed(log: Logger, error: unknown): void {
  log.error({ err: error }, 'pushing failed');
}

/** A provider did not begin to answer what was passed to it. */
export function upstreamFailed(log: Logger, error: unknown): void {
  log.warn({ err: error }, 'the provider did not answer');
}

/** Something was sent although nobody could tell whether its recipient is blocked: the number wants it so. */
export function passedUnchecked(log: Logger, number: string, error: Refusal): void {
  log.warn({ number, err: error.cause ?? error }, 'sent unchecked: the list cannot be read');
}

/** Spans did not reach their collector, or the settings of OpenTelemetry are odd. */
export function tracingFailed(log: Logger, message: string): void {
  log.warn({ detail: message }, 'tracing');
}

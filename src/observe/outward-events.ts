/** What is said to providers and apps, and what becomes of it: a function for each event, as in `events.ts`. */
import type { Stop, UnknownNumber } from '../core/ports.ts';
import type { Logger } from './events.ts';
import type { Metrics, UpstreamRequest } from './metrics.ts';

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

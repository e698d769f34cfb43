import { timingSafeEqual } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { AdminDeps } from './admin/deps.ts';
import { adminDocs } from './admin/docs.ts';
import { registerAdmin } from './admin/index.ts';
import { QuickCheck } from './admin/quick-check.ts';
import type { Config } from './config/config.ts';
import { hashSecret } from './core/credentials.ts';
import { Refusal } from './core/errors.ts';
import type { Clock, Store } from './core/ports.ts';
import { dialects } from './dialects/index.ts';
import { type MadeSecrets, prepareStore } from './first-start.ts';
import { baseUrlOf } from './http/base-url.ts';
import { createFront, type Front } from './http/front.ts';
import { registerMetrics } from './http/metrics.ts';
import type { MountDeps } from './http/mount.ts';
import { shedOverload } from './http/overload.ts';
import { answerNothingHere, registerHealth, registerReserved } from './http/own-paths.ts';
import { RateLimit } from './http/rate-limit.ts';
import { createServer, defaultLimits, type ServerLimits } from './http/server.ts';
import { groupCommitted, type Logger } from './observe/events.ts';
import { Metrics } from './observe/metrics.ts';
import type { Tracing } from './observe/tracing.ts';
import { registerOpenApi } from './openapi/index.ts';
import { watchRoutes } from './openapi/routes.ts';
import { folderOf, openStore } from './store/index.ts';
import { version } from './version.ts';
import { welcomeText, writePrivately } from './welcome.ts';

export interface ServiceParts {
  readonly logger: Logger;
  /** Takes what a newcomer is told at the first start. */
  readonly print: (text: string) => void;
  readonly clock?: Clock;
  readonly limits?: Partial<ServerLimits>;
  /** Instead of the one that the settings name. */
  readonly store?: Store;
}

export interface Service {
  /** Where it listens: scheme, host and port. */
  readonly url: string;
  /** Finishes what is under way, then lets go of everything. A second call waits for the first. */
  close(): Promise<void>;
}

/** How long requests under way may go on after `close`, in ms. */
const closeGrace = 10_000;

/** Builds every part, listens, and gives back what can be closed. What it opened is closed again if it fails. */
export async function startService(config: Config, parts: ServiceParts): Promise<Service> {
  const { clock = Date.now } = parts;
  const metrics = new Metrics();
  const observer = { committed: (group: { writes: number; milliseconds: number }) => groupCommitted(metrics, group) };
  const store = parts.store ?? (await openStore(config.database, { observer }));
  let tracing: Tracing | undefined;
  let app: FastifyInstance | undefined;
  let isPrepared = false;
  const probe = async () => {
    if (!isPrepared) throw new Refusal({ kind: 'store_unavailable' }, new Error('the first start is under way'));
    await store.probe();
  };
  try {
    if (config.traces) {
      const { startTracing } = await import('./observe/tracing.ts');
      tracing = startTracing(parts.logger, version);
    }
    const listening = await createApp({ store, clock, config, metrics, tracing, parts, probe });
    app = listening;
    await app.listen({ host: config.host, port: config.port });
    const { port } = app.server.address() as AddressInfo;
    // Only now: a start that gets no port must not use up the one time that secrets are shown.
    await welcome({ store, clock, config, parts, url: urlOf(config.host, port) });
    isPrepared = true;
    return { url: urlOf(config.host, port), close: once(() => close(listening, store, tracing)) };
  } catch (error) {
    await app?.close();
    await Promise.all([store.close(), tracing?.close()]);
    throw error;
  }
}

interface Welcome {
  readonly store: Store;
  readonly clock: Clock;
  readonly config: Config;
  readonly parts: ServiceParts;
  readonly url: string;
}

/** Gives an empty store what a newcomer needs and tells it; a later start is told in one line. */
async function welcome({ store, clock, config, parts, url }: Welcome): Promise<void> {
  const file = path.join(folderOf(config.database), 'first-start.txt');
  const text = (made: MadeSecrets) => welcomeText(made, { url, baseUrl: config.publicUrl ?? url }, dialects);
  const { adminKey, demo } = config;
  // What was kept before stays: secrets of another database in the folder stand nowhere else.
  const earlier = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const keep = (made: MadeSecrets) => writePrivately(file, earlier === '' ? text(made) : `${text(made)}\n${earlier}`);
  const made = await prepareStore({ store, clock, adminKey, demo, keep });
  if (made) parts.print(`${text(made)}\nKept in ${file}\n`);
  else parts.logger.info(earlier === '' ? {} : { first_start: file }, `Gatehouse listens on ${url}`);
}

interface AppParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly config: Config;
  readonly metrics: Metrics;
  readonly tracing: Tracing | undefined;
  readonly parts: ServiceParts;
  readonly probe: Store['probe'];
}

async function createApp(given: AppParts): Promise<FastifyInstance> {
  const { store, clock, config, metrics, tracing, parts, probe } = given;
  const limits = { ...defaultLimits, ...parts.limits };
  const baseUrl: MountDeps['baseUrlOf'] = (request) => baseUrlOf(request, config.publicUrl);
  const baseUrlOfOurs = ({ raw }: FastifyRequest) => baseUrl(raw);
  let serveFirst: Front | undefined;
  const app = createServer({
    logger: parts.logger,
    limits,
    unroutable: answerNothingHere,
    serve: (request, response, framework) => serveFirst?.(request, response, framework),
  });
  if (tracing) await app.register(tracing.plugin);
  const routes = watchRoutes(app);
  registerHealth(app, { probe });
  registerMetrics(app, metrics, store);
  registerOpenApi(app, { dialects, routes, parts: [adminDocs], baseUrlOf: baseUrlOfOurs });
  registerReserved(app);
  const acceptsAdminKey = adminKeyCheck(store, config.adminKey);
  const admin: AdminDeps = { store, clock, metrics, acceptsAdminKey, baseUrlOf: baseUrlOfOurs };
  // What is outside keeps answering when this has too much to do: health and metrics above all.
  app.register(async (scope) => {
    await shedOverload(scope);
    scope.register((api) => registerAdmin(api, admin), { prefix: '/api/v1' });
    const rateLimit = config.rateLimit > 0 ? new RateLimit(config.rateLimit) : undefined;
    const isOverloaded = () => scope.isUnderPressure();
    const exchange = { logger: parts.logger, isClosing: () => !app.server.listening, startSpan: tracing?.startSpan };
    const mount = {
      dialects,
      store,
      clock,
      metrics,
      baseUrlOf: baseUrl,
      bodyLimit: limits.bodyBytes,
      isOverloaded,
      exchange,
      rateLimit,
    };
    // The framework's instrumentation makes the spans of the admin API.
    serveFirst = createFront({ mount, quick: tracing ? undefined : new QuickCheck(admin) });
  });
  return app;
}

/** Compares without telling by its time how much of a secret is right; the key of the settings wins over the one made here. */
function adminKeyCheck({ installation }: Store, configured: string | undefined): AdminDeps['acceptsAdminKey'] {
  if (configured !== undefined) return (secret) => areEqual(secret, configured);
  return async (secret) => {
    const expected = await installation.adminKeyHash();
    return expected !== undefined && areEqual(hashSecret(secret), expected);
  };
}

function areEqual(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

async function close(app: FastifyInstance, store: Store, tracing: Tracing | undefined): Promise<void> {
  const late = setTimeout(() => app.server.closeAllConnections(), closeGrace);
  try {
    await app.close();
  } finally {
    clearTimeout(late);
    await Promise.all([store.close(), tracing?.close()]);
  }
}

function once<Value>(act: () => Promise<Value>): () => Promise<Value> {
  let done: Promise<Value> | undefined;
  return () => (done ??= act());
}

/** The address to reach a listening host at: an unspecified one is reached at loopback. */
function urlOf(host: string, port: number): string {
  const reached = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${reached.includes(':') ? `[${reached}]` : reached}:${port}`;
}

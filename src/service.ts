import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Config } from './config/config.ts';
import { Refusal } from './core/errors.ts';
import type { Clock, Store } from './core/ports.ts';
import { Sealer } from './core/sealing.ts';
import { dialects } from './dialects/index.ts';
import { type MadeSecrets, prepareStore } from './first-start.ts';
import { expireRegularly } from './forwarding/expiry.ts';
import type { ForwardingLimits } from './forwarding/limits.ts';
import { baseUrlOf } from './http/base-url.ts';
import { createFront } from './http/front.ts';
import { Health } from './http/health.ts';
import { LastKnown } from './http/last-known.ts';
import type { MountDeps } from './http/mount.ts';
import { RateLimit } from './http/rate-limit.ts';
import { SendPolicies } from './http/send-policies.ts';
import { closeServer, createServer, defaultLimits, listen, type ServerLimits } from './http/server.ts';
import { LateForwarding } from './late-forwarding.ts';
import { LateUpstreams } from './late-upstreams.ts';
import { Later } from './later.ts';
import {
  databaseWarned,
  failed,
  forwardingFailed,
  groupCommitted,
  type Logger,
  pushingFailed,
} from './observe/events.ts';
import { Metrics } from './observe/metrics.ts';
import type { Tracing } from './observe/tracing.ts';
import { watchOtherNodes } from './other-nodes.ts';
import { loadForwarding, loadUpstreams } from './outward.ts';
import { checkSealedSecrets } from './sealed-secrets.ts';
import { folderOf, openStore } from './store/index.ts';
import { Guard } from './upstream/guard.ts';
import type { UpstreamLimits } from './upstream/limits.ts';
import { version } from './version.ts';
import { welcomeText, writePrivately } from './welcome.ts';

export interface ServiceParts {
  readonly logger: Logger;
  /** Takes what a newcomer is told at the first start. */
  readonly print: (text: string) => void;
  readonly clock?: Clock;
  /** The clock that never goes back, in ms; absent: the machine's. */
  readonly ticks?: Clock;
  readonly limits?: Partial<ServerLimits>;
  readonly upstreamLimits?: Partial<UpstreamLimits>;
  readonly forwardingLimits?: Partial<ForwardingLimits>;
  /** How often it is looked for what other nodes were told, in ms. */
  readonly watchEvery?: number;
  /** Instead of the one that the settings name. */
  readonly store?: Store;
  /** Where files for the operator belong; absent: beside the database, or in `./data`. */
  readonly folder?: string;
}

export interface Service {
  /** Where it listens: scheme, host and port. */
  readonly url: string;
  /** Finishes what is under way, then lets go of everything. A second call waits for the first. */
  close(): Promise<void>;
}

/** How long requests under way may go on after `close`, in ms. */
const closeGrace = 10_000;
/** How long after the start the framework is loaded, unless somebody asks for it before: the start is over by then. In ms. */
const frameworkDelay = 250;

/** How often it is looked for what other nodes were told, in ms. */
const watchEvery = 10_000;

/** How often it is looked for what the store may forget, in ms. */
const expireEvery = 5 * 60_000;

/** Builds every part, listens, and gives back what can be closed. What it opened is closed again if it fails. */
export async function startService(config: Config, parts: ServiceParts): Promise<Service> {
  const { clock = Date.now, logger } = parts;
  const metrics = new Metrics();
  const observer = {
    committed: (group: { writes: number; milliseconds: number }) => groupCommitted(metrics, group),
    warned: (warning: string) => databaseWarned(logger, warning),
  };
  // Closed in reverse: first the server, last the store.
  await using opened = new AsyncDisposableStack();
  const store = parts.store ?? (await openStore(config.database, { observer }));
  opened.defer(() => store.close());
  const tracing = config.traces ? await trace(logger) : undefined;
  if (tracing) opened.defer(() => tracing.close());

  const sealer = new Sealer(config.secretKeys);
  // A start that cannot go on as it was must not take the port.
  const connections = await checkSealedSecrets({ directory: store.directory, sealer, clock });
  const guard = new Guard(config.allowPrivate.map(toNetwork));
  const sends = new SendPolicies(store.directory);
  const forwarding = new LateForwarding({
    load: () => loadForwarding({ store, sealer, guard, clock, metrics, logger, limits: parts.forwardingLimits }),
    failed: (error) => forwardingFailed(logger, error),
  });
  opened.defer(() => forwarding.close());
  const upstreams = new LateUpstreams({
    load: () => {
      const { ticks, upstreamLimits: limits } = parts;
      return loadUpstreams({ store, sealer, guard, clock, ticks, forwarding, metrics, logger, limits });
    },
    numberChanged: ({ id }) => void sends.refresh(id).catch((error) => failed(logger, error)),
    failed: (error) => pushingFailed(logger, error),
  });
  opened.defer(() => upstreams.close());

  let isPrepared = false;
  const probe = async () => {
    if (!isPrepared) throw new Refusal({ kind: 'store_unavailable' }, new Error('the first start is under way'));
    await store.probe();
  };
  const health = new Health({ probe, upstreams, sends });
  const limits = { ...defaultLimits, ...parts.limits };
  const baseUrl: MountDeps['baseUrlOf'] = (request) => baseUrlOf(request, config.publicUrl);
  const isClosing = () => !server.listening;
  const { adminKey } = config;
  const api = new Later(async () => {
    const { createApi } = await import('./api.ts');
    return createApi({
      store,
      clock,
      metrics,
      tracing,
      health,
      logger,
      limits,
      adminKey,
      sealer,
      upstreams,
      forwarding,
      checkOrigin: (origin) => guard.checkOrigin(origin),
      baseUrlOf: baseUrl,
      isClosing,
    });
  });
  const gateway = new Later(async () => {
    const { createGateway } = await import('./gateway/forward.ts');
    return createGateway({ providers: upstreams, metrics });
  });
  const mount: MountDeps = {
    dialects,
    store,
    clock,
    metrics,
    pushing: upstreams,
    forwarding,
    gateway: () => gateway.get(),
    baseUrlOf: baseUrl,
    bodyLimit: limits.bodyBytes,
    isOverloaded: () => api.made?.isOverloaded() ?? false,
    lastKnown: new LastKnown(),
    exchange: { logger, isClosing, startSpan: tracing?.startSpan },
    rateLimit: config.rateLimit > 0 ? new RateLimit(config.rateLimit) : undefined,
  };
  const desk = new Later(async () => {
    const { createDesk } = await import('./gateway/webhooks/intake.ts');
    const proofs = new Map(dialects.map(({ name, webhooks }) => [name, webhooks]));
    return createDesk({
      store,
      proofOf: (provider) => proofs.get(provider),
      sealer,
      clock,
      forwarding,
      pushing: upstreams,
      failed: (error) => failed(logger, error),
    });
  });
  const { isOverloaded, exchange } = mount;
  const webhooks = { desk: () => desk.get(), metrics, isOverloaded, exchange };
  const server = createServer(limits, createFront({ mount, health, webhooks, framework: () => api.get() }));
  opened.defer(async () => {
    await (await api.ended())?.close();
  });
  opened.defer(() => closeServer(server, closeGrace));
  const port = await listen(server, { host: config.host, port: config.port });
  const url = urlOf(config.host, port);
  // Only now: a start that gets no port must not use up the one time that secrets are shown.
  await welcome({ store, clock, config, parts, url });
  isPrepared = true;
  if (connections > 0) {
    upstreams.start();
    void sends.load().catch((error) => failed(logger, error));
  }
  void resume(store, forwarding).catch((error) => forwardingFailed(logger, error));
  const expiry = expireRegularly({
    webhooks: store.webhooks,
    leases: store.leases,
    clock,
    every: expireEvery,
    failed: (error) => failed(logger, error),
  });
  opened.defer(() => expiry.close());
  const others = watchOtherNodes({
    store,
    upstreams,
    forwarding,
    sends,
    every: parts.watchEvery ?? watchEvery,
    failed: (error) => failed(logger, error),
  });
  opened.defer(() => others.close());
  const timer = setTimeout(() => loadEarly(api, logger), frameworkDelay).unref();
  const all = opened.move();
  all.defer(() => clearTimeout(timer));
  return { url, close: once(() => all.disposeAsync()) };
}

/** Passes on what was there when the server ended. */
async function resume({ webhooks }: Store, forwarding: LateForwarding): Promise<void> {
  const waiting = await webhooks.waiting();
  if (waiting.length > 0) forwarding.start();
}

/** A failure is no end: the next who asks tries again. */
async function loadEarly(api: Later<object>, logger: Logger): Promise<void> {
  try {
    await api.get();
  } catch (error) {
    failed(logger, error);
  }
}

async function trace(logger: Logger): Promise<Tracing> {
  const { startTracing } = await import('./observe/tracing.ts');
  return startTracing(logger, version);
}

/** An address as the network that is it alone. */
function toNetwork(text: string): string {
  return text.includes('/') ? text : `${text}/${text.includes(':') ? 128 : 32}`;
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
  const file = path.join(parts.folder ?? folderOf(config.database), 'first-start.txt');
  const text = (made: MadeSecrets) => welcomeText(made, { url, baseUrl: config.publicUrl ?? url }, dialects);
  const { adminKey, demo } = config;
  // What was kept before stays: secrets of another database in the folder stand nowhere else.
  const earlier = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const keep = (made: MadeSecrets) => writePrivately(file, earlier === '' ? text(made) : `${text(made)}\n${earlier}`);
  const takeBack = () => (earlier === '' ? rmSync(file, { force: true }) : writePrivately(file, earlier));
  const made = await prepareStore({ store, clock, adminKey, demo, keep, takeBack });
  if (made) parts.print(`${text(made)}\nKept in ${file}\n`);
  else parts.logger.info(earlier === '' ? {} : { first_start: file }, `Gatehouse listens on ${url}`);
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

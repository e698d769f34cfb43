/** What is served on the one port: the dialects and providers' webhooks as they come, all of our own through the framework. */
import type { Config } from '../config/config.ts';
import { Refusal } from '../core/errors.ts';
import type { Clock, Store } from '../core/ports.ts';
import type { Sealer } from '../core/sealing.ts';
import { dialects } from '../dialects/index.ts';
import { baseUrlOf } from '../http/base-url.ts';
import { createFront } from '../http/front.ts';
import { Health } from '../http/health.ts';
import { LastKnown } from '../http/last-known.ts';
import type { MountDeps } from '../http/mount.ts';
import { RateLimit } from '../http/rate-limit.ts';
import type { SendPolicies } from '../http/send-policies.ts';
import { closeServer, createServer, listen, type ServerLimits } from '../http/server.ts';
import { backgroundFailed, type Logger } from '../observe/events.ts';
import type { Metrics } from '../observe/metrics.ts';
import type { Tracing } from '../observe/tracing.ts';
import type { Guard } from '../upstream/guard.ts';
import { Later } from './later.ts';
import type { Outward } from './outward.ts';

export interface ServingDeps extends Outward {
  readonly config: Pick<Config, 'adminKey' | 'host' | 'port' | 'publicUrl' | 'rateLimit'>;
  readonly limits: ServerLimits;
  readonly store: Store;
  readonly sealer: Sealer;
  readonly guard: Guard;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly tracing: Tracing | undefined;
  readonly sends: SendPolicies;
  /** Whether the first start is over: it is not ready before. */
  readonly isPrepared: () => boolean;
}

export interface Serving {
  /** Resolves once it listens, with where it is reached. */
  listen(): Promise<string>;
  /** Loads the framework soon, unless somebody asks for it before. */
  loadSoon(): void;
  /** Finishes what is under way. */
  close(): Promise<void>;
}

/** How long requests under way may go on after `close`, in ms. */
const closeGrace = 10_000;
/** How long the framework waits to be loaded: a start is over by then. In ms. */
const frameworkDelay = 250;

export function createServing(deps: ServingDeps): Serving {
  const { config, limits, store, sealer, guard, clock, metrics, logger, tracing, upstreams, forwarding, sends } = deps;
  const probe = async () => {
    if (!deps.isPrepared()) throw new Refusal({ kind: 'store_unavailable' }, new Error('the first start is under way'));
    await store.probe();
  };
  const health = new Health({ probe, upstreams, sends });
  const ofRequest: MountDeps['baseUrlOf'] = (request) => baseUrlOf(request, config.publicUrl);
  const isClosing = () => !server.listening;
  const api = new Later(async () => {
    const { createApi } = await import('./api.ts');
    return createApi({
      store,
      sealer,
      upstreams,
      forwarding,
      clock,
      metrics,
      logger,
      tracing,
      health,
      limits,
      isClosing,
      adminKey: config.adminKey,
      checkOrigin: (origin) => guard.checkOrigin(origin),
      baseUrlOf: ofRequest,
    });
  });
  const gateway = new Later(async () => {
    const { createGateway } = await import('../gateway/forward.ts');
    return createGateway({ providers: upstreams, metrics });
  });
  const desk = new Later(async () => {
    const { createDesk } = await import('../gateway/webhooks/intake.ts');
    const proofs = new Map(dialects.map(({ name, webhooks }) => [name, webhooks]));
    return createDesk({
      store,
      sealer,
      clock,
      forwarding,
      pushing: upstreams,
      proofOf: (provider) => proofs.get(provider),
      failed: (error) => backgroundFailed(logger, error),
    });
  });
  const isOverloaded = () => api.made?.isOverloaded() ?? false;
  const exchange = { logger, isClosing, startSpan: tracing?.startSpan };
  const mount: MountDeps = {
    dialects,
    store,
    clock,
    metrics,
    forwarding,
    exchange,
    isOverloaded,
    pushing: upstreams,
    gateway: () => gateway.get(),
    baseUrlOf: ofRequest,
    bodyLimit: limits.bodyBytes,
    lastKnown: new LastKnown(),
    rateLimit: config.rateLimit > 0 ? new RateLimit(config.rateLimit) : undefined,
  };
  const webhooks = { desk: () => desk.get(), metrics, isOverloaded, exchange };
  const server = createServer(limits, createFront({ mount, health, webhooks, framework: () => api.get() }));
  const load = async () => {
    try {
      await api.get();
    } catch (error) {
      // It is no end: the next who asks tries again.
      backgroundFailed(logger, error);
    }
  };
  let timer: NodeJS.Timeout | undefined;
  return {
    listen: () => listen(server, { host: config.host, port: config.port }),
    loadSoon() {
      timer = setTimeout(load, frameworkDelay).unref();
    },
    async close() {
      clearTimeout(timer);
      await closeServer(server, closeGrace);
      await (await api.ended())?.close();
    },
  };
}

/** All that is our own on the framework: admin API, metrics, document. Loaded after the start. */
import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { AdminDeps } from '../admin/deps.ts';
import { adminDocs } from '../admin/docs.ts';
import { registerAdmin } from '../admin/index.ts';
import { QuickCheck } from '../admin/quick-check.ts';
import type { Connection } from '../core/connections.ts';
import { hashSecret } from '../core/credentials.ts';
import type { Clock, Store } from '../core/ports.ts';
import { dialects } from '../dialects/index.ts';
import { createFramework, type FrameworkOptions } from '../http/framework.ts';
import type { Framework } from '../http/front.ts';
import { type Health, registerHealth } from '../http/health.ts';
import { registerMetrics } from '../http/metrics.ts';
import { shedOverload } from '../http/overload.ts';
import { registerReserved } from '../http/own-paths.ts';
import { webhookDocs, webhookRoutes } from '../http/webhook-docs.ts';
import { Reconciler } from '../jobs/reconcile.ts';
import { backgroundFailed } from '../observe/events.ts';
import type { Metrics } from '../observe/metrics.ts';
import { reconcileBegan, reconcileEnded } from '../observe/outward-events.ts';
import type { Tracing } from '../observe/tracing.ts';
import { registerOpenApi } from '../openapi/index.ts';
import { watchRoutes } from '../openapi/routes.ts';

export interface ApiDeps
  extends FrameworkOptions,
    Pick<AdminDeps, 'sealer' | 'upstreams' | 'forwarding' | 'checkOrigin'> {
  readonly store: Store;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly tracing: Tracing | undefined;
  readonly health: Health;
  /** The one that the settings name; it counts before the one made here. */
  readonly adminKey: string | undefined;
  readonly baseUrlOf: (request: IncomingMessage) => string;
}

export interface Api extends Framework {
  /** Whether the event loop is late. */
  readonly isOverloaded: () => boolean;
  close(): Promise<void>;
}

export async function createApi(deps: ApiDeps): Promise<Api> {
  const { store, clock, metrics, tracing, sealer, upstreams, forwarding, checkOrigin } = deps;
  const baseUrlOf = ({ raw }: FastifyRequest) => deps.baseUrlOf(raw);
  const app = createFramework(deps);
  if (tracing) await app.register(tracing.plugin);
  const routes = watchRoutes(app, webhookRoutes);
  registerHealth(app, deps.health);
  registerMetrics(app, { metrics, store, upstreams });
  registerOpenApi(app, { dialects, routes, parts: [adminDocs, webhookDocs], baseUrlOf });
  registerReserved(app);
  const reconciling = new Reconciler({
    store,
    upstreams,
    clock,
    began: (number, { id: job, prefer, done, total }) =>
      reconcileBegan(deps.logger, { number, job, prefer, done, total }),
    ended(number, { id: job, state, prefer, done, total, startedAt, endedAt = startedAt }) {
      const result = state === 'done' ? 'done' : 'failed';
      const milliseconds = endedAt - startedAt;
      reconcileEnded(metrics, deps.logger, { number, job, prefer, done, total, result, milliseconds });
    },
    failed: (error) => backgroundFailed(deps.logger, error),
  });
  const acceptsAdminKey = adminKeyCheck(store, deps.adminKey);
  const admin: AdminDeps = {
    store,
    clock,
    metrics,
    sealer,
    upstreams,
    forwarding,
    reconciling,
    checkOrigin,
    canProve,
    providers: dialects.map(({ name }) => name),
    acceptsAdminKey,
    baseUrlOf,
  };
  let isOverloaded = () => false;
  // What is outside keeps answering when this has too much to do: health and metrics above all.
  app.register(async (scope: FastifyInstance) => {
    isOverloaded = await shedOverload(scope, deps.limits.eventLoopDelay);
    scope.register((api) => registerAdmin(api, admin), { prefix: '/api/v1' });
  });
  await app.ready();
  return {
    serve: (request, response) => app.routing(request, response),
    // The framework's instrumentation makes the spans of the admin API.
    quick: tracing ? undefined : new QuickCheck(admin),
    isOverloaded,
    close: async () => {
      await app.close();
      await reconciling.close();
    },
  };
}

/** Looks at which secrets are set, and opens none. */
function canProve({ provider, secrets, webhookHeaderName: name }: Connection): boolean {
  const value = 'set';
  return (
    dialects
      .find((one) => one.name === provider)
      ?.webhooks.canProve({
        ...(secrets.appSecret && { appSecret: value }),
        ...(secrets.webhookSecret && { webhookSecret: value }),
        ...(secrets.webhookHeader && name !== null && { webhookHeader: { name, value } }),
      }) ?? false
  );
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

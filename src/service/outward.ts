/** What speaks to providers and apps: loaded when there is somebody to speak to; log and metrics are told what it does. */
import type { Store } from '../core/ports.ts';
import { dialects } from '../dialects/index.ts';
import type { ForwardingService } from '../forwarding/index.ts';
import type { SendPolicies } from '../http/send-policies.ts';
import { backgroundFailed, type Logger } from '../observe/events.ts';
import type { Metrics } from '../observe/metrics.ts';
import {
  appCalled,
  appPaused,
  connectionPaused,
  connectionStopped,
  deliveryGivenUp,
  forwardingFailed,
  listImported,
  numberUnknown,
  providerCalled,
  pushesSettled,
  pushingFailed,
} from '../observe/outward-events.ts';
import type { UpstreamDeps, UpstreamService } from '../upstream/index.ts';
import { LateForwarding } from './late-forwarding.ts';
import { LateUpstreams } from './late-upstreams.ts';

export interface OutwardDeps extends Pick<UpstreamDeps, 'sealer' | 'guard' | 'clock' | 'ticks' | 'limits'> {
  readonly store: Store;
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** Remembers what numbers send while no list can be read. */
  readonly sends: Pick<SendPolicies, 'refresh'>;
}

export interface Outward {
  readonly upstreams: LateUpstreams;
  readonly forwarding: LateForwarding;
}

export function createOutward(deps: OutwardDeps): Outward {
  const { sends, logger } = deps;
  const forwarding = new LateForwarding({
    load: () => loadForwarding(deps),
    failed: (error) => forwardingFailed(logger, error),
  });
  const upstreams = new LateUpstreams({
    load: () => loadUpstreams(deps, forwarding),
    numberChanged: ({ id }) => void sends.refresh(id).catch((error) => backgroundFailed(logger, error)),
    failed: (error) => pushingFailed(logger, error),
  });
  return { upstreams, forwarding };
}

async function loadUpstreams(deps: OutwardDeps, forwarding: LateForwarding): Promise<UpstreamService> {
  const { store, sealer, guard, clock, ticks, limits, metrics, logger } = deps;
  const { createUpstreams } = await import('../upstream/index.ts');
  const callers = new Map(dialects.map(({ name, caller }) => [name, caller]));
  return createUpstreams({
    store,
    sealer,
    guard,
    clock,
    ticks,
    forwarding,
    limits,
    callerOf: (provider) => callers.get(provider),
    observer: {
      called: (call) => providerCalled(metrics, logger, call),
      settled: (connection, result, pushes) => pushesSettled(metrics, connection, result, pushes),
      imported: (list) => listImported(metrics, logger, list),
      stopped: (stop) => connectionStopped(logger, stop),
      unknown: (number) => numberUnknown(logger, number),
      paused: (connection, why, milliseconds) => connectionPaused(logger, connection, why, milliseconds),
      failed: (error) => pushingFailed(logger, error),
    },
  });
}

async function loadForwarding(deps: OutwardDeps): Promise<ForwardingService> {
  const { store, sealer, guard, clock, metrics, logger } = deps;
  const { createForwarding } = await import('../forwarding/index.ts');
  return createForwarding({
    store,
    sealer,
    guard,
    clock,
    observer: {
      attempted: (attempt) => appCalled(metrics, logger, attempt),
      gaveUp: (app, delivery, detail) => deliveryGivenUp(logger, app, delivery, detail),
      paused: (app, milliseconds) => appPaused(logger, app, milliseconds),
      failed: (error) => forwardingFailed(logger, error),
    },
  });
}

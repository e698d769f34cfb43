/** Loads what speaks to providers and apps, when there is somebody to speak to, and tells what it does. */
import { dialects } from './dialects/index.ts';
import type { ForwardingDeps, ForwardingService } from './forwarding/index.ts';
import {
  appCalled,
  appPaused,
  connectionPaused,
  connectionStopped,
  deliveryGivenUp,
  forwardingFailed,
  type Logger,
  listImported,
  numberUnknown,
  providerCalled,
  pushesSettled,
  pushingFailed,
} from './observe/events.ts';
import type { Metrics } from './observe/metrics.ts';
import type { UpstreamDeps, UpstreamService } from './upstream/index.ts';

interface Told {
  readonly metrics: Metrics;
  readonly logger: Logger;
}

type UpstreamParts = Pick<UpstreamDeps, 'store' | 'sealer' | 'guard' | 'clock' | 'ticks' | 'forwarding' | 'limits'> &
  Told;
type ForwardingParts = Pick<ForwardingDeps, 'store' | 'sealer' | 'guard' | 'clock' | 'limits'> & Told;

/** With all that it takes to speak to providers. */
export async function loadUpstreams({ metrics, logger, ...deps }: UpstreamParts): Promise<UpstreamService> {
  const { createUpstreams } = await import('./upstream/index.ts');
  const callers = new Map(dialects.map(({ name, caller }) => [name, caller]));
  return createUpstreams({
    ...deps,
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

/** With all that it takes to speak to apps. */
export async function loadForwarding({ metrics, logger, ...deps }: ForwardingParts): Promise<ForwardingService> {
  const { createForwarding } = await import('./forwarding/index.ts');
  return createForwarding({
    ...deps,
    observer: {
      attempted: (attempt) => appCalled(metrics, logger, attempt),
      gaveUp: (app, delivery, detail) => deliveryGivenUp(logger, app, delivery, detail),
      paused: (app, milliseconds) => appPaused(logger, app, milliseconds),
      failed: (error) => forwardingFailed(logger, error),
    },
  });
}

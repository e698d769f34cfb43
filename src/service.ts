/** The one place that knows every part: builds them, and closes them in reverse. */
import type { Config } from './config/config.ts';
import type { Clock, Store } from './core/ports.ts';
import type { ServerLimits } from './http/server.ts';
import { databaseWarned, groupCommitted, type Logger } from './observe/events.ts';
import { Metrics } from './observe/metrics.ts';
import type { Tracing } from './observe/tracing.ts';
import { folderOf, openStore } from './store/index.ts';
import type { UpstreamLimits } from './upstream/limits.ts';
import { version } from './version.ts';

export interface ServiceParts {
  readonly logger: Logger;
  /** Takes what a newcomer is told at the first start. */
  readonly print: (text: string) => void;
  readonly clock?: Clock;
  /** The clock that never goes back, in ms; absent: the machine's. */
  readonly ticks?: Clock;
  readonly limits?: Partial<ServerLimits>;
  readonly upstreamLimits?: Partial<UpstreamLimits>;
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

/** Builds every part, listens, and gives back what can be closed. What it opened is closed again if it fails. */
export async function startService(config: Config, parts: ServiceParts): Promise<Service> {
  const { clock = Date.now, logger, ticks, watchEvery } = parts;
  const metrics = new Metrics();
  const observer = {
    committed: (group: { writes: number; milliseconds: number }) => groupCommitted(metrics, group),
    warned: (warning: string) => databaseWarned(logger, warning),
  };
  // Closed in reverse: first what goes on by itself and the server, last the store.
  await using opened = new AsyncDisposableStack();
  const [store, { dialects, ...made }] = await Promise.all([
    parts.store ?? openStore(config.database, { observer }),
    import('./service/parts.ts'),
  ]);
  opened.defer(() => store.close());
  const tracing = config.traces ? await trace(logger) : undefined;
  if (tracing) opened.defer(() => tracing.close());
  const sealer = new made.Sealer(config.secretKeys);
  // A start that cannot go on as it was must not take the port.
  const connections = await made.checkSealedSecrets({ directory: store.directory, sealer, clock });

  const sends = new made.SendPolicies(store.directory);
  const common = { store, sealer, guard: new made.Guard(config.allowPrivate), clock, metrics, logger, sends };
  const outward = made.createOutward({ ...common, ticks, limits: parts.upstreamLimits });
  opened.defer(() => outward.forwarding.close());
  opened.defer(() => outward.upstreams.close());
  let isPrepared = false;
  const limits = { ...made.defaultLimits, ...parts.limits };
  const serving = made.createServing({ ...common, ...outward, config, limits, tracing, isPrepared: () => isPrepared });
  opened.defer(() => serving.close());
  const url = await serving.listen();
  // Only now: a start that gets no port must not use up the one time that secrets are shown.
  const at = { url, baseUrl: config.publicUrl ?? url };
  const { adminKey, demo } = config;
  const folder = parts.folder ?? folderOf(config.database);
  await made.welcome({ store, clock, adminKey, demo, dialects, at, folder, print: parts.print, logger });
  isPrepared = true;
  serving.loadSoon();
  const background = made.startBackground({ ...common, ...outward, hasConnections: connections > 0, watchEvery });
  opened.defer(() => background.close());
  const all = opened.move();
  return { url, close: once(() => all.disposeAsync()) };
}

async function trace(logger: Logger): Promise<Tracing> {
  const { startTracing } = await import('./observe/tracing.ts');
  return startTracing(logger, version);
}

function once<Value>(act: () => Promise<Value>): () => Promise<Value> {
  let done: Promise<Value> | undefined;
  return () => (done ??= act());
}

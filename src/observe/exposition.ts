/** Metrics in Prometheus' text format. Loaded by the first who asks: prom-client takes 20 ms and more to load. */
import { collectDefaultMetrics, type Metric, Registry } from 'prom-client';
import type { StoreUsage, SyncCount, Upstreams, Webhooks } from '../core/ports.ts';
import type { Distribution } from './distribution.ts';
import type { Counts, Metrics } from './metrics.ts';

export interface Exposition {
  readonly contentType: string;
  text(): Promise<string>;
}

export interface ExpositionParts {
  readonly metrics: Metrics;
  readonly version: string;
  /** Asked at every scrape. */
  readonly usage: () => Promise<StoreUsage>;
  readonly syncs: () => Promise<readonly SyncCount[]>;
  readonly upstreams: Pick<Upstreams, 'stops' | 'unknownNumbers'>;
  readonly webhooks: Pick<Webhooks, 'counts'>;
}

type Labels = Readonly<Record<string, string | number>>;

/** A line of the format; without a name of its own it has its metric's. */
interface Sample {
  readonly metricName?: string;
  readonly labels: Labels;
  readonly value: number;
}

interface Source {
  readonly name: `gatehouse_${string}`;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  read(): readonly Sample[] | Promise<readonly Sample[]>;
}

/** From now on the process measures itself too: its event loop, garbage collection, memory and files. */
export function createExposition(parts: ExpositionParts): Exposition {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  for (const source of sourcesOf(parts)) registry.registerMetric(toMetric(source));
  return { contentType: registry.contentType, text: () => registry.metrics() };
}

function sourcesOf({ metrics, version, usage, syncs, upstreams, webhooks }: ExpositionParts): readonly Source[] {
  const counts = together(() => webhooks.counts());
  return [
    {
      name: 'gatehouse_requests_total',
      type: 'counter',
      help: 'Requests answered, by dialect, operation and HTTP status.',
      read: () =>
        metrics.calls.flatMap(({ dialect, operation, byStatus }) =>
          [...byStatus].map(([status, value]) => ({ labels: { dialect, operation, status }, value })),
        ),
    },
    {
      name: 'gatehouse_request_duration_seconds',
      type: 'histogram',
      help: 'From the head of a request until its answer is ready to be sent.',
      read: () =>
        metrics.calls.flatMap(({ dialect, operation, seconds }) =>
          toSamples('gatehouse_request_duration_seconds', seconds, { dialect, operation }),
        ),
    },
    {
      name: 'gatehouse_refused_users_total',
      type: 'counter',
      help: 'Users refused in requests that were understood, by why.',
      read: () => Object.entries(metrics.refusedUsers).map(([why, value]) => ({ labels: { why }, value })),
    },
    {
      name: 'gatehouse_refused_requests_total',
      type: 'counter',
      help: 'Requests refused as a whole, by kind.',
      read: () => [...metrics.refusedRequests].map(([kind, value]) => ({ labels: { kind }, value })),
    },
    {
      name: 'gatehouse_upstream_requests_total',
      type: 'counter',
      help: 'What providers were asked, by connection, kind (pass, send, push, list) and result.',
      read: () => toLabelled(metrics.upstreamRequests),
    },
    {
      name: 'gatehouse_pushes_total',
      type: 'counter',
      help: 'Blocks and unblocks that were pushed, by connection and result.',
      read: () => toLabelled(metrics.pushes),
    },
    {
      name: 'gatehouse_sync_users',
      type: 'gauge',
      help: 'Users of numbers with an upstream, by connection and where they stand at the provider.',
      read: async () =>
        (await syncs()).map(({ connection, state, users }) => ({ labels: { connection, state }, value: users })),
    },
    {
      name: 'gatehouse_connection_stopped',
      type: 'gauge',
      help: '1 for each connection that is stopped: its provider refused the token.',
      read: () => upstreams.stops().map(({ connection }) => ({ labels: { connection }, value: 1 })),
    },
    {
      name: 'gatehouse_unknown_numbers',
      type: 'gauge',
      help: 'Numbers that their providers do not know, by connection.',
      read: () =>
        [...Map.groupBy(upstreams.unknownNumbers(), ({ connection }) => connection)].map(([connection, numbers]) => ({
          labels: { connection },
          value: numbers.length,
        })),
    },
    {
      name: 'gatehouse_imports_total',
      type: 'counter',
      help: 'Lists of providers that were taken over, by connection and whether to their end (done) or not yet (partial).',
      read: () => toLabelled(metrics.imports),
    },
    {
      name: 'gatehouse_reconcile_jobs_total',
      type: 'counter',
      help: 'Jobs that made a list and its provider’s one, by whose list was right and result.',
      read: () => toLabelled(metrics.reconcileJobs),
    },
    {
      name: 'gatehouse_webhook_posts_total',
      type: 'counter',
      help: 'Requests under the webhook addresses, by connection and result.',
      read: () => toLabelled(metrics.webhookPosts),
    },
    {
      name: 'gatehouse_webhook_messages_total',
      type: 'counter',
      help: 'Messages and calls that came in, by whether their senders are blocked (blocked) or not (passed).',
      read: () => toLabelled(metrics.webhookMessages),
    },
    {
      name: 'gatehouse_delivery_attempts_total',
      type: 'counter',
      help: 'Calls to apps, by result: the family of the status, late or lost.',
      read: () => toLabelled(metrics.deliveryAttempts),
    },
    {
      name: 'gatehouse_deliveries',
      type: 'gauge',
      help: 'Deliveries to apps that wait, and those that were given up.',
      read: async () => {
        const { waiting, givenUp } = await counts();
        return [
          { labels: { state: 'waiting' }, value: waiting },
          { labels: { state: 'given_up' }, value: givenUp },
        ];
      },
    },
    {
      name: 'gatehouse_delivery_bytes',
      type: 'gauge',
      help: 'What deliveries to apps take on disk.',
      read: async () => [{ labels: {}, value: (await counts()).deliveryBytes }],
    },
    {
      name: 'gatehouse_held_messages',
      type: 'gauge',
      help: 'Messages of blocked users that are held.',
      read: async () => [{ labels: {}, value: (await counts()).held }],
    },
    {
      name: 'gatehouse_held_bytes',
      type: 'gauge',
      help: 'What they take on disk.',
      read: async () => [{ labels: {}, value: (await counts()).heldBytes }],
    },
    {
      name: 'gatehouse_commit_writes',
      type: 'histogram',
      help: 'Writes that shared one transaction and its fsync.',
      read: () => toSamples('gatehouse_commit_writes', metrics.groupWrites, {}),
    },
    {
      name: 'gatehouse_commit_duration_seconds',
      type: 'histogram',
      help: 'How long such a transaction took, fsync included.',
      read: () => toSamples('gatehouse_commit_duration_seconds', metrics.groupSeconds, {}),
    },
    {
      name: 'gatehouse_store_waiting_writes',
      type: 'gauge',
      help: 'Writes that were asked for and are not on disk yet.',
      read: async () => [{ labels: {}, value: (await usage()).waitingWrites }],
    },
    {
      name: 'gatehouse_store_bytes',
      type: 'gauge',
      help: 'What the store takes on disk, its log included.',
      read: async () => [{ labels: {}, value: (await usage()).bytes }],
    },
    {
      name: 'gatehouse_build_info',
      type: 'gauge',
      help: 'Always 1; its labels tell what runs.',
      read: () => [{ labels: { version, node: process.version }, value: 1 }],
    },
  ];
}

/** Those who ask while an answer is under way share it. */
function together<Value>(ask: () => Promise<Value>): () => Promise<Value> {
  let asked: Promise<Value> | undefined;
  return () => {
    asked ??= ask().finally(() => {
      asked = undefined;
    });
    return asked;
  };
}

/** A metric as the registry asks for it: whatever it counts is counted elsewhere. */
function toMetric({ name, type, help, read }: Source): Metric {
  const get = async () => ({ name, type, help, aggregator: 'sum', values: await readOrNothing(read) });
  return { name, get, reset() {} } as unknown as Metric;
}

/** What cannot be read now is left out: all the rest is what an operator needs just then. */
async function readOrNothing(read: Source['read']): Promise<readonly Sample[]> {
  try {
    return await read();
  } catch {
    return [];
  }
}

function toLabelled<Labels extends Readonly<Record<keyof Labels, string>>>(counts: Counts<Labels>): readonly Sample[] {
  return counts.all.map(({ labels, value }) => ({ labels: { ...labels }, value }));
}

function toSamples(name: string, { bounds, counts, sum }: Distribution, labels: Labels): Sample[] {
  let total = 0;
  const buckets = counts.map((count, index) => {
    total += count;
    return { metricName: `${name}_bucket`, labels: { ...labels, le: bounds[index] ?? '+Inf' }, value: total };
  });
  return [
    ...buckets,
    { metricName: `${name}_sum`, labels, value: sum },
    { metricName: `${name}_count`, labels, value: total },
  ];
}

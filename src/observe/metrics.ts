/**
 * What this process counted since it started: plain numbers, so that a request pays nanoseconds. Only who asks for
 * `/metrics` loads what writes them in Prometheus' format (`exposition.ts`). No label names a user, a key or a path.
 */
import type { UserRefusal } from '../core/outcome.ts';
import { Distribution } from './distribution.ts';

/** In seconds: from an answer out of memory to one that a client has long given up. */
const durations = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const groupSizes = [1, 2, 4, 8, 16, 32, 64, 128, 256];

/** A call of one operation, answered. */
export interface ServedCall {
  /** The dialect's name, or `admin`. */
  readonly dialect: string;
  /** `none`: the request could not be understood so far. */
  readonly operation: string;
  readonly status: number;
  /** From its head until its answer was ready to be sent. */
  readonly milliseconds: number;
}

/** All calls of one operation. */
export interface CallCount {
  readonly dialect: string;
  readonly operation: string;
  readonly byStatus: Map<number, number>;
  readonly seconds: Distribution;
}

/** Something that a provider was asked. */
export interface UpstreamRequest {
  readonly connection: string;
  /** `pass` and `send` are a client's requests, the others our own. */
  readonly kind: 'pass' | 'send' | 'push' | 'list';
  /** One of a few words. */
  readonly result: string;
}

/** Pushes of a connection that ended in the same way. */
export interface PushCount {
  readonly connection: string;
  readonly result: string;
}

/** A provider's list that was read to be taken over. */
export interface ImportCount {
  readonly connection: string;
  readonly result: 'done' | 'partial';
}

/** A job that made a list and its provider's one. */
export interface ReconcileCount {
  /** Whose list was right. */
  readonly prefer: string;
  readonly result: 'done' | 'failed';
}

/** A request under a connection's webhook address. */
export interface WebhookPost {
  /** `none`: there is no such connection. */
  readonly connection: string;
  /** One of a few words. */
  readonly result: string;
}

/** How often each of a few things happened. */
export class Counts<Labels extends Readonly<Record<keyof Labels, string>>> {
  readonly #counts = new Map<string, { readonly labels: Labels; value: number }>();

  get all(): readonly { readonly labels: Labels; readonly value: number }[] {
    return [...this.#counts.values()];
  }

  add(labels: Labels, times = 1): void {
    let id = '';
    for (const name in labels) id += `${labels[name]} `;
    const known = this.#counts.get(id);
    if (known) known.value += times;
    else this.#counts.set(id, { labels, value: times });
  }
}

export class Metrics {
  readonly refusedUsers: Record<UserRefusal, number> = {
    not_a_user: 0,
    parent_user_id: 0,
    self: 0,
    business: 0,
    window: 0,
    capacity: 0,
    provider: 0,
    unsettled: 0,
  };
  readonly refusedRequests = new Map<string, number>();
  readonly groupWrites = new Distribution(groupSizes);
  readonly groupSeconds = new Distribution(durations);
  readonly upstreamRequests = new Counts<UpstreamRequest>();
  readonly pushes = new Counts<PushCount>();
  readonly imports = new Counts<ImportCount>();
  readonly reconcileJobs = new Counts<ReconcileCount>();
  readonly webhookPosts = new Counts<WebhookPost>();
  /** Messages and calls, by whether their senders are blocked. */
  readonly webhookMessages = new Counts<{ readonly outcome: 'passed' | 'blocked' }>();
  readonly deliveryAttempts = new Counts<{ readonly result: string }>();
  readonly #calls = new Map<string, Map<string, CallCount>>();

  get calls(): readonly CallCount[] {
    return [...this.#calls.values()].flatMap((operations) => [...operations.values()]);
  }

  countCall({ dialect, operation, status, milliseconds }: ServedCall): void {
    const { byStatus, seconds } = this.#calls.get(dialect)?.get(operation) ?? this.#open(dialect, operation);
    byStatus.set(status, (byStatus.get(status) ?? 0) + 1);
    seconds.add(milliseconds / 1000);
  }

  countRefusedRequest(kind: string): void {
    this.refusedRequests.set(kind, (this.refusedRequests.get(kind) ?? 0) + 1);
  }

  #open(dialect: string, operation: string): CallCount {
    const count: CallCount = { dialect, operation, byStatus: new Map(), seconds: new Distribution(durations) };
    const operations = this.#calls.get(dialect) ?? new Map<string, CallCount>();
    this.#calls.set(dialect, operations.set(operation, count));
    return count;
  }
}

/** What goes on without a request: what waits is taken up again, and from time to time there is a look for more. */
import type { Clock, Store } from '../core/ports.ts';
import type { SendPolicies } from '../http/send-policies.ts';
import { expireRegularly } from '../jobs/expiry.ts';
import { backgroundFailed, type Logger } from '../observe/events.ts';
import { forwardingFailed } from '../observe/outward-events.ts';
import { watchOtherNodes } from './other-nodes.ts';
import type { Outward } from './outward.ts';

export interface BackgroundDeps extends Outward {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly sends: SendPolicies;
  /** Whether any provider is connected. */
  readonly hasConnections: boolean;
  /** How often it is looked for what other nodes were told, in ms. Absent: every 10 s. */
  readonly watchEvery?: number | undefined;
}

/** How often it is looked for what the store may forget, in ms. */
const expireEvery = 5 * 60_000;

export function startBackground(deps: BackgroundDeps): { close(): Promise<void> } {
  const { store, clock, logger, upstreams, forwarding, sends, watchEvery = 10_000 } = deps;
  const told = (error: unknown) => backgroundFailed(logger, error);
  if (deps.hasConnections) {
    upstreams.start();
    void sends.load().catch(told);
  }
  void resume(deps).catch((error) => forwardingFailed(logger, error));
  const { webhooks, leases } = store;
  const expiry = expireRegularly({ webhooks, leases, clock, every: expireEvery, failed: told });
  const others = watchOtherNodes({ store, upstreams, forwarding, sends, every: watchEvery, failed: told });
  return {
    async close() {
      await Promise.all([others.close(), expiry.close()]);
    },
  };
}

/** Passes on what was there when the server ended. */
async function resume({ store, forwarding }: Pick<BackgroundDeps, 'store' | 'forwarding'>): Promise<void> {
  const waiting = await store.webhooks.waiting();
  if (waiting.length > 0) forwarding.start();
}

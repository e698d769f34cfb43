import { setTimeout as delay } from 'node:timers/promises';
import type { DeliveryId } from '../core/ids.ts';
import { LeaseLost } from '../core/leases.ts';
import type { Clock, DeliveryResult, Lease, Webhooks } from '../core/ports.ts';
import { delayAfter } from '../upstream/backoff.ts';
import type { Failpoint } from './failpoint.ts';
import type { ForwardingLimits } from './limits.ts';
import type { ForwardingObserver } from './observer.ts';

export interface SettleParts {
  readonly webhooks: Pick<Webhooks, 'settle'>;
  readonly clock: Clock;
  readonly limits: ForwardingLimits;
  readonly observer: ForwardingObserver;
  readonly failpoint: Failpoint;
  /** Ends what is under way. */
  readonly signal: AbortSignal;
}

/** Tells the store what became of a delivery, as often as it takes: what the app took must not be sent again. Throws LeaseLost. */
export async function settle(
  { webhooks, clock, limits, observer, failpoint, signal }: SettleParts,
  id: DeliveryId,
  result: DeliveryResult,
  lease: Lease,
): Promise<void> {
  for (let faults = 0; ; faults += 1) {
    try {
      await failpoint('before_settle');
      await webhooks.settle(id, result, clock(), lease);
      await failpoint('after_settle');
      return;
    } catch (error) {
      if (signal.aborted || error instanceof LeaseLost) throw error;
      observer.failed(error);
      await delay(delayAfter(faults, limits), undefined, { signal, ref: false });
    }
  }
}

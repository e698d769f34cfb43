import { defaultLeaseFor, Holding } from '../core/holding.ts';
import { works } from '../core/leases.ts';
import type { Clock, Leases, Webhooks } from '../core/ports.ts';

export interface ExpiryParts {
  readonly webhooks: Pick<Webhooks, 'expire'>;
  readonly leases: Leases;
  readonly clock: Clock;
  /** In ms. */
  readonly every: number;
  /** It could not be done now. */
  readonly failed: (error: unknown) => void;
}

/** Forgotten in one write, at most. */
const batch = 1_000;

/** Lets the store forget from time to time what was kept long enough; one node does it at a time. */
export function expireRegularly({ webhooks, leases, clock, every, failed }: ExpiryParts): { close(): Promise<void> } {
  const time = () => performance.now();
  const holding = new Holding({ leases, work: works.expiry, leaseFor: defaultLeaseFor, time });
  let isClosed = false;
  let work: Promise<void> = Promise.resolve();
  const expire = async () => {
    try {
      while (!isClosed && (await holding.take()) && (await webhooks.expire(clock(), batch)));
    } catch (error) {
      failed(error);
    }
    await holding.release();
  };
  const timer = setInterval(() => {
    work = work.then(expire);
  }, every).unref();
  return {
    close() {
      isClosed = true;
      clearInterval(timer);
      return work;
    },
  };
}

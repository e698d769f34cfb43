import type { Clock, Webhooks } from '../core/ports.ts';

export interface ExpiryParts {
  readonly webhooks: Pick<Webhooks, 'expire'>;
  readonly clock: Clock;
  /** In ms. */
  readonly every: number;
  /** It could not be done now. */
  readonly failed: (error: unknown) => void;
}

/** Forgotten in one write, at most. */
const batch = 1_000;

/** Lets the store forget from time to time what was kept long enough. */
export function expireRegularly({ webhooks, clock, every, failed }: ExpiryParts): { close(): Promise<void> } {
  let isClosed = false;
  let work: Promise<void> = Promise.resolve();
  const expire = async () => {
    try {
      while (!isClosed && (await webhooks.expire(clock(), batch)));
    } catch (error) {
      failed(error);
    }
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

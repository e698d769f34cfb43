import type { AppOwner } from '../core/apps.ts';
import type { DeliveryId } from '../core/ids.ts';

/** A call to an app, over. */
export interface Attempt {
  readonly app: AppOwner;
  readonly delivery: DeliveryId;
  /** The first digit of the status with `xx`; `late`: no answer in time; `lost`: none at all. */
  readonly result: string;
  /** What went wrong, in plain words. */
  readonly detail?: string;
  readonly milliseconds: number;
}

/** Learns what is said to apps. It is told after the fact and must not throw. */
export interface ForwardingObserver {
  attempted(attempt: Attempt): void;
  /** It is not tried any more. */
  gaveUp(app: AppOwner, delivery: DeliveryId, detail: string): void;
  /** The app fails all the time, and is left alone for so long. */
  paused(app: AppOwner, milliseconds: number): void;
  /** Something of ours failed, for example the store; it is tried again. */
  failed(error: unknown): void;
}

export const noObserver: ForwardingObserver = { attempted() {}, gaveUp() {}, paused() {}, failed() {} };

import type { ConnectionName, PhoneNumberId } from '../core/ids.ts';
import type { Stop, UnknownNumber } from '../core/ports.ts';
import type { PushResult } from '../core/push.ts';

/** What a call to a provider was for. */
export type CallPurpose = 'block' | 'unblock' | 'list';

export interface UpstreamCall {
  readonly connection: ConnectionName;
  readonly number: PhoneNumberId;
  readonly purpose: CallPurpose;
  /** `answered`: the provider did what it does, even if it refused users. */
  readonly result: 'answered' | 'token' | 'busy' | 'broken' | 'number' | 'refused' | 'lost';
  /** In plain words, unless it was answered. */
  readonly detail?: string;
  readonly milliseconds: number;
}

/** A provider's list was taken over, as far as it could be read. */
export interface ListImport {
  readonly connection: ConnectionName;
  readonly number: PhoneNumberId;
  /** Whom it named. */
  readonly users: number;
  /** False: it could not be read to its end, and is tried again. */
  readonly isComplete: boolean;
  /** Why, in plain words. */
  readonly detail?: string;
}

/** Learns what is said to providers. It is told after the fact and must not throw. */
export interface UpstreamObserver {
  /** A call is over. */
  called(call: UpstreamCall): void;
  /** So many pushes of a connection ended in this way, and the store knows it. */
  settled(connection: ConnectionName, result: PushResult['kind'], pushes: number): void;
  /** What of it was read is on disk. */
  imported(list: ListImport): void;
  /** Nothing is pushed through the connection until it is changed. */
  stopped(stop: Stop): void;
  /** The provider does not know the number: nothing of it can be pushed. */
  unknown(number: UnknownNumber): void;
  /** The connection is not asked for so long: it was asked too much (`busy`), or fails all the time (`broken`). */
  paused(connection: ConnectionName, why: 'busy' | 'broken', milliseconds: number): void;
  /** Something of ours failed, for example the store; it is tried again. */
  failed(error: unknown): void;
}

export const noObserver: UpstreamObserver = {
  called() {},
  settled() {},
  imported() {},
  stopped() {},
  unknown() {},
  paused() {},
  failed() {},
};

import { lineLength } from '../core/delivery-line.ts';
import { defaultLeaseFor } from '../core/holding.ts';
import type { Delays } from '../upstream/backoff.ts';

/** How much an app is sent at once, and how long anything may take. All times in ms. */
export interface ForwardingLimits extends Delays {
  /** Until a connection to the app stands. */
  readonly connectTimeout: number;
  /** From the beginning of a call to the last byte of the answer. */
  readonly callTimeout: number;
  /** Of an answer so many bytes are read, and thrown away; then its connection is closed. */
  readonly answerBytes: number;
  /** Calls to one app at the same time. */
  readonly atOnce: number;
  /** Deliveries of an app that are read at once, and whose bodies are kept at most. */
  readonly window: number;
  /** Deliveries of an app that are known of at most: a sender's that cannot be delivered must not keep others from being seen. */
  readonly known: number;
  /** How long a delivery is tried. */
  readonly retryFor: number;
  /** So many failures of an app in a row, and it is left alone for a while. */
  readonly failuresToPause: number;
  readonly longestPause: number;
  /** How long a node that died is waited for before another goes on with an app: more than a call takes. */
  readonly leaseFor: number;
  /** Between two looks for apps for which something waits, at whatever node it came in. */
  readonly sweepEvery: number;
  /** Between two looks of who has an app at what came in for it at other nodes; and before who has it not asks again, at first. */
  readonly lookAgain: number;
  /** How long an app may be another one before a node notices that was not told. */
  readonly noticeAfter: number;
  /** How long calls under way may go on after the end was asked for. */
  readonly closeGrace: number;
}

export const defaultLimits: ForwardingLimits = {
  firstDelay: 1_000,
  longestDelay: 10 * 60_000,
  connectTimeout: 5_000,
  callTimeout: 10_000,
  answerBytes: 64 * 1024,
  atOnce: 8,
  window: 64,
  known: lineLength,
  retryFor: 3 * 24 * 60 * 60_000,
  failuresToPause: 5,
  longestPause: 30_000,
  leaseFor: defaultLeaseFor,
  sweepEvery: 10_000,
  lookAgain: 500,
  noticeAfter: 1_000,
  closeGrace: 5_000,
};

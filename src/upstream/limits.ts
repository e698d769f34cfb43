import { defaultLeaseFor } from '../core/holding.ts';

/** How much a provider is asked at once, and how long anything may take. All times in ms. */
export interface UpstreamLimits {
  /** Until a connection to the provider stands. */
  readonly connectTimeout: number;
  /** A call of our own, from its beginning to the last byte of the answer. */
  readonly callTimeout: number;
  /** The longest answer to a call of our own, in bytes; one of 1,000 users has about 100 KB. */
  readonly answerBytes: number;
  /** Numbers of one connection that are pushed at the same time. */
  readonly numbersAtOnce: number;
  /** Between the beginnings of two calls of one connection. */
  readonly gap: number;
  /** Before something is tried for the second time; it doubles with each try. */
  readonly firstDelay: number;
  readonly longestDelay: number;
  /** The same between requests that are refused as a whole for the one user whom each names: there may be many. */
  readonly longestPause: number;
  /** So many failures of a connection in a row keep it from being asked for a while. */
  readonly failuresToBreak: number;
  /** Between two looks at what is due on all connections. */
  readonly sweepEvery: number;
  /** How long a client waits for the provider under `push: "wait"`. */
  readonly agreeTimeout: number;
  /** Before the provider's list is asked for what it left unsaid: what it began, it has finished by then. */
  readonly settleDelay: number;
  /** How long the whole of a provider's list may take to be read for somebody who wants to see it. */
  readonly readTimeout: number;
  /** Requests of clients that are passed through one connection at the same time; others wait. */
  readonly passingAtOnce: number;
  /** So many wait; who comes then is refused. */
  readonly passingWaiting: number;
  /** Who has waited so long is refused too. More than it takes to connect, which is waited for in the same way. */
  readonly passingPatience: number;
  /** How long a node that died is waited for before another says what it had to say: more than a call takes. */
  readonly leaseFor: number;
  /** So long a node goes on with a number's list, and then gives way for a moment to others that want to say something there. */
  readonly holdFor: number;
  readonly giveWayFor: number;
  /** Before who waits for another node looks again, at first. */
  readonly lookAgain: number;
  /** How long a connection may be another one before a node notices that was not told. */
  readonly noticeAfter: number;
  /** How long what is under way may go on after the end was asked for, and on a connection that was changed. */
  readonly closeGrace: number;
  readonly changeGrace: number;
}

export const defaultLimits: UpstreamLimits = {
  connectTimeout: 5_000,
  callTimeout: 20_000,
  answerBytes: 8 * 1024 * 1024,
  numbersAtOnce: 4,
  gap: 20,
  firstDelay: 500,
  longestDelay: 60_000,
  longestPause: 1_000,
  failuresToBreak: 5,
  sweepEvery: 10_000,
  agreeTimeout: 10_000,
  settleDelay: 2_000,
  readTimeout: 60_000,
  passingAtOnce: 128,
  passingWaiting: 512,
  passingPatience: 10_000,
  leaseFor: defaultLeaseFor,
  holdFor: 2_000,
  giveWayFor: 250,
  lookAgain: 100,
  noticeAfter: 1_000,
  closeGrace: 5_000,
  changeGrace: 60_000,
};

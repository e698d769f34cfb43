import type { Problem } from './wire.ts';

/** What went wrong, as one word. The last three are the client's own: no Gatehouse has answered. */
export type ErrorKind =
  | 'bad-request'
  | 'unauthorized'
  | 'not-found'
  | 'method-not-allowed'
  | 'conflict'
  | 'too-large'
  | 'invalid'
  | 'rate-limited'
  | 'internal'
  | 'unavailable'
  | 'unreachable'
  | 'timeout'
  | 'not-gatehouse';

/** A field of the request and what is wrong with it; inner fields come after a slash. */
export type FieldFault = NonNullable<Problem['errors']>[number];

const advice: Readonly<Record<ErrorKind, string>> = {
  'bad-request': 'Client and server do not understand each other: use the client of the server’s own version.',
  unauthorized:
    'Give the admin key: the server’s GATEHOUSE_ADMIN_KEY, or the one in the first-start.txt beside its data.',
  'not-found': 'Check the id: the list of such things shows those that exist.',
  'method-not-allowed': 'Use the client of the server’s own version.',
  conflict: 'Read the present state, and change what stands against the request.',
  'too-large': 'Send less at once.',
  invalid: 'Correct the fields that are named and send it again.',
  'rate-limited': 'Wait before the next request, or raise the server’s GATEHOUSE_RATE_LIMIT.',
  internal: 'Look into the server’s log for the request id.',
  unavailable: 'Nothing was changed. Try again later; if it stays so, look at the server’s disk and its log.',
  unreachable: 'Check that the server runs, and that the URL is the one it listens on.',
  timeout: 'Check how busy the server is, or allow more time.',
  'not-gatehouse': 'Check the URL: it must be where Gatehouse answers, without /api/v1.',
};

/** By the code that comes with a conflict. */
const conflictAdvice: Readonly<Record<string, string>> = {
  window: 'Wait until the user writes to the number, or set the number’s rule window to off.',
  capacity: 'Unblock somebody, or raise the number’s rule capacity.',
  business: 'Set the number’s rule window to off, if it shall block numbers that are hosted here.',
  self: 'Leave the number itself out.',
  in_use: 'Take it away from the numbers that use it first.',
  provider: 'Change what the provider names; the number’s rule push: later blocks here all the same.',
  unsettled: 'Ask for the user’s state later, or repeat it.',
  no_app: 'Give it an app with a url first.',
  no_upstream: 'Give the number an upstream first.',
  running: 'Wait until the job has ended.',
  has_upstream: 'Use a number without an upstream to play with.',
  secret_in_use: 'Choose another secret, or let the server make one.',
};

const doubt = 'It may have been carried out all the same: look before you repeat it.';

export interface ErrorParts {
  readonly kind: ErrorKind;
  readonly status?: number | undefined;
  readonly code?: string | undefined;
  readonly requestId?: string | undefined;
  readonly fields?: readonly FieldFault[] | undefined;
  readonly retryAfter?: number | undefined;
  /** Whether the server may have done what was asked, though no answer says so. */
  readonly inDoubt?: boolean;
  readonly cause?: unknown;
}

/**
 * Everything that this client throws, but for the reason of your own `AbortSignal`, which comes as it is.
 *
 * @example
 * try {
 *   await gatehouse.numbers.get('404');
 * } catch (error) {
 *   if (!(error instanceof GatehouseError)) throw error;
 *   console.log(error.kind, error.status); // not-found 404
 *   console.log(error.message); // There is no number with this id.
 *   console.log(error.advice); // Check the id: the list of such things shows those that exist.
 * }
 */
export class GatehouseError extends Error {
  override readonly name = 'GatehouseError';
  readonly kind: ErrorKind;
  /** The HTTP status, if there was an answer. */
  readonly status: number | undefined;
  /**
   * Why it is a conflict: `window`, `capacity`, `self`, `business`, `provider`, `unsettled`, `in_use`, `has_upstream`,
   * `no_upstream`, `running`, `no_app` or `secret_in_use`.
   */
  readonly code: string | undefined;
  /** Names the request in the server's log. */
  readonly requestId: string | undefined;
  /** Every field that is wrong; empty unless the kind is `invalid`. */
  readonly fields: readonly FieldFault[];
  /** How long the server asks to wait, in ms. */
  readonly retryAfter: number | undefined;
  /** Whether what was asked may have been done, though no answer says so. */
  readonly inDoubt: boolean;
  /** What to do about it, in a sentence or two. */
  readonly advice: string;

  constructor(message: string, parts: ErrorParts) {
    super(message, parts.cause === undefined ? undefined : { cause: parts.cause });
    this.kind = parts.kind;
    this.status = parts.status;
    this.code = parts.code;
    this.requestId = parts.requestId;
    this.fields = parts.fields ?? [];
    this.retryAfter = parts.retryAfter;
    this.inDoubt = parts.inDoubt ?? false;
    const known = (parts.code !== undefined && conflictAdvice[parts.code]) || advice[parts.kind];
    this.advice = this.inDoubt ? `${known} ${doubt}` : known;
  }
}

/**
 * Every way in which a whole request is refused. A dialect renders each in its own voice; what the parts hold is public.
 * A refused *user* is no error but an outcome (`outcome.ts`); anything else that is thrown is a bug.
 */
export type Reason =
  | { readonly kind: 'no_credential' }
  /** The same credential header or parameter came twice. */
  | { readonly kind: 'ambiguous_credential' }
  | { readonly kind: 'unknown_credential' }
  | { readonly kind: 'expired_credential'; readonly at: Date }
  | { readonly kind: 'revoked_credential' }
  /** The dialect names no number in its path and the key reaches none, or several. */
  | { readonly kind: 'not_one_number' }
  /** No such number, or not this key's: the two are never told apart. */
  | { readonly kind: 'number_not_found'; readonly asked: string }
  | { readonly kind: 'unknown_path' }
  | { readonly kind: 'unknown_method' }
  /** `hint` tells what was sent instead, where that is a known slip. */
  | { readonly kind: 'missing_parameter'; readonly name: string; readonly hint?: string }
  | { readonly kind: 'wrong_parameter'; readonly name: string; readonly expected: string }
  | { readonly kind: 'wrong_value'; readonly name: string; readonly allowed: readonly string[]; readonly got: string }
  /** The body is not what its content type says: broken JSON, invalid UTF-8, too deep. */
  | { readonly kind: 'invalid_body'; readonly detail: string }
  | { readonly kind: 'body_too_large' }
  | { readonly kind: 'invalid_cursor'; readonly name: 'after' | 'before' }
  | { readonly kind: 'too_many_users'; readonly max: number }
  /** The number has blocked whom it sends to: nothing is sent. */
  | { readonly kind: 'recipient_blocked' }
  /** Graph's batch: requests within a request, which no block could be held against. */
  | { readonly kind: 'batch_refused' }
  /** The path names no number, and the numbers that the key reaches share no connection to pass it through. */
  | { readonly kind: 'no_one_connection' }
  /**
   * The provider cannot be reached, or did not begin to answer in time. Whether it acted is not known. `detail` says why, to
   * operators.
   */
  | { readonly kind: 'upstream_failed'; readonly timedOut: boolean; readonly detail?: string }
  /** The list changed between two pages of a number with `paging: "versioned"`. */
  | { readonly kind: 'list_changed' }
  /** The key asks more often than it may: `limit` requests a second. `retryAfter` is in whole seconds, at least 1. */
  | { readonly kind: 'rate_limited'; readonly limit: number; readonly retryAfter: number }
  /** More is under way than the server can finish in good time. `retryAfter` is in whole seconds, at least 1. */
  | { readonly kind: 'overloaded'; readonly retryAfter: number }
  /** The store cannot answer now (a full or failing disk); nothing of the request was done. */
  | { readonly kind: 'store_unavailable' }
  | { readonly kind: 'internal' };

export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly reason: Reason;

  /** `cause` is private: it goes to the log, never into an answer. */
  constructor(reason: Reason, cause?: unknown) {
    super(reason.kind, cause === undefined ? undefined : { cause });
    this.reason = reason;
  }
}

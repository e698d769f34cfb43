/** Why a call told nothing of the users it named, and what to do about it. */
import type { CallFailure, ChangeReading, ListReading } from '../dialects/dialect.ts';
import type { CallError } from './exchange.ts';

export interface Failure {
  /** As a caller reads it; `lost`: there was no answer. */
  readonly kind: CallFailure['kind'] | 'lost';
  /** The provider's code and message, if it gave some. */
  readonly code?: number;
  readonly message?: string;
  /** In plain words. */
  readonly detail: string;
  /** In ms from now, if the provider said. */
  readonly retryAfter?: number;
  /** The provider may have acted on it: its list can tell, an answer did not. */
  readonly isUnknown: boolean;
}

export type AnyReading = ChangeReading | ListReading;

/** A failure, or what was read. */
export type Asked<Reading> =
  | { readonly failure: Failure }
  | { readonly failure?: undefined; readonly reading: Exclude<Reading, { readonly kind: 'failed' }> };

export function lostCall(error: CallError): Failure {
  return { kind: 'lost', detail: error.message, isUnknown: error.wasSent };
}

/** `status` is that of the answer. */
export function failureOf({ kind, told, retryAfter }: CallFailure, status: number): Failure {
  const { code, message, details } = told;
  return {
    kind,
    detail: details,
    ...(code !== undefined && { code }),
    ...(message !== undefined && { message }),
    ...(retryAfter !== undefined && { retryAfter }),
    // A yes that cannot be understood may be one nevertheless.
    isUnknown: kind === 'broken' && status < 300,
  };
}

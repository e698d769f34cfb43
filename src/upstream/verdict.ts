import type { Push, PushResult } from '../core/push.ts';
import type { Listing } from './listing.ts';

export interface Known {
  readonly listing: Listing;
  /** How many others the list should hold, by what the provider confirmed. */
  readonly expected: number;
  /** In ms since the epoch. */
  readonly retryAt: number;
}

/** After so many tries an empty list is believed whatever it should hold. */
const triesToBelieve = 3;

/**
 * What the provider's list says of a push that the provider said nothing of. Who is on it is there; who is not is gone only if
 * all of it was read. An intent is settled by that, either way, and never pushed; any other push is made again.
 */
export function judge({ user, goal, isIntent, attempts }: Push, { listing, expected, retryAt }: Known): PushResult {
  const isThere = listing.has(user);
  if (goal === 'block' && isThere) return { kind: 'done' };
  // Lists have been reported empty that were not.
  const isPlausible = listing.count > 0 || expected <= 0 || attempts >= triesToBelieve;
  const isGone = !isThere && listing.isComplete && isPlausible;
  if (goal === 'unblock' && isGone) return { kind: 'done' };
  if (!isThere && !isGone) return { kind: 'retry', detail: 'The provider’s list could not be read whole', at: retryAt };
  const detail = isThere ? 'The provider still lists the user' : 'The provider does not list the user';
  return isIntent ? { kind: 'failed', detail } : { kind: 'retry', detail, at: retryAt };
}

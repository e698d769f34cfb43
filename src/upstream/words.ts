/** What is told of a push and of a refused user, by the provider's code. */
import type { ProviderWords } from '../core/outcome.ts';
import type { PushGoal, PushResult } from '../core/push.ts';
import type { Failure } from './failure.ts';

/** The user has not written for 24 hours: it can be blocked when it does. */
const noMessage = 131047;
const listFull = 139101;
const internal = 139103;
const tooMuch = 130429;
/** By these a provider says of a user that it could not just now; by any other that it will not. */
const passing = new Set([1, 2, 4, 80007, tooMuch, 131000, 131016, 139102, internal]);

export const overflow = { kind: 'overflow', detail: 'The provider’s list is full: enforced here' } as const;

/** What becomes of a push whose user the provider refused; `retryAt` is in ms since the epoch. */
export function resultOf(goal: PushGoal, told: ProviderWords, retryAt: number): PushResult {
  const { code, message } = told;
  const detail = told.details === '' ? message : told.details;
  if (passing.has(code)) return { kind: 'retry', code, detail, at: retryAt };
  if (goal === 'block' && code === noMessage)
    return { kind: 'waiting', code, message, detail: `Pushed when the user writes: ${detail}` };
  if (goal === 'block' && code === listFull) return { ...overflow, code, message };
  return { kind: 'failed', code, message, detail };
}

/** A request that the provider refused for the one user whom it named. */
export function refusedFor(failure: Failure): ProviderWords {
  const { code = internal, message = 'Internal error', detail } = failure;
  return { code, message, details: detail };
}

/** `at` is in ms since the epoch. */
export function retryOf({ code, detail }: Failure, at: number): PushResult {
  return { kind: 'retry', at, detail, ...(code !== undefined && { code }) };
}

/** What becomes of every push of a number that the provider does not know. */
export function refusalOf({ code, message, detail }: Failure): PushResult {
  return { kind: 'failed', detail, ...(code !== undefined && { code }), ...(message !== undefined && { message }) };
}

/** Under `push: "wait"`: why the provider was not asked, or did nothing. */
export function notDone(failure: Pick<Failure, 'kind' | 'detail'>): ProviderWords {
  return failure.kind === 'busy'
    ? { code: tooMuch, message: 'Rate limit hit', details: failure.detail }
    : { code: internal, message: 'Internal error', details: failure.detail };
}

export const noRoom: ProviderWords = {
  code: listFull,
  message: 'Blocklist limit reached',
  details: 'The provider’s list is full',
};

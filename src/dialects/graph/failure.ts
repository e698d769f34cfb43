/** What it means that a call failed as a whole: whether, and when, it is worth another try. */
import type { CallFailure, OutwardAnswer } from '../dialect.ts';
import { errorOf, type JsonObject, type ProviderError, shown, statusOf } from './provider-error.ts';

/** Of the application, the account, the pages, custom limits, the business account, throughput. */
const busyCodes = [4, 17, 32, 613, 80007, 130429];

/** Unknown and temporary errors of Graph; those of the block list, where they come instead of its lists. */
const brokenCodes = [1, 2, 139100, 139102, 139103];

/** An access token is missing, or is not accepted (any more). */
const tokenCodes = [104, 190];

/** What the path names does not exist, or is not the token's: Graph does not say which. */
const notThere = { code: 100, subcode: 33 };

/** The wait that a provider may ask for, at most, in ms. */
const maxWait = 60 * 60 * 1000;

/** Of an answer that tells nothing of what was asked; `body` is its JSON. */
export function failureOf(answer: OutwardAnswer, body: JsonObject | undefined): CallFailure {
  const status = statusOf(answer, body);
  const error = body && errorOf(body);
  const kind = kindOf(status, body ? error : 'no JSON');
  const retryAfter = waitOf(answer);
  // What is said of a token may quote it.
  const words: ProviderWordsInPart = kind === 'token' ? {} : { message: error?.message, details: error?.details };
  return {
    kind,
    told: {
      ...(error?.code !== undefined && { code: error.code }),
      ...(words.message !== undefined && { message: words.message }),
      details: sentenceOf(kind, status, words) ?? `The provider answered ${status} ${formOf(answer, body)}`,
    },
    ...(retryAfter !== undefined && { retryAfter }),
  };
}

interface ProviderWordsInPart {
  readonly message?: string | undefined;
  readonly details?: string | undefined;
}

function kindOf(status: number, error: ProviderError | 'no JSON' | undefined): CallFailure['kind'] {
  const { code, subcode, isTransient, ...words } = error === 'no JSON' || !error ? { isTransient: false } : error;
  const has = (codes: readonly number[]) => code !== undefined && codes.includes(code);
  if (status >= 300 && status < 400) return 'broken';
  if (status === 401 || has(tokenCodes)) return 'token';
  if (status === 429 || has(busyCodes)) return 'busy';
  if (status < 400 ? code === undefined : status >= 500 || status === 408) return 'broken';
  if (has(brokenCodes) || isTransient || error === 'no JSON') return 'broken';
  if (code === notThere.code && subcode === notThere.subcode) return 'number';
  // 360dialog tells these in plain words alone.
  const text = code === undefined ? Object.values(words).join(' ') : '';
  if (status === 403 && /\b(?:key|token|unauthori[sz]ed|credentials?)\b/i.test(text)) return 'token';
  return /exceeded|rate limit|too many/i.test(text) ? 'busy' : 'refused';
}

/** What the answer says; undefined: nothing. */
function sentenceOf(
  kind: CallFailure['kind'],
  status: number,
  { message, details }: ProviderWordsInPart,
): string | undefined {
  const answered = `The provider answered ${status}`;
  if (status >= 300 && status < 400) return `${answered}: redirects are not followed`;
  if (kind === 'token') return `${answered}: it does not accept the token`;
  if (kind === 'number') return `${answered}: it knows no such number, or the token does not reach it`;
  const said = [message, details].filter((text) => text !== undefined).join(': ');
  return said === '' ? undefined : shown(`${answered}: ${said}`);
}

function formOf(answer: OutwardAnswer, body: JsonObject | undefined): string {
  if (body) return 'without saying what it did';
  return /^\s*</.test(answer.body) ? 'with HTML' : 'without JSON';
}

/** `Retry-After`, in seconds or as a time, in ms from the answer on. */
function waitOf({ retryAfter, at }: OutwardAnswer): number | undefined {
  if (retryAfter === undefined) return undefined;
  const text = retryAfter.trim();
  const wait = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - at;
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(wait, 0), maxWait);
}

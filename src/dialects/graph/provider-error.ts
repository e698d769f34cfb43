/** What a provider's answer is made of, and what it says went wrong, in whichever of the shapes that providers have. */
import type { OutwardAnswer } from '../dialect.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** What a provider says went wrong, as far as it does. */
export interface ProviderError {
  readonly code?: number;
  readonly subcode?: number;
  readonly message?: string;
  readonly details?: string;
  readonly isTransient: boolean;
}

/** The body as a JSON object; undefined: it is none. */
export function bodyOf({ body }: Pick<OutwardAnswer, 'body'>): JsonObject | undefined {
  try {
    return objectOf(JSON.parse(body));
  } catch {
    return undefined;
  }
}

export function objectOf(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

/** Graph's object; a plain text, which a `message` may explain; or 360dialog's older `meta`. */
export function errorOf(body: JsonObject): ProviderError | undefined {
  const { error } = body;
  if (typeof error === 'string')
    return { ...wordsOf({ message: error, details: body['message'] }), isTransient: false };
  const graph = objectOf(error);
  if (graph) return graphErrorOf(graph);
  const meta = objectOf(body['meta']);
  if (!meta || meta['success'] === true) return undefined;
  return { ...wordsOf({ message: meta['developerMessage'] ?? meta['developer_message'] }), isTransient: false };
}

/** Graph's error object, or the error of one user. */
export function graphErrorOf(error: JsonObject): ProviderError {
  const { code, error_subcode: subcode, message } = error;
  const details = objectOf(error['error_data'])?.['details'];
  return {
    ...(Number.isInteger(code) && { code: code as number }),
    ...(Number.isInteger(subcode) && { subcode: subcode as number }),
    ...wordsOf({ message, details }),
    isTransient: error['is_transient'] === true,
  };
}

/** The HTTP status; the older shape may come with 200 and tell another one inside. */
export function statusOf({ status }: OutwardAnswer, body: JsonObject | undefined): number {
  const meta = objectOf(body?.['meta']);
  const told = meta?.['httpCode'] ?? meta?.['http_code'];
  return status < 300 && Number.isInteger(told) ? (told as number) : status;
}

/** Characters of a provider's sentence that are kept. */
const maxWords = 200;

/** Letters and digits that might be a secret, which the provider quotes. */
const secretLike = /(?=[\w-]*\d)(?=[\w-]*[a-z])[\w-]{24,}/gi;

/** Fit to be shown: one line, not long, and without what might be a secret. */
export function shown(text: string): string {
  const line = text
    .slice(0, 5 * maxWords)
    .replace(secretLike, '…')
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim();
  return line.length <= maxWords ? line : `${line.slice(0, maxWords - 1).toWellFormed()}…`;
}

function wordsOf(words: {
  readonly message?: unknown;
  readonly details?: unknown;
}): Pick<ProviderError, 'message' | 'details'> {
  const { message, details } = words;
  return {
    ...(typeof message === 'string' && message !== '' && { message: shown(message) }),
    ...(typeof details === 'string' && details !== '' && { details: shown(details) }),
  };
}

/** What an HTTP answer means: a value, or the error that it is. */
import { type ErrorKind, GatehouseError } from './error.ts';
import type { Problem } from './wire.ts';

/** An answer with its body read to the end. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

const problemType = 'urn:gatehouse:problem:';

const kindByStatus: Readonly<Record<number, ErrorKind>> = {
  400: 'bad-request',
  401: 'unauthorized',
  404: 'not-found',
  405: 'method-not-allowed',
  409: 'conflict',
  413: 'too-large',
  422: 'invalid',
  429: 'rate-limited',
  500: 'internal',
  503: 'unavailable',
};

/** The body of a success. Throws what any other answer means; `now` is in ms since the epoch. */
export function readAnswer({ status, headers, text }: Answer, now: number): unknown {
  const body = parse(text);
  if (status === 204) return undefined;
  if (status >= 200 && status < 300 && body !== undefined) return body;
  const retryAfter = parseRetryAfter(headers.get('retry-after'), now);
  if (isProblem(body)) {
    throw new GatehouseError(body.detail, {
      kind: kindByStatus[status] ?? (status >= 500 ? 'internal' : 'bad-request'),
      status,
      code: body.code,
      requestId: body.request_id,
      fields: body.errors,
      retryAfter,
    });
  }
  throw foreign({ status, headers, text }, retryAfter);
}

/** What stands between us and Gatehouse, or in its place, has answered. */
function foreign({ status, headers }: Answer, retryAfter: number | undefined): GatehouseError {
  const requestId = headers.get('x-request-id') ?? undefined;
  const to = headers.get('location');
  if (status === 0 || (status >= 300 && status < 400)) {
    const where = to === null ? 'another address' : JSON.stringify(to);
    return new GatehouseError(`The server sends us on to ${where}.`, { kind: 'not-gatehouse', status, requestId });
  }
  const kind = status === 429 ? 'rate-limited' : passing.includes(status) ? 'unavailable' : 'not-gatehouse';
  const message = `The answer (status ${status}) is not Gatehouse’s.`;
  // A proxy that gives up on its server does not know what that has done.
  return new GatehouseError(message, { kind, status, requestId, retryAfter, inDoubt: kind === 'unavailable' });
}

/** Statuses of proxies and of servers that may do better the next time. */
const passing: readonly number[] = [408, 502, 503, 504];

/** In ms: a count of seconds or a date. https://www.rfc-editor.org/rfc/rfc9110#field.retry-after */
function parseRetryAfter(text: string | null, now: number): number | undefined {
  if (text === null) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isProblem(body: unknown): body is Problem {
  if (typeof body !== 'object' || body === null) return false;
  const { type, detail } = body as Partial<Problem>;
  return typeof type === 'string' && type.startsWith(problemType) && typeof detail === 'string';
}

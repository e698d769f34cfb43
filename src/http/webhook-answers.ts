/** What a provider is answered to a webhook. */
import { Refusal } from '../core/errors.ts';
import type { Answer } from './exchange.ts';

/** In bytes: Meta's are 3 MB at most. */
export const webhookBytes = 4 * 1024 * 1024;

/** Why a webhook is not taken. */
export type WebhookRefusal =
  | 'unknown'
  | 'unprovable'
  | 'unknown_method'
  | 'not_proved'
  | 'invalid_body'
  | 'body_too_large'
  | 'overloaded'
  | 'store_unavailable'
  | 'internal';

interface Problem {
  readonly status: number;
  readonly kind: string;
  readonly title: string;
  readonly detail: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const again = {
  status: 503,
  kind: 'unavailable',
  title: 'It cannot be kept now',
  detail: 'Nothing of it was done; send it again.',
};

const problems: Readonly<Record<WebhookRefusal, Problem>> = {
  unknown: { status: 404, kind: 'not-found', title: 'Not found', detail: 'There is no connection with this name.' },
  unprovable: {
    status: 404,
    kind: 'not-found',
    title: 'Not found',
    detail: 'The connection has no webhook: it holds no secret by which its provider could prove one.',
  },
  unknown_method: {
    status: 405,
    kind: 'method-not-allowed',
    title: 'The method is not allowed here',
    detail: 'Webhooks are sent with POST, and verified with GET.',
    headers: { allow: 'GET, POST' },
  },
  not_proved: {
    status: 401,
    kind: 'unauthorized',
    title: 'Not proved',
    detail: 'Nothing proves that this is from the provider: its signature, or header, is missing or wrong.',
  },
  invalid_body: { status: 400, kind: 'bad-request', title: 'The request cannot be read', detail: 'It is not JSON.' },
  body_too_large: {
    status: 413,
    kind: 'too-large',
    title: 'The body is too large',
    detail: `A webhook has at most ${webhookBytes} bytes.`,
  },
  overloaded: again,
  store_unavailable: again,
  internal: {
    status: 500,
    kind: 'internal',
    title: 'Internal error',
    detail: 'Something went wrong here. The log tells more under this request_id.',
  },
};

/** A bug is `internal`, and so is a refusal that is made for others. */
export function webhookRefusalOf(error: unknown): WebhookRefusal {
  const kind = error instanceof Refusal ? error.reason.kind : 'internal';
  return kind in problems ? (kind as WebhookRefusal) : 'internal';
}

/** `error` is why, which may say more. */
export function refusedWebhook(refusal: WebhookRefusal, requestId: string, error?: unknown): Answer {
  const { status, kind, title, detail, headers } = problems[refusal];
  const reason = error instanceof Refusal ? error.reason : undefined;
  const retryAfter = reason?.kind === 'overloaded' ? reason.retryAfter : 1;
  const body = {
    type: `urn:gatehouse:problem:${kind}`,
    title,
    status,
    detail: reason?.kind === 'invalid_body' ? reason.detail : detail,
    request_id: requestId,
  };
  return {
    status,
    headers: {
      'content-type': 'application/problem+json',
      ...headers,
      ...(status === 503 && { 'retry-after': String(retryAfter) }),
    },
    body: JSON.stringify(body),
  };
}

export const takenWebhook: Answer = {
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: '{"success":true}',
};

/** One text for whatever is wrong or missing, a verify_token of the connection's among it. */
export const notVerified =
  'Not verified: it takes hub.mode=subscribe, a hub.challenge and the verify_token that the connection has.\n';

/** `undefined`: the verification is refused. */
export function verifiedWebhook(challenge: string | undefined): Answer {
  return {
    status: challenge === undefined ? 403 : 200,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' },
    body: challenge ?? notVerified,
  };
}

import type { Reason, Refusal } from '../../core/errors.ts';
import type { KnownIds } from '../../core/user.ts';
import type { Example, ExampleTarget, Result, WireAnswer, WireRequest } from '../dialect.ts';
import { renderList, renderRow, toChangeAnswer } from '../graph/answers.ts';
import { toGraphError, upstreamFailure } from '../graph/errors.ts';
import { curls } from '../graph/examples.ts';
import { retryAfter } from '../graph/headers.ts';
import { toSentBody } from '../graph/send.ts';

const jsonHeaders = { 'content-type': 'application/json', 'cache-control': 'no-store' } as const;

export function render(result: Result, request: WireRequest): WireAnswer {
  if (result.kind === 'list') {
    return { status: 200, headers: jsonHeaders, body: renderList(result.page, request, renderNestedRow) };
  }
  if (result.kind === 'send') return { status: 200, headers: jsonHeaders, body: JSON.stringify(toSentBody(result)) };
  const { status, body, lists } = toChangeAnswer(result, request.requestId);
  // An unblock is documented to answer `added_users`, and Meta behind it sends `removed_users`: it carries both.
  const both = result.kind === 'unblock' && 'removed_users' in body.block_users;
  const blockUsers = both ? { added_users: lists.done, ...body.block_users } : body.block_users;
  return { status, headers: jsonHeaders, body: JSON.stringify({ ...body, block_users: blockUsers }) };
}

/** Meta's row with the documented one inside. */
function renderNestedRow(user: KnownIds): string {
  const input = `"input":"${user.waId ?? user.userId}"`;
  const documented = user.waId === undefined ? `{${input}}` : `{${input},"wa_id":"${user.waId}"}`;
  return `${renderRow(user).slice(0, -1)},"block_users":[${documented}]}`;
}

/** 400 is Graph's error object; every other status is documented, or chosen, as a plain sentence. */
export function renderError({ reason }: Refusal, request: WireRequest): WireAnswer {
  const plain = toPlainError(reason);
  const common = { ...jsonHeaders, ...retryAfter(reason) };
  if (!plain) {
    const { status, error } = toGraphError(reason, request);
    return { status, headers: common, body: JSON.stringify({ error }) };
  }
  const { status, error, headers } = plain;
  return { status, headers: { ...common, ...headers }, body: JSON.stringify({ error }) };
}

interface PlainError {
  readonly status: number;
  readonly error: string;
  readonly headers?: Readonly<Record<string, string>>;
}

function toPlainError(reason: Reason): PlainError | undefined {
  switch (reason.kind) {
    case 'no_credential':
      return { status: 401, error: 'Missing API key: send it in the header D360-API-KEY' };
    case 'unknown_credential':
      return { status: 401, error: 'Invalid API key' };
    case 'expired_credential':
      return { status: 401, error: 'Expired API key' };
    case 'revoked_credential':
      return { status: 401, error: 'Revoked API key' };
    case 'not_one_number':
      return {
        status: 401,
        error: 'This API key does not belong to exactly one phone number, as D360-API-KEY requires',
      };
    case 'number_not_found':
    case 'unknown_path':
      return { status: 404, error: 'Not found' };
    case 'unknown_method':
      return { status: 405, error: 'Method not allowed', headers: { allow: 'GET, POST, DELETE' } };
    case 'body_too_large':
      return { status: 413, error: 'The request body is larger than 2 MiB' };
    case 'upstream_failed':
      return { status: reason.timedOut ? 504 : 502, error: upstreamFailure(reason) };
    case 'overloaded':
      return { status: 503, error: 'Service temporarily unavailable' };
    case 'store_unavailable':
    case 'internal':
      return { status: 500, error: 'Internal server error' };
    default:
      return undefined;
  }
}

export function examples(target: ExampleTarget): readonly Example[] {
  const url = `${target.baseUrl}/block_users`;
  return curls({ url, credential: `D360-API-KEY: ${target.secret}`, user: target.user, product: true });
}

import type { Reason, Refusal } from '../../core/errors.ts';
import type { Example, ExampleTarget, Result, WireAnswer, WireRequest } from '../dialect.ts';
import { renderList, renderRow, toChangeAnswer } from '../graph/answers.ts';
import { toGraphError } from '../graph/errors.ts';
import { curls } from '../graph/examples.ts';
import { challenge, graphHeaders, retryAfter } from '../graph/headers.ts';
import { toSentBody } from '../graph/send.ts';
import { documentedVersion, graphPath, prefix } from './edge.ts';

/** Documented is `{"success":true}`, proxied is Meta's body: an answer is both. */
export function render(result: Result, request: WireRequest): WireAnswer {
  const headers = graphHeaders(request, graphPath(request));
  if (result.kind === 'list') {
    return { status: 200, headers, body: renderList(result.page, request, renderRow) };
  }
  if (result.kind === 'send') return { status: 200, headers, body: JSON.stringify(toSentBody(result)) };
  const { status, body } = toChangeAnswer(result, request.requestId);
  return {
    status,
    headers: { ...headers, ...challenge(status, body.error) },
    body: JSON.stringify({ success: body.error === undefined, ...body }),
  };
}

export function renderError({ reason }: Refusal, request: WireRequest): WireAnswer {
  const path = graphPath(request);
  const headers = { ...graphHeaders(request, path), ...retryAfter(reason) };
  if (reason.kind === 'rate_limited') return renderRateLimit(reason, headers);
  const { status, error } = toGraphError(reason, request, path);
  return { status, headers: { ...headers, ...challenge(status, error) }, body: JSON.stringify({ error }) };
}

/** Kapso's own limit, before anything is passed on: a real 429 with a body of its own. */
function renderRateLimit(
  { limit, retryAfter: seconds }: Extract<Reason, { kind: 'rate_limited' }>,
  headers: Readonly<Record<string, string>>,
): WireAnswer {
  const message = `At most ${limit} requests a second. Try again in ${seconds} s.`;
  return {
    status: 429,
    headers: { ...headers, 'x-ratelimit-limit': String(limit), 'x-ratelimit-remaining': '0' },
    body: JSON.stringify({ error: 'Rate limit exceeded', message }),
  };
}

export function examples(target: ExampleTarget): readonly Example[] {
  const url = `${target.baseUrl}${prefix}/${documentedVersion}/${target.numberId}/block_users`;
  return curls({ url, credential: `X-API-Key: ${target.secret}`, user: target.user, product: false });
}

import type { Refusal } from '../../core/errors.ts';
import type { Example, ExampleTarget, Result, WireAnswer, WireRequest } from '../dialect.ts';
import { renderList, renderRow, toChangeAnswer } from '../graph/answers.ts';
import { toGraphError } from '../graph/errors.ts';
import { curls } from '../graph/examples.ts';
import { challenge, graphHeaders, retryAfter } from '../graph/headers.ts';
import { defaultVersion } from '../graph/path.ts';
import { toSentBody } from '../graph/send.ts';

export function render(result: Result, request: WireRequest): WireAnswer {
  const headers = graphHeaders(request);
  if (result.kind === 'list') {
    return { status: 200, headers, body: renderList(result.page, request, renderRow) };
  }
  if (result.kind === 'send') return { status: 200, headers, body: JSON.stringify(toSentBody(result)) };
  const { status, body } = toChangeAnswer(result, request.requestId);
  return { status, headers: { ...headers, ...challenge(status, body.error) }, body: JSON.stringify(body) };
}

export function renderError({ reason }: Refusal, request: WireRequest): WireAnswer {
  const { status, error } = toGraphError(reason, request);
  return {
    status,
    headers: { ...graphHeaders(request), ...challenge(status, error), ...retryAfter(reason) },
    body: JSON.stringify({ error }),
  };
}

export function examples(target: ExampleTarget): readonly Example[] {
  const url = `${target.baseUrl}/${defaultVersion}/${target.numberId}/block_users`;
  return curls({ url, credential: `Authorization: Bearer ${target.secret}`, user: target.user, product: true });
}

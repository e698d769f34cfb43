import type { Refusal } from '../../core/errors.ts';
import type { Example, ExampleTarget, Result, WireAnswer, WireRequest } from '../dialect.ts';
import { toChangeAnswer, toListBody, toRow } from '../graph/answers.ts';
import { toGraphError } from '../graph/errors.ts';
import { curls } from '../graph/examples.ts';
import { challenge, graphHeaders } from '../graph/headers.ts';
import { graphPath, prefix } from './edge.ts';

/** Documented is `{"success":true}`, proxied is Meta's body: an answer is both. */
export function render(result: Result, request: WireRequest): WireAnswer {
  const headers = graphHeaders(request, graphPath(request));
  if (result.kind === 'list') {
    return { status: 200, headers, body: JSON.stringify(toListBody(result.page, request, toRow)) };
  }
  const { status, body } = toChangeAnswer(result, request.requestId);
  return {
    status,
    headers: { ...headers, ...challenge(status, body.error) },
    body: JSON.stringify({ success: body.error === undefined, ...body }),
  };
}

export function renderError({ reason }: Refusal, request: WireRequest): WireAnswer {
  const path = graphPath(request);
  const { status, error } = toGraphError(reason, request, path);
  return {
    status,
    headers: { ...graphHeaders(request, path), ...challenge(status, error) },
    body: JSON.stringify({ error }),
  };
}

/** The version that Kapso's own documents use. */
const documentedVersion = 'v24.0';

export function examples(target: ExampleTarget): readonly Example[] {
  const url = `${target.baseUrl}${prefix}/${documentedVersion}/${target.numberId}/block_users`;
  return curls({ url, credential: `X-API-Key: ${target.secret}`, user: target.user, product: false });
}

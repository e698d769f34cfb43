import type { Reason } from '../../core/errors.ts';
import type { WireRequest } from '../dialect.ts';
import type { GraphError } from './errors.ts';
import { defaultVersion, splitPath } from './path.ts';

/** The headers of every answer of Graph. `path` is that after any prefix of the dialect. */
export function graphHeaders(request: WireRequest, path = request.path): Record<string, string> {
  return {
    'content-type': 'application/json',
    'cache-control': 'private, no-cache, no-store, must-revalidate',
    'facebook-api-version': splitPath(path)?.version ?? defaultVersion,
    'x-fb-request-id': request.requestId,
  };
}

/** A message may quote a path or an id of any length, and clients refuse long headers. */
const maxQuoted = 500;

/** `WWW-Authenticate` as Graph sends it with every error; nothing for an answer that is none. */
export function challenge(
  status: number,
  error: Pick<GraphError, 'code' | 'message'> | undefined,
): Record<string, string> {
  if (!error || status < 400) return {};
  const { code, message } = error;
  const kind = code === 190 ? 'invalid_token' : 'invalid_request';
  const plain = message
    .slice(0, maxQuoted)
    .replace(/[^\x20-\x7e]/g, '?')
    .replace(/["\\]/g, '\\$&');
  return { 'www-authenticate': `OAuth "Facebook Platform" "${kind}" "${plain}"` };
}

/** When to come back, for a refusal that passes by itself. */
export function retryAfter(reason: Reason): Record<string, string> {
  return 'retryAfter' in reason ? { 'retry-after': String(reason.retryAfter) } : {};
}

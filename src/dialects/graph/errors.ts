import type { Reason } from '../../core/errors.ts';
import type { WireRequest } from '../dialect.ts';
import { splitPath } from './path.ts';

/** Graph's error object, as every dialect of the family sends it under the key `error`. */
export interface GraphError {
  readonly message: string;
  readonly type: 'OAuthException' | 'GraphMethodException';
  readonly code: number;
  readonly error_subcode?: number;
  readonly error_data?: { readonly messaging_product: 'whatsapp'; readonly details: string };
  readonly is_transient?: true;
  readonly fbtrace_id: string;
}

interface Phrase {
  readonly status: number;
  readonly message: string;
  readonly code: number;
  readonly type?: GraphError['type'];
  readonly subcode?: number;
  readonly details?: string;
  readonly transient?: true;
}

/** A refusal as Graph says it: the HTTP status and the error object. `path` is that after any prefix of the dialect. */
export function toGraphError(
  reason: Reason,
  request: WireRequest,
  path = request.path,
): { status: number; error: GraphError } {
  const phrase = phraseOf(reason, request, path);
  const error: GraphError = {
    message: phrase.message,
    type: phrase.type ?? 'OAuthException',
    code: phrase.code,
    ...(phrase.subcode !== undefined && { error_subcode: phrase.subcode }),
    ...(phrase.details !== undefined && { error_data: { messaging_product: 'whatsapp', details: phrase.details } }),
    ...(phrase.transient && { is_transient: true }),
    fbtrace_id: request.requestId,
  };
  return { status: phrase.status, error };
}

function phraseOf(reason: Reason, request: WireRequest, path: string): Phrase {
  switch (reason.kind) {
    case 'no_credential':
      return { status: 401, code: 104, message: 'An access token is required to request this resource.' };
    case 'unknown_credential':
      return { status: 401, code: 190, message: 'Invalid OAuth access token - Cannot parse access token' };
    case 'expired_credential':
      return validating(463, `Session has expired on ${reason.at.toUTCString()}.`);
    case 'revoked_credential':
      return validating(467, 'The session has been invalidated.');
    case 'not_one_number':
      return { status: 401, code: 190, message: 'The access token does not belong to exactly one phone number' };
    case 'number_not_found':
      return unsupported(verbOf(request), reason.asked);
    case 'unknown_method':
      return unsupported(verbOf(request), splitPath(path)?.number ?? path);
    case 'unknown_path':
      return { status: 400, code: 2500, message: `Unknown path components: ${splitPath(path)?.rest || path}` };
    case 'invalid_body':
      return { status: 400, code: 100, message: invalidBodyMessage(request), details: reason.detail };
    case 'body_too_large':
      return invalid('The request body is larger than 2 MiB', 413);
    case 'store_unavailable':
    case 'internal':
      return { status: 500, code: 139103, message: '(#139103) Internal error', transient: true };
    case 'rate_limited':
      return { status: 400, code: 4, message: '(#4) Application request limit reached', transient: true };
    case 'overloaded':
      return { status: 503, code: 2, message: '(#2) Service temporarily unavailable', transient: true };
    case 'upstream_failed':
      return {
        status: reason.timedOut ? 504 : 502,
        code: 2,
        message: '(#2) Service temporarily unavailable',
        details: upstreamFailure(reason),
        transient: true,
      };
    case 'batch_refused':
      return {
        status: 400,
        code: 100,
        message: '(#100) Batch requests are not supported',
        details: 'No block could be held against what is inside: send each request by itself',
      };
    case 'no_one_connection':
      return invalid(
        'The path names no number, and the numbers of this key do not share one connection: use a key for one number',
      );
    case 'list_changed':
      return {
        status: 400,
        code: 139102,
        message: '(#139102) Blocklist concurrent update',
        details: 'Blocklist was updated during retrieval - retry with offset 0',
      };
    case 'recipient_blocked':
      return {
        status: 400,
        code: 130403,
        message: '(#130403) User is blocked by the business',
        details: 'Unable to deliver the message. This business has blocked the end user on WhatsApp',
      };
    case 'too_many_users':
      return {
        status: 400,
        code: 130429,
        message: '(#130429) Rate limit hit',
        details: `At most ${reason.max} users a request`,
      };
    default:
      return parameterPhrase(reason);
  }
}

/** Why there is no answer of the provider, as every dialect says it. */
export function upstreamFailure({ timedOut }: Extract<Reason, { kind: 'upstream_failed' }>): string {
  return timedOut ? 'The provider did not answer in time' : 'The provider cannot be reached';
}

type ParameterReason = Extract<
  Reason,
  { kind: 'ambiguous_credential' | 'missing_parameter' | 'wrong_parameter' | 'wrong_value' | 'invalid_cursor' }
>;

function parameterPhrase(reason: ParameterReason): Phrase {
  switch (reason.kind) {
    case 'missing_parameter':
      return {
        status: 400,
        code: 100,
        message: `(#100) The parameter ${reason.name} is required.`,
        ...(reason.hint !== undefined && { details: reason.hint }),
      };
    case 'wrong_parameter':
      return { status: 400, code: 100, message: `(#100) Param ${reason.name} must be ${reason.expected}.` };
    case 'wrong_value':
      return {
        status: 400,
        code: 100,
        message: `(#100) Param ${reason.name} must be one of {${reason.allowed.join(', ')}} - got "${reason.got}".`,
      };
    case 'invalid_cursor':
      return invalid(`The cursor in ${reason.name} is none of this list's, or came together with another`);
    case 'ambiguous_credential':
      return invalid('The credential came more than once');
  }
}

function invalid(details: string, status = 400): Phrase {
  return { status, code: 100, message: '(#100) Invalid parameter', details };
}

function validating(subcode: number, why: string): Phrase {
  return { status: 401, code: 190, subcode, message: `Error validating access token: ${why}` };
}

function unsupported(verb: string, id: string): Phrase {
  const message =
    `Unsupported ${verb} request. Object with ID '${id}' does not exist, cannot be loaded due to missing permissions, ` +
    'or does not support this operation. Please read the Graph API documentation at https://developers.facebook.com/docs/graph-api';
  return { status: 400, type: 'GraphMethodException', code: 100, subcode: 33, message };
}

/** The method as Graph names it in its errors: the one that the request means. */
function verbOf({ method, query }: WireRequest): string {
  if (method === 'HEAD') return 'get';
  const override = method === 'POST' ? new URLSearchParams(query).getAll('method').at(-1) : undefined;
  return (override || method).toLowerCase();
}

function invalidBodyMessage(request: WireRequest): string {
  const type = request.headers['content-type']?.[0] ?? '';
  return /\bjson\b/i.test(type) ? 'Invalid JSON in request body' : '(#100) Invalid parameter';
}

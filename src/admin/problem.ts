/** Every way in which the admin API says no, as RFC 9457 problems. https://www.rfc-editor.org/rfc/rfc9457 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Refusal } from '../core/errors.ts';
import { failed, type Logger } from '../observe/events.ts';
import { catalogue, type ProblemKind } from './schemas/problem.ts';

/** A field of the body, the query or the path by its name (inner ones after a slash), and what is wrong with it. */
export interface Violation {
  readonly field: string;
  readonly detail: string;
}

interface ProblemExtras {
  /** The reason as a word, where a problem has several. */
  readonly reason?: string;
  readonly violations?: readonly Violation[];
  readonly headers?: Readonly<Record<string, string>>;
  /** Private: for the log only. */
  readonly cause?: unknown;
}

export class Problem extends Error {
  override readonly name = 'Problem';
  readonly kind: ProblemKind;
  readonly detail: string;
  readonly extras: ProblemExtras;

  constructor(kind: ProblemKind, detail: string, extras: ProblemExtras = {}) {
    super(detail, extras.cause === undefined ? undefined : { cause: extras.cause });
    this.kind = kind;
    this.detail = detail;
    this.extras = extras;
  }
}

/** The problem of fields with invalid values; its detail tells the first. */
export function invalid(...violations: readonly Violation[]): Problem {
  const [first] = violations;
  const detail = first ? `${first.field} ${first.detail}` : 'The request is not valid.';
  return new Problem('invalid', detail, { violations });
}

/** Answers any thrown value. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { kind, detail, extras } = toProblem(error);
  const { status, title } = catalogue[kind];
  // Under a load that is too much, a line of the log for each request would be more of it.
  if (status >= 500 && kind !== 'overloaded') failed(request.log as Logger, extras.cause);
  const body = {
    type: `urn:gatehouse:problem:${kind}`,
    title,
    status,
    detail,
    request_id: request.id,
    ...(extras.reason !== undefined && { code: extras.reason }),
    ...(extras.violations && { errors: extras.violations }),
  };
  // As bytes: to a string, fastify adds a charset, which JSON does not have.
  return reply
    .code(status)
    .headers({ 'content-type': 'application/problem+json', 'x-request-id': request.id, ...extras.headers })
    .send(Buffer.from(JSON.stringify(body)));
}

/** Why a request was refused, as a word: a refusal's own, else that of the problem. */
export function kindOf(error: unknown): string {
  return error instanceof Refusal ? error.reason.kind : toProblem(error).kind.replaceAll('-', '_');
}

function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof Refusal) return fromRefusal(error);
  return fromFramework(error) ?? bug(error);
}

/** Where nobody says more. */
const notAsked = 'The provider cannot be asked';

function fromRefusal(refusal: Refusal): Problem {
  const { reason } = refusal;
  switch (reason.kind) {
    case 'number_not_found':
      return new Problem('not-found', 'There is no number with this id.');
    case 'invalid_body':
      return new Problem('bad-request', reason.detail);
    case 'invalid_cursor':
      return invalid({ field: reason.name, detail: 'is not a cursor that this list has given out.' });
    case 'upstream_failed':
      return new Problem('conflict', `${(reason.detail ?? notAsked).replace(/\.$/, '')}. Nothing was changed.`, {
        reason: 'provider',
      });
    case 'store_unavailable':
      return new Problem('unavailable', 'The store cannot answer now. Nothing was changed; try again later.', {
        cause: refusal,
      });
    case 'overloaded':
      return new Problem(
        'overloaded',
        'More is asked of the server than it can do. Nothing was changed; try again later.',
        {
          headers: { 'retry-after': String(reason.retryAfter) },
        },
      );
    default:
      // The other refusals are made for dialects: to meet one here is a bug.
      return bug(refusal);
  }
}

/** What the server itself refuses before a handler runs. */
function fromFramework(error: unknown): Problem | undefined {
  if (!(error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number')) return undefined;
  const code = 'code' in error ? error.code : undefined;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return new Problem('too-large', 'The body is larger than this server takes.');
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return notJson();
  if (error.statusCode >= 400 && error.statusCode < 500)
    return new Problem('bad-request', 'The request cannot be read.');
  return undefined;
}

/** The problem of a body in any other content type. */
export function notJson(): Problem {
  return new Problem('bad-request', 'The body must be JSON: send it with Content-Type: application/json.');
}

function bug(cause: unknown): Problem {
  return new Problem('internal', 'Something went wrong here. The log tells more under this request_id.', { cause });
}

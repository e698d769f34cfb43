import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { blockUsers, unblockUsers } from '../core/block-users.ts';
import { authenticate, reaches } from '../core/credentials.ts';
import { Refusal } from '../core/errors.ts';
import { parsePhoneNumberId } from '../core/ids.ts';
import { listBlocked } from '../core/list-blocked.ts';
import type { BusinessNumber } from '../core/numbers.ts';
import type { Actor, Clock, Key, Store } from '../core/ports.ts';
import type { Call, Command, Dialect, NumberRef, Result, WireAnswer, WireRequest } from '../dialects/dialect.ts';
import { callServed, failed, type Logger } from '../observe/events.ts';
import type { Metrics } from '../observe/metrics.ts';
import type { RateLimit } from './rate-limit.ts';

export interface MountDeps {
  /** A request is the first one's that claims it; the last claims all. */
  readonly dialects: readonly Dialect[];
  readonly store: Store;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly baseUrlOf: (request: FastifyRequest) => string;
  /** Absent: a key may ask as often as it likes. */
  readonly rateLimit?: RateLimit | undefined;
}

const noBody = new Uint8Array();

/** Binds the dialects to every path and method that is not the server's own. */
export function mountDialects(app: FastifyInstance, deps: MountDeps): void {
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    // Content types are the dialect's to judge, from the headers as they came; the framework would refuse odd ones.
    scope.addHook('onRequest', async (request) => {
      delete request.raw.headers['content-type'];
    });
    scope.setErrorHandler((error, request, reply) => refuse(deps, toRefusal(error), request, reply));
    scope.all('/*', (request, reply) => serve(deps, request, reply));
  });
}

/** Answers in its dialect's voice what the router has no route for: a path that is no UTF-8, a method that it does not know. */
export function refuseUnroutable(deps: MountDeps, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const known = ['GET', 'HEAD', 'POST', 'DELETE'].includes(request.method);
  return refuse(deps, new Refusal({ kind: known ? 'unknown_path' : 'unknown_method' }), request, reply);
}

async function serve(deps: MountDeps, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const wire = toWireRequest(deps, request);
  const dialect = dialectOf(deps, wire);
  const call = await dialect.parse(wire);
  try {
    return await answer(deps, { wire, dialect, call }, request, reply);
  } catch (error) {
    return refuse(deps, toRefusal(error), request, reply, call.operation);
  }
}

/** What came, whose it is, and what it was understood to be. */
interface Asked {
  readonly wire: WireRequest;
  readonly dialect: Dialect;
  readonly call: Call;
}

async function answer(
  deps: MountDeps,
  { wire, dialect, call }: Asked,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { key, number } = await admit(deps, call);
  if (call.command instanceof Refusal) throw call.command;
  const by: Actor = { dialect: dialect.name, keyId: key.id, requestId: wire.requestId };
  const result = await run(deps, number, call.command, by);
  const rendered = dialect.render(result, wire);
  callServed(deps.metrics, request, {
    dialect: dialect.name,
    operation: call.operation,
    status: rendered.status,
    milliseconds: reply.elapsedTime,
    number: number.id,
    key: key.id,
    ...(result.kind !== 'list' && { outcomes: result.outcomes }),
  });
  return send(reply, wire, rendered);
}

/** The caller's key and the number that it is about. A number that is not the key's is answered like one that is not there. */
async function admit(
  { store, clock, rateLimit }: MountDeps,
  call: Call,
): Promise<{ key: Key; number: BusinessNumber }> {
  if (call.credential instanceof Refusal) throw call.credential;
  const key = await authenticate(store.directory, call.credential.secret, clock());
  rateLimit?.take(key.id, clock());
  return { key, number: await numberFor(store, key, call.number) };
}

async function numberFor({ directory }: Store, key: Key, ref: NumberRef): Promise<BusinessNumber> {
  if (ref.kind === 'of_the_key') {
    const only = await directory.onlyNumberOf(key);
    if (!only) throw new Refusal({ kind: 'not_one_number' });
    return only;
  }
  const id = parsePhoneNumberId(ref.id);
  const number = id === undefined ? undefined : await directory.number(id);
  if (!number || !reaches(key, number)) throw new Refusal({ kind: 'number_not_found', asked: ref.id });
  return number;
}

async function run({ store, clock }: MountDeps, number: BusinessNumber, command: Command, by: Actor): Promise<Result> {
  if (command.kind === 'list') {
    const { cursorSecret } = store.installation;
    const page = await listBlocked({ lists: store.lists, cursorSecret, number, paging: number.rules.paging }, command);
    return { kind: 'list', page };
  }
  const change = { number: number.id, users: command.users, by, at: clock() };
  const outcomes = await (command.kind === 'block'
    ? blockUsers(store.lists, change)
    : unblockUsers(store.lists, change));
  return { kind: command.kind, outcomes, number };
}

function refuse(
  deps: MountDeps,
  refusal: Refusal,
  request: FastifyRequest,
  reply: FastifyReply,
  operation: Call['operation'] | 'none' = 'none',
): FastifyReply {
  const { kind } = refusal.reason;
  if (kind === 'internal' || kind === 'store_unavailable') failed(request.log as Logger, refusal.cause ?? refusal);
  const wire = toWireRequest(deps, request);
  const dialect = dialectOf(deps, wire);
  const rendered = dialect.renderError(refusal, wire);
  const { name } = dialect;
  const { status } = rendered;
  callServed(deps.metrics, request, {
    dialect: name,
    operation,
    status,
    milliseconds: reply.elapsedTime,
    refusal: kind,
  });
  return send(reply, wire, rendered);
}

/** What the framework or a bug throws, as a refusal that a dialect can say. */
function toRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const { code, statusCode } = error as { code?: unknown; statusCode?: unknown };
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new Refusal({ kind: 'body_too_large' });
  if (typeof statusCode === 'number' && statusCode < 500) {
    return new Refusal({ kind: 'invalid_body', detail: 'The body could not be read.' }, error);
  }
  return new Refusal({ kind: 'internal' }, error);
}

function send(reply: FastifyReply, { requestId }: WireRequest, answer: WireAnswer): FastifyReply {
  // Where no route is found no hook sets the id; to a string the framework would add a charset.
  const bytes = Buffer.from(answer.body);
  return reply.code(answer.status).headers(answer.headers).header('x-request-id', requestId).send(bytes);
}

function dialectOf({ dialects }: MountDeps, wire: WireRequest): Dialect {
  const dialect = dialects.find((one) => one.claims(wire));
  if (!dialect) throw new Error('no dialect claims the request');
  return dialect;
}

function toWireRequest({ baseUrlOf }: MountDeps, request: FastifyRequest): WireRequest {
  // What a client sends to a proxy names the host too. https://www.rfc-editor.org/rfc/rfc9112#section-3.2.2
  const url = (request.raw.url ?? '').replace(/^https?:\/\/[^/?]*/i, '') || '/';
  const mark = url.indexOf('?');
  return {
    method: request.method,
    path: mark < 0 ? url : url.slice(0, mark),
    query: mark < 0 ? '' : url.slice(mark + 1),
    headers: request.raw.headersDistinct,
    body: request.body instanceof Uint8Array ? request.body : noBody,
    requestId: request.id,
    baseUrl: baseUrlOf(request),
  };
}

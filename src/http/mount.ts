/** Binds the dialects to every path and method that is not the server's own. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Refusal } from '../core/errors.ts';
import type { BusinessNumber } from '../core/numbers.ts';
import type { Actor, BlockLists } from '../core/ports.ts';
import { refuseBlocked } from '../core/send.ts';
import type { Call, Dialect, Place, Sending, WireAnswer, WireRequest } from '../dialects/dialect.ts';
import { callServed, type DialectCall, failed, passedUnchecked } from '../observe/events.ts';
import type { Metrics } from '../observe/metrics.ts';
import { upstreamFailed } from '../observe/outward-events.ts';
import { type AdmissionDeps, callerOf, numberFor } from './admission.ts';
import { type CarryOutDeps, carryOut } from './carry-out.ts';
import { Exchange, type ExchangeParts } from './exchange.ts';
import type { Admitted, LastKnown } from './last-known.ts';
import { pathOf } from './own-paths.ts';
import { bodyToPass, destinationOf, type GatewaySource, pass } from './passing.ts';
import { ClientGone, readBody } from './read-body.ts';

export interface MountDeps extends AdmissionDeps, CarryOutDeps {
  /** A request is the first one's that claims it; the last claims all. */
  readonly dialects: readonly Dialect[];
  readonly metrics: Metrics;
  readonly gateway: GatewaySource;
  readonly baseUrlOf: (request: IncomingMessage) => string;
  readonly bodyLimit: number;
  /** Whether the server has more to do than it can in good time. */
  readonly isOverloaded: () => boolean;
  readonly exchange: ExchangeParts;
  readonly lastKnown: LastKnown;
}

/** Stands in the log for the paths of the dialects. */
const route = '/*';
const noBody = new Uint8Array();

/** A request, in the voice of the dialect that claims it. */
interface Asked {
  readonly dialect: Dialect;
  /** What of it was read so far. */
  readonly wire: WireRequest;
  readonly place: Place;
}

/** What became of it: an answer of ours, else the status of the one that the provider's was. */
type Answered = WireAnswer | number;

/** Answers a request in the voice of the dialect that claims it. */
export async function serveDialects(
  deps: MountDeps,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const exchange = new Exchange(request, response, deps.exchange);
  const head = toWireRequest(deps, exchange);
  const dialect = dialectOf(deps, head);
  try {
    finish(exchange, await answer(deps, dialect, head, exchange));
  } catch (error) {
    if (error instanceof ClientGone) exchange.drop();
    else exchange.answer(route, refuse(deps, { error, dialect, wire: head, exchange }));
  }
}

function finish(exchange: Exchange, answered: Answered): void {
  if (typeof answered === 'number') exchange.answered(route, answered);
  else exchange.answer(route, answered);
}

function answer(deps: MountDeps, dialect: Dialect, head: WireRequest, exchange: Exchange): Promise<Answered> {
  if (deps.isOverloaded()) throw new Refusal({ kind: 'overloaded', retryAfter: 1 });
  const place = dialect.place(head);
  const asked = { dialect, wire: head, place };
  return place.edge === undefined ? passThrough(deps, asked, exchange) : serveEdge(deps, asked, exchange);
}

/** What stands at an edge of ours. */
async function serveEdge(
  deps: MountDeps,
  { dialect, wire: head, place }: Asked,
  exchange: Exchange,
): Promise<Answered> {
  const body = readBody(exchange.request, deps.bodyLimit);
  const wire = body ? { ...head, body: await body } : head;
  const call = await dialect.parse(wire);
  try {
    return await serveCall(deps, { dialect, wire, place }, call, exchange);
  } catch (error) {
    return refuse(deps, { error, dialect, wire, exchange, operation: call.operation });
  }
}

async function serveCall(deps: MountDeps, asked: Asked, call: Call, exchange: Exchange): Promise<Answered> {
  const { dialect, wire, place } = asked;
  const { store } = deps;
  const { command, operation } = call;
  const { key, secret, number } = await admit(deps, call);
  if (command instanceof Refusal) throw command;
  const served = { dialect: dialect.name, operation, number: number.id, key: key.id };
  if (command.kind === 'send') {
    await refuseUnsent(store.lists, number, command.sending, exchange);
    if (number.upstream) {
      const { connection, numberId } = number.upstream;
      const status = await pass(deps.gateway, exchange, {
        kind: 'send',
        connection,
        place: { version: place.version, numberId, rest: place.rest },
        query: wire.query,
        secret,
        body: wire.body === noBody ? undefined : wire.body,
      });
      tell(deps, exchange, { ...served, status });
      return status;
    }
  }
  const by: Actor = { dialect: dialect.name, keyId: key.id, requestId: wire.requestId };
  const result = await carryOut(deps, number, command, by);
  const rendered = dialect.render(result, wire);
  const { status } = rendered;
  tell(deps, exchange, { ...served, status, ...('outcomes' in result && { outcomes: result.outcomes }) });
  return rendered;
}

/** Who asks, and about which number; of a send, as far as it is remembered while the store cannot be read. */
async function admit(deps: MountDeps, call: Call): Promise<Admitted> {
  const { store, lastKnown, rateLimit, clock } = deps;
  const isSend = !(call.command instanceof Refusal) && call.command.kind === 'send';
  try {
    const { key, secret } = await callerOf(deps, call.credential);
    const admitted = { key, secret, number: await numberFor(store.directory, key, call.number) };
    if (isSend) lastKnown.note(call, admitted);
    return admitted;
  } catch (error) {
    const known = isSend ? lastKnown.recall(call, error, clock()) : undefined;
    if (!known) throw error;
    rateLimit?.take(known.key.id, clock());
    return known;
  }
}

async function refuseUnsent(lists: BlockLists, number: BusinessNumber, { to }: Sending, exchange: Exchange) {
  const users = to.flatMap(({ user }) => user ?? []);
  const unread = await refuseBlocked(lists, number, users);
  if (unread) passedUnchecked(exchange.log, number.id, unread);
}

/** What stands at no edge of ours. */
async function passThrough(deps: MountDeps, asked: Asked, exchange: Exchange): Promise<Answered> {
  const { dialect, wire: head, place } = asked;
  const operation = 'pass';
  try {
    const read = bodyToPass(head, exchange, deps.bodyLimit);
    const body = read instanceof Promise ? await read : read;
    const found = dialect.credential(body instanceof Uint8Array ? { ...head, body } : head);
    const { key, secret } = await callerOf(deps, found instanceof Promise ? await found : found);
    const destination = await destinationOf(deps.store.directory, key, place);
    const sent = { ...destination, kind: 'pass', query: head.query, secret, body } as const;
    const status = await pass(deps.gateway, exchange, sent);
    tell(deps, exchange, { dialect: dialect.name, operation, status, key: key.id });
    return status;
  } catch (error) {
    return refuse(deps, { error, dialect, wire: head, exchange, operation });
  }
}

function tell({ metrics }: MountDeps, exchange: Exchange, call: Omit<DialectCall, 'milliseconds'>): void {
  callServed(metrics, exchange, { ...call, milliseconds: exchange.milliseconds });
}

interface Refused extends Omit<Asked, 'place'> {
  readonly error: unknown;
  readonly exchange: Exchange;
  /** Absent: the request was not understood so far. */
  readonly operation?: DialectCall['operation'];
}

/** What is refused, as the dialect says it. Throws ClientGone again: nobody is there to hear anything. */
function refuse(deps: MountDeps, { error, dialect, wire, exchange, operation = 'none' }: Refused): WireAnswer {
  if (error instanceof ClientGone) throw error;
  const refusal = error instanceof Refusal ? error : new Refusal({ kind: 'internal' }, error);
  const { kind } = refusal.reason;
  if (kind === 'internal' || kind === 'store_unavailable') failed(exchange.log, refusal.cause ?? refusal);
  if (kind === 'upstream_failed') upstreamFailed(exchange.log, refusal.cause ?? refusal);
  const rendered = dialect.renderError(refusal, wire);
  tell(deps, exchange, { dialect: dialect.name, operation, status: rendered.status, refusal: kind });
  return rendered;
}

function dialectOf({ dialects }: MountDeps, wire: WireRequest): Dialect {
  const dialect = dialects.find((one) => one.claims(wire));
  if (!dialect) throw new Error('no dialect claims the request');
  return dialect;
}

/** All of a request but its body. */
function toWireRequest({ baseUrlOf }: MountDeps, { request, id }: Exchange): WireRequest {
  const url = pathOf(request);
  const mark = url.indexOf('?');
  return {
    method: request.method ?? '',
    path: mark < 0 ? url : url.slice(0, mark),
    query: mark < 0 ? '' : url.slice(mark + 1),
    headers: request.headersDistinct,
    body: noBody,
    requestId: id,
    baseUrl: baseUrlOf(request),
  };
}

/** Binds the dialects to every path and method that is not the server's own. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { blockUsers, unblockUsers } from '../core/block-users.ts';
import { authenticate, reaches } from '../core/credentials.ts';
import { Refusal } from '../core/errors.ts';
import { parsePhoneNumberId } from '../core/ids.ts';
import { listBlockedIds } from '../core/list-blocked.ts';
import type { BusinessNumber } from '../core/numbers.ts';
import type { Actor, Clock, Key, Store } from '../core/ports.ts';
import { makeSentId, refuseBlocked } from '../core/send.ts';
import type { Call, Command, Dialect, NumberRef, Result, WireAnswer, WireRequest } from '../dialects/dialect.ts';
import { callServed, failed } from '../observe/events.ts';
import type { Metrics } from '../observe/metrics.ts';
import { Exchange, type ExchangeParts } from './exchange.ts';
import { pathOf } from './own-paths.ts';
import type { RateLimit } from './rate-limit.ts';
import { ClientGone, readBody } from './read-body.ts';

export interface MountDeps {
  /** A request is the first one's that claims it; the last claims all. */
  readonly dialects: readonly Dialect[];
  readonly store: Store;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly baseUrlOf: (request: IncomingMessage) => string;
  readonly bodyLimit: number;
  /** Whether the server has more to do than it can in good time. */
  readonly isOverloaded: () => boolean;
  readonly exchange: ExchangeParts;
  /** Absent: a key may ask as often as it likes. */
  readonly rateLimit?: RateLimit | undefined;
}

/** Stands in the log for the paths of the dialects. */
const route = '/*';
const noBody = new Uint8Array();

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
    exchange.answer(route, await answer(deps, dialect, head, exchange));
  } catch (error) {
    if (error instanceof ClientGone) exchange.drop();
    else exchange.answer(route, refuse(deps, { error, dialect, wire: head, exchange }));
  }
}

async function answer(deps: MountDeps, dialect: Dialect, head: WireRequest, exchange: Exchange): Promise<WireAnswer> {
  if (deps.isOverloaded()) throw new Refusal({ kind: 'overloaded', retryAfter: 1 });
  const body = readBody(exchange.request, deps.bodyLimit);
  const wire = body ? { ...head, body: await body } : head;
  const call = await dialect.parse(wire);
  try {
    return await carryOut(deps, { wire, dialect, call }, exchange);
  } catch (error) {
    return refuse(deps, { error, dialect, wire, exchange, operation: call.operation });
  }
}

/** What came, whose it is, and what it was understood to be. */
interface Asked {
  readonly wire: WireRequest;
  readonly dialect: Dialect;
  readonly call: Call;
}

async function carryOut(deps: MountDeps, { wire, dialect, call }: Asked, exchange: Exchange): Promise<WireAnswer> {
  const { key, number } = await admit(deps, call);
  if (call.command instanceof Refusal) throw call.command;
  const by: Actor = { dialect: dialect.name, keyId: key.id, requestId: wire.requestId };
  const result = await run(deps, number, call.command, by);
  const rendered = dialect.render(result, wire);
  callServed(deps.metrics, exchange, {
    dialect: dialect.name,
    operation: call.operation,
    status: rendered.status,
    milliseconds: exchange.milliseconds,
    number: number.id,
    key: key.id,
    ...('outcomes' in result && { outcomes: result.outcomes }),
  });
  return rendered;
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
    const { lists } = store;
    const page = await listBlockedIds({ lists, cursorSecret, number, paging: number.rules.paging }, command);
    return { kind: 'list', page };
  }
  if (command.kind === 'send') {
    const { sending } = command;
    await refuseBlocked(
      store.lists,
      number.id,
      sending.to.flatMap(({ user }) => user ?? []),
    );
    return { kind: 'send', sending, id: makeSentId(sending.edge === 'calls' ? 'wacid' : 'wamid') };
  }
  const change = { number: number.id, users: command.users, by, at: clock() };
  const outcomes = await (command.kind === 'block'
    ? blockUsers(store.lists, change)
    : unblockUsers(store.lists, change));
  return { kind: command.kind, outcomes, number };
}

interface Refused {
  readonly error: unknown;
  readonly dialect: Dialect;
  readonly wire: WireRequest;
  readonly exchange: Exchange;
  /** Absent: the request was not understood so far. */
  readonly operation?: Call['operation'];
}

function refuse({ metrics }: MountDeps, { error, dialect, wire, exchange, operation }: Refused): WireAnswer {
  const refusal = error instanceof Refusal ? error : new Refusal({ kind: 'internal' }, error);
  const { kind } = refusal.reason;
  if (kind === 'internal' || kind === 'store_unavailable') failed(exchange.log, refusal.cause ?? refusal);
  const rendered = dialect.renderError(refusal, wire);
  callServed(metrics, exchange, {
    dialect: dialect.name,
    operation: operation ?? 'none',
    status: rendered.status,
    milliseconds: exchange.milliseconds,
    refusal: kind,
  });
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

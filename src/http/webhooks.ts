/** Where providers post what they have to tell: answered without the framework, for they come in crowds. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Refusal } from '../core/errors.ts';
import type { Entrance, WebhookDesk } from '../gateway/webhooks/desk.ts';
import { failed, type WebhookCall, webhookServed } from '../observe/events.ts';
import type { Metrics } from '../observe/metrics.ts';
import { type Answer, Exchange, type ExchangeParts } from './exchange.ts';
import { ClientGone, readBody } from './read-body.ts';
import { refusedWebhook, takenWebhook, verifiedWebhook, webhookBytes, webhookRefusalOf } from './webhook-answers.ts';

export interface WebhooksDeps {
  /** Gives the same each time, once it is there without a wait. */
  readonly desk: () => WebhookDesk | Promise<WebhookDesk>;
  readonly metrics: Metrics;
  /** Whether the server has more to do than it can in good time. */
  readonly isOverloaded: () => boolean;
  readonly exchange: ExchangeParts;
}

/** Where a webhook comes in: the connection's name as it was sent, and the query without the question mark. */
export interface WebhookPlace {
  readonly name: string;
  readonly query: string;
}

const route = '/webhooks/:connection';

type Answered = { readonly answer: Answer } & Pick<WebhookCall, 'result' | 'messages' | 'blocked'>;

/** `undefined`: no webhook comes in under this path. */
export function webhookPlace(path: string): WebhookPlace | undefined {
  const [, name, query = ''] = /^\/webhooks\/([^/?]+)(?:\?(.*))?$/s.exec(path) ?? [];
  return name === undefined ? undefined : { name, query };
}

export async function serveWebhook(
  deps: WebhooksDeps,
  place: WebhookPlace,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const exchange = new Exchange(request, response, deps.exchange);
  let entrance: Entrance | undefined;
  try {
    if (deps.isOverloaded()) throw new Refusal({ kind: 'overloaded', retryAfter: 1 });
    const asked = deps.desk();
    const found = await (asked instanceof Promise ? await asked : asked).find(place.name);
    if (typeof found === 'string') return finish(deps, exchange, entrance, refuse(found, exchange));
    entrance = found;
    finish(deps, exchange, entrance, await answer(entrance, place.query, exchange));
  } catch (error) {
    if (error instanceof ClientGone) exchange.drop();
    else finish(deps, exchange, entrance, refuse(webhookRefusalOf(error), exchange, error));
  }
}

async function answer(entrance: Entrance, query: string, exchange: Exchange): Promise<Answered> {
  const { request, id } = exchange;
  if (request.method === 'GET') {
    const challenge = entrance.challenge(query);
    return { answer: verifiedWebhook(challenge), result: challenge === undefined ? 'not_verified' : 'verified' };
  }
  if (request.method !== 'POST') return refuse('unknown_method', exchange);
  const reading = readBody(request, webhookBytes);
  const body = reading ? await reading : new Uint8Array();
  const taken = await entrance.take({ headers: request.headersDistinct, body, requestId: id });
  if (!taken) return refuse('not_proved', exchange);
  const { messages, blocked } = taken;
  return { answer: takenWebhook, result: 'taken', messages, blocked };
}

function refuse(refusal: ReturnType<typeof webhookRefusalOf>, exchange: Exchange, error?: unknown): Answered {
  if (refusal === 'internal' || refusal === 'store_unavailable')
    failed(exchange.log, error instanceof Refusal ? (error.cause ?? error) : error);
  return { answer: refusedWebhook(refusal, exchange.id, error), result: refusal };
}

function finish(
  { metrics }: WebhooksDeps,
  exchange: Exchange,
  entrance: Entrance | undefined,
  { answer, ...told }: Answered,
): void {
  webhookServed(metrics, exchange, {
    // The name of no connection is a stranger's text.
    connection: entrance?.connection ?? 'none',
    provider: entrance?.provider ?? 'none',
    status: answer.status,
    milliseconds: exchange.milliseconds,
    ...told,
  });
  exchange.answer(route, answer);
}

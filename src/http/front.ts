/**
 * Which requests are answered here, and which go to the framework: the admin API and the server's own pages. The framework
 * is loaded after the start, which it would make twice as long; who asks for it before waits.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { failed } from '../observe/events.ts';
import { type Answer, Exchange } from './exchange.ts';
import type { Health } from './health.ts';
import { type MountDeps, serveDialects } from './mount.ts';
import { isReserved, pathOf } from './own-paths.ts';
import { serveWebhook, type WebhooksDeps, webhookPlace } from './webhooks.ts';

/** Stands in for a route of the framework where that is not needed. */
export interface QuickRoute {
  /** As the log calls it. */
  readonly route: string;
  /** The body of the answer, JSON, with status 200; `undefined`: the route has to answer. */
  answer(request: IncomingMessage): Promise<string | undefined> | undefined;
  /** Is told of each answer. */
  served(milliseconds: number): void;
}

export interface Framework {
  readonly serve: RequestListener;
  readonly quick?: QuickRoute | undefined;
}

export interface FrontDeps {
  readonly mount: MountDeps;
  readonly health: Health;
  readonly webhooks: WebhooksDeps;
  /** Gives the same each time, once it is there without a wait. */
  readonly framework: () => Framework | Promise<Framework>;
}

export function createFront(deps: FrontDeps): RequestListener {
  return (request, response) => {
    const path = pathOf(request);
    const served = isReserved(path)
      ? serveReserved(deps, path, request, response)
      : serveDialects(deps.mount, request, response);
    // What nobody catches ends the process, and with it every other request.
    served.catch((error) => giveUp(deps, error, request, response));
  };
}

async function serveReserved(
  deps: FrontDeps,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (isHealth(request, path)) return serveHealth(deps, path, request, response);
  const webhook = webhookPlace(path);
  if (webhook) return serveWebhook(deps.webhooks, webhook, request, response);
  return serveOurs(deps, request, response);
}

/** Answers after a bug, as blandly as can be. */
function giveUp({ mount }: FrontDeps, error: unknown, request: IncomingMessage, response: ServerResponse): void {
  const exchange = new Exchange(request, response, mount.exchange);
  failed(exchange.log, error);
  if (response.headersSent) exchange.drop();
  else exchange.answer('none', json(500, '{"status":500,"title":"Something went wrong here"}'));
}

function isHealth({ method }: IncomingMessage, path: string): boolean {
  return method === 'GET' && /^\/health\/(live|ready)(\?|$)/.test(path);
}

/** No span tells of who watches. */
async function serveHealth(
  { mount, health }: FrontDeps,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const exchange = new Exchange(request, response, { ...mount.exchange, startSpan: undefined });
  const isReady = path.startsWith('/health/ready');
  const { status, body } = isReady ? await health.ready(exchange.log) : health.live();
  exchange.answer(isReady ? '/health/ready' : '/health/live', json(status, JSON.stringify(body)));
}

async function serveOurs(deps: FrontDeps, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { mount } = deps;
  const asked = deps.framework();
  const { quick, serve } = asked instanceof Promise ? await asked : asked;
  const answer = mount.isOverloaded() ? undefined : quick?.answer(request);
  const exchange = answer && new Exchange(request, response, mount.exchange);
  const body = await answer;
  if (!quick || !exchange || body === undefined) return serve(request, response);
  exchange.answer(quick.route, json(200, body));
  quick.served(exchange.milliseconds);
}

function json(status: number, body: string): Answer {
  return { status, headers: { 'content-type': 'application/json; charset=utf-8' }, body };
}

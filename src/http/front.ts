/** Which requests are answered here, and which go to the framework: the server's own paths and the admin API. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { Exchange } from './exchange.ts';
import { type MountDeps, serveDialects } from './mount.ts';
import { isReserved, pathOf } from './own-paths.ts';

/** Stands in for a route of the framework where that is not needed. */
export interface QuickRoute {
  /** As the log calls it. */
  readonly route: string;
  /** The body of the answer, JSON, with status 200; `undefined`: the route has to answer. */
  answer(request: IncomingMessage): Promise<string | undefined> | undefined;
  /** Is told of each answer. */
  served(milliseconds: number): void;
}

export interface FrontDeps {
  readonly mount: MountDeps;
  readonly quick?: QuickRoute | undefined;
}

export type Front = (request: IncomingMessage, response: ServerResponse, framework: RequestListener) => void;

export function createFront({ mount, quick }: FrontDeps): Front {
  return (request, response, framework) => {
    if (!isReserved(pathOf(request))) void serveDialects(mount, request, response);
    else void serveOurs({ mount, quick }, request, response, framework);
  };
}

async function serveOurs(
  { mount, quick }: FrontDeps,
  request: IncomingMessage,
  response: ServerResponse,
  framework: RequestListener,
): Promise<void> {
  const answer = mount.isOverloaded() ? undefined : quick?.answer(request);
  const exchange = answer && new Exchange(request, response, mount.exchange);
  const body = await answer;
  if (!quick || !exchange || body === undefined) return framework(request, response);
  exchange.answer(quick.route, { status: 200, headers: { 'content-type': 'application/json; charset=utf-8' }, body });
  quick.served(exchange.milliseconds);
}

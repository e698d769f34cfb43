/** Which requests are answered here, and which go to the framework: the server's own paths and the admin API. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { Exchange } from './exchange.ts';
import { type MountDeps, serveDialects } from './mount.ts';
import { isReserved, pathOf } from './own-paths.ts';

/** Stands in for a route of the framework where that is not needed. */
export interface QuickRoute {
  /** As the log calls it. */
  readonly route: string;
  claims(request: IncomingMessage): boolean;
  /** The body of the answer, JSON, with status 200; `undefined`: the route has to answer. */
  answer(request: IncomingMessage): Promise<string | undefined>;
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
    else if (quick?.claims(request) && !mount.isOverloaded()) {
      void serveQuickly(quick, new Exchange(request, response, mount.exchange)).then((isServed) => {
        if (!isServed) framework(request, response);
      });
    } else framework(request, response);
  };
}

async function serveQuickly(quick: QuickRoute, exchange: Exchange): Promise<boolean> {
  const body = await quick.answer(exchange.request);
  if (body === undefined) return false;
  exchange.answer(quick.route, { status: 200, headers: { 'content-type': 'application/json; charset=utf-8' }, body });
  quick.served(exchange.milliseconds);
  return true;
}

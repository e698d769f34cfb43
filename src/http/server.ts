/** The HTTP server: what clients may send at most, how slowly, and what is answered to no HTTP at all. */
import http, { type RequestListener, type ServerResponse, STATUS_CODES } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { originOf } from './base-url.ts';
import { BodyDeadlines, type BodyLimits } from './deadlines.ts';

/** How much, and how slowly, a client may send. Times are in ms. */
export interface ServerLimits extends BodyLimits {
  readonly bodyBytes: number;
  readonly headerBytes: number;
  /** From the first byte of a request until its headers must be there. */
  readonly headersTimeout: number;
  /** How long an idle connection is kept. */
  readonly keepAliveTimeout: number;
  /** How late the event loop may be, on the average of a second, before requests are refused; 0: however late. */
  readonly eventLoopDelay: number;
}

export const defaultLimits: ServerLimits = {
  bodyBytes: 2 * 1024 * 1024,
  headerBytes: 64 * 1024,
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  uploadTimeout: 10 * 60_000,
  idleTimeout: 30_000,
  keepAliveTimeout: 65_000,
  // A request needs several turns until it is answered: its client waits for seconds by then, and longer with each one more.
  eventLoopDelay: 500,
  checkInterval: 1_000,
};

/** Of each unspecified address. */
const loopbacks: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

export function createServer(limits: ServerLimits, serve: RequestListener): http.Server {
  /** The last answer that each connection was promised. */
  const latest = new WeakMap<Socket, ServerResponse>();
  const options = {
    // Bodies have deadlines of their own: some may take longer than others.
    requestTimeout: 0,
    headersTimeout: limits.headersTimeout,
    keepAliveTimeout: limits.keepAliveTimeout,
    maxHeaderSize: limits.headerBytes,
    connectionsCheckingInterval: limits.checkInterval,
  };
  const deadlines = new BodyDeadlines(limits, ({ socket }) => {
    const error = Object.assign(new Error('the body took too long'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
    answerBrokenHttp(error, socket, latest.get(socket));
  });
  const server = http.createServer(options, (request, response) => {
    latest.set(request.socket, response);
    deadlines.watch(request);
    serve(request, response);
  });
  server.on('close', () => deadlines.stop());
  return server.on('clientError', (error, socket) => {
    // Of a server without TLS it is a socket of the network.
    answerBrokenHttp(error, socket as Socket, latest.get(socket as Socket));
  });
}

/** Resolves once it listens, with where it is reached: an unspecified address at loopback. */
export function listen(server: http.Server, where: { readonly host: string; readonly port: number }): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(where, () => {
      server.off('error', reject);
      const { port } = server.address() as AddressInfo;
      resolve(originOf(loopbacks[where.host] ?? where.host, port));
    });
  });
}

/** Takes no more connections, finishes what is under way within `grace` ms and then cuts it off. */
export async function closeServer(server: http.Server, grace: number): Promise<void> {
  if (!server.listening) return;
  const late = setTimeout(() => server.closeAllConnections(), grace);
  await new Promise((resolve) => server.close(resolve));
  clearTimeout(late);
}

/**
 * What is no HTTP, too large in its headers or too slow is answered before any route is known: plainly. `promised` is the
 * last answer that the connection still gets, or got.
 */
function answerBrokenHttp(error: NodeJS.ErrnoException, socket: Socket, promised: ServerResponse | undefined): void {
  const isHalfSaid = promised?.headersSent && !promised.writableEnded && !promised.req.complete;
  if (error.code === 'ECONNRESET' || !socket.writable || isHalfSaid) {
    socket.destroy(error);
    return;
  }
  if (promised?.req.complete && !promised.writableFinished) {
    // A whole request came before what is broken: its answer is the last thing to be said.
    promised.once('close', () => socket.destroySoon());
    return;
  }
  const status = error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : error.code === 'HPE_HEADER_OVERFLOW' ? 431 : 400;
  const text = `${STATUS_CODES[status]}\n`;
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: text/plain\r\nContent-Length: ${text.length}\r\nConnection: close\r\n\r\n${text}`,
  );
  // Not only our side: what a slow client still sends must neither be read nor keep the connection.
  socket.destroySoon();
}

import http, { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import { type Logger, requestServed } from '../observe/events.ts';
import { makeRequestId } from './request-id.ts';

/** How much, and how slowly, a client may send. Times are in ms. */
export interface ServerLimits {
  readonly bodyBytes: number;
  readonly headerBytes: number;
  /** From the first byte of a request until its headers, and until all of it, must be there. */
  readonly headersTimeout: number;
  readonly requestTimeout: number;
  /** How long an idle connection is kept. */
  readonly keepAliveTimeout: number;
  /** How often the two deadlines are checked. */
  readonly checkInterval: number;
}

export const defaultLimits: ServerLimits = {
  bodyBytes: 2 * 1024 * 1024,
  headerBytes: 64 * 1024,
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 65_000,
  checkInterval: 1_000,
};

export interface ServerOptions {
  readonly logger: Logger;
  readonly limits: ServerLimits;
  /** Answers a request that no route can be found for: its path is no UTF-8, or its method is no common one. */
  readonly unroutable: (request: FastifyRequest, reply: FastifyReply) => FastifyReply;
  /** Takes every request, and gives the framework those that it does not answer itself. */
  readonly serve?: (request: IncomingMessage, response: ServerResponse, framework: http.RequestListener) => void;
}

/** The HTTP server without any route but its own error answers; every answer carries `x-request-id`. */
export function createServer({ logger, limits, unroutable, serve }: ServerOptions): FastifyInstance {
  /** The last answer that each connection was promised. */
  const latest = new WeakMap<Socket, ServerResponse>();
  const app = fastify({
    loggerInstance: quiet(logger) as FastifyBaseLogger,
    childLoggerFactory: (_framework, bindings) => logger.child(bindings) as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: makeRequestId,
    requestIdHeader: false,
    bodyLimit: limits.bodyBytes,
    return503OnClosing: false,
    serverFactory: (framework) =>
      http.createServer(toNodeOptions(limits), (request, response) => {
        latest.set(request.socket, response);
        if (serve) serve(request, response, framework);
        else framework(request, response);
      }),
    clientErrorHandler: (error, socket) => answerBrokenHttp(error, socket, latest.get(socket)),
    routerOptions: { maxParamLength: limits.headerBytes },
    // Compilers are a context's own; the framework's would be loaded at every start and cost a third of it.
    schemaController: { compilersFactory: { buildValidator: () => noCompiler, buildSerializer: () => noCompiler } },
    frameworkErrors: (_error, request, reply) => {
      unroutable(request, reply);
      tellServed(request, reply); // No hook runs where no route is found.
    },
  });

  // A body with a GET is judged like any other.
  app.addHttpMethod('GET', { hasBody: true, overrideExisting: true });
  app.setNotFoundHandler(unroutable);

  let closing = false;
  app.addHook('preClose', async () => {
    closing = true;
  });
  app.addHook('onSend', async (request, reply) => {
    reply.header('x-request-id', request.id);
    if (closing) reply.header('connection', 'close');
  });
  app.addHook('onResponse', async (request, reply) => tellServed(request, reply));
  return app;
}

function toNodeOptions(limits: ServerLimits): http.ServerOptions {
  return {
    requestTimeout: limits.requestTimeout,
    headersTimeout: limits.headersTimeout,
    keepAliveTimeout: limits.keepAliveTimeout,
    maxHeaderSize: limits.headerBytes,
    connectionsCheckingInterval: limits.checkInterval,
  };
}

/** What the framework says of its own but for warnings (a line per address that it listens on, say) is noise. */
function quiet(logger: Logger): Logger {
  return logger.child({}, { level: logger.isLevelEnabled('warn') ? 'warn' : logger.level });
}

function tellServed(request: FastifyRequest, reply: FastifyReply): void {
  requestServed(request.log as Logger, {
    method: request.method,
    route: request.routeOptions.url ?? 'none',
    status: reply.statusCode,
    milliseconds: reply.elapsedTime,
  });
}

function noCompiler(): never {
  throw new Error('a route with a schema needs a compiler of its context');
}

/**
 * What is no HTTP, too large in its headers or too slow is answered before any route is known: plainly. `promised` is the
 * last answer that the connection still gets, or got.
 */
function answerBrokenHttp(error: NodeJS.ErrnoException, socket: Socket, promised: ServerResponse | undefined): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
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

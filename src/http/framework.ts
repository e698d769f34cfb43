/** fastify, set up for all that is our own: the admin API, metrics, the document. It has no server; `routing` takes requests. */
import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import { type Logger, requestServed } from '../observe/events.ts';
import { answerNothingHere } from './own-paths.ts';
import { makeRequestId } from './request-id.ts';
import type { ServerLimits } from './server.ts';

export interface FrameworkOptions {
  readonly logger: Logger;
  readonly limits: Pick<ServerLimits, 'bodyBytes' | 'headerBytes' | 'eventLoopDelay'>;
  /** Whether each answer is the last on its connection. */
  readonly isClosing: () => boolean;
}

/** Without any route but its own error answers; every answer carries `x-request-id`. */
export function createFramework({ logger, limits, isClosing }: FrameworkOptions): FastifyInstance {
  const app = fastify({
    loggerInstance: quiet(logger) as FastifyBaseLogger,
    childLoggerFactory: (_framework, bindings) => logger.child(bindings) as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: makeRequestId,
    requestIdHeader: false,
    bodyLimit: limits.bodyBytes,
    return503OnClosing: false,
    routerOptions: { maxParamLength: limits.headerBytes },
    // Compilers are a context's own; the framework's would be loaded at every start.
    schemaController: { compilersFactory: { buildValidator: () => noCompiler, buildSerializer: () => noCompiler } },
    // A path that is no UTF-8, or a method that is no common one.
    frameworkErrors: (_error, request, reply) => {
      answerNothingHere(request, reply);
      tellServed(request, reply); // No hook runs where no route is found.
    },
  });

  // A body with a GET is judged like any other.
  app.addHttpMethod('GET', { hasBody: true, overrideExisting: true });
  app.setNotFoundHandler(answerNothingHere);

  app.addHook('onSend', async (request, reply) => {
    reply.header('x-request-id', request.id);
    if (isClosing()) reply.header('connection', 'close');
  });
  app.addHook('onResponse', async (request, reply) => tellServed(request, reply));
  return app;
}

/** What the framework says of its own but for warnings is noise. */
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

/** The admin API: accounts, connections, numbers, keys, block lists, the log, deliveries and the sandbox, as JSON. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { adminCallServed, requestRefused } from '../observe/events.ts';
import { accountRoutes } from './accounts.ts';
import { requireAdminKey } from './auth.ts';
import { blockRoutes } from './blocks.ts';
import { readJsonBodies } from './body.ts';
import { connectionRoutes } from './connections.ts';
import { deliveryRoutes } from './deliveries.ts';
import type { AdminApp, AdminDeps } from './deps.ts';
import { eventRoutes } from './events.ts';
import { keyRoutes } from './keys.ts';
import { watchMethods } from './methods.ts';
import { numberRoutes } from './numbers.ts';
import { kindOf, Problem, sendProblem } from './problem.ts';
import { reconcileRoutes } from './reconcile.ts';
import { sandboxRoutes } from './sandbox.ts';
import { validatorCompiler } from './validation.ts';

const subjects = [
  accountRoutes,
  connectionRoutes,
  numberRoutes,
  reconcileRoutes,
  keyRoutes,
  blockRoutes,
  eventRoutes,
  deliveryRoutes,
  sandboxRoutes,
];

/** Makes an encapsulated fastify context the admin API. Register it under `/api/v1`. */
export async function registerAdmin(app: FastifyInstance, deps: AdminDeps): Promise<void> {
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(() => JSON.stringify);
  countCalls(app, deps);
  readJsonBodies(app);

  const methods = watchMethods(app);
  await app.register(async (routes: AdminApp) => {
    routes.addHook('onRequest', (request) => requireAdminKey(deps, request));
    for (const register of subjects) register(routes, deps);
  });
  methods.refuseTheOthers();
  refuseOtherPaths(app);
}

function countCalls(app: FastifyInstance, { metrics }: AdminDeps): void {
  app.setErrorHandler((error, request, reply) => {
    requestRefused(metrics, kindOf(error));
    return sendProblem(error, request, reply);
  });
  app.addHook('onSend', (request, reply, payload, done) => {
    const { statusCode: status, elapsedTime: milliseconds } = reply;
    adminCallServed(metrics, request, { operation: operationOf(request), status, milliseconds });
    done(null, payload);
  });
}

/** As the document of the API calls it; no path and method of its own: `none`. */
function operationOf(request: FastifyRequest): string {
  const schema = request.routeOptions.schema as { readonly operationId?: string } | undefined;
  return schema?.operationId ?? 'none';
}

/** A path that is not there is told to anybody, before its body is read: the paths are public. */
function refuseOtherPaths(app: FastifyInstance): void {
  const refuse = async () => {
    throw new Problem('not-found', 'There is nothing at this path.');
  };
  for (const path of ['/', '/*']) app.all(path, { onRequest: refuse }, refuse);
}

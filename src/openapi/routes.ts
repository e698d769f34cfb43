import type { FastifyInstance } from 'fastify';

/** What a route's schema may say for the document besides what fastify reads. A route without an id is not told of. */
export interface RouteSchema {
  readonly operationId?: string;
  readonly tags?: readonly string[];
  readonly summary?: string;
  readonly description?: string;
  readonly params?: ObjectSchema;
  readonly querystring?: ObjectSchema;
  readonly body?: ObjectSchema;
  /** By status: a schema, or the content types with theirs. */
  readonly response?: Readonly<Record<string, Schema>>;
}

export type Schema = Readonly<Record<string, unknown>>;

export interface ObjectSchema extends Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

export interface DocumentedRoute {
  readonly method: string;
  readonly url: string;
  readonly schema: RouteSchema & { readonly operationId: string };
}

/**
 * Collects the routes that tell of themselves, beside `others`, which the framework does not serve. Call it before the first
 * route is registered.
 */
export function watchRoutes(app: FastifyInstance, others: readonly DocumentedRoute[]): readonly DocumentedRoute[] {
  const routes = [...others];
  app.addHook('onRoute', ({ method, url, schema }) => {
    const told = schema as RouteSchema | undefined;
    // Of every GET the framework makes a HEAD, with the same schema.
    if (told?.operationId === undefined || typeof method !== 'string' || method === 'HEAD') return;
    routes.push({ method, url, schema: { ...told, operationId: told.operationId } });
  });
  return routes;
}

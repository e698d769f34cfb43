import type { IncomingMessage, ServerResponse } from 'node:http';
import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyRequest,
  FastifyTypeProvider,
  RawServerDefault,
} from 'fastify';
import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Connection } from '../core/connections.ts';
import type { Clock, Forwarding, Store, Upstreams } from '../core/ports.ts';
import type { Reconciling } from '../core/reconcile.ts';
import type { Sealer } from '../core/sealing.ts';
import type { Metrics } from '../observe/metrics.ts';

export interface AdminDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly metrics: Metrics;
  /** Keeps the secrets of connections and apps. */
  readonly sealer: Sealer;
  /** The names of the dialects: each is a provider's. */
  readonly providers: readonly string[];
  /** Whether a connection's secrets can prove a webhook: without that it has none. */
  canProve(connection: Connection): boolean;
  /** Hears of changes, and speaks to the providers. */
  readonly upstreams: Upstreams;
  /** Passes on what is there for an app. */
  readonly forwarding: Forwarding;
  readonly reconciling: Reconciling;
  /** Whether a connection, or an app, may lead there, as far as the text tells; else the end of the sentence "origin must …". */
  checkOrigin(origin: string): string | undefined;
  /** Takes the same time for every secret of a length. */
  acceptsAdminKey(secret: string): boolean | Promise<boolean>;
  /** Where the client reached us: scheme, host and any prefix, without a slash at the end. */
  baseUrlOf(request: FastifyRequest): string;
}

/** Reads the types of a route's parameters, body and answers from its JSON Schemas. */
interface SchemaTypes extends FastifyTypeProvider {
  readonly validator: this['schema'] extends JSONSchema ? FromSchema<this['schema']> : unknown;
  readonly serializer: this['schema'] extends JSONSchema ? FromSchema<this['schema']> : unknown;
}

/** A fastify instance whose routes are typed by their schemas. */
export type AdminApp = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  SchemaTypes
>;

import type { IncomingMessage } from 'node:http';
import type { Span } from '@opentelemetry/api';
import type { FastifyRequest } from 'fastify';
import type { ServedCall } from './metrics.ts';

/** The span of a request that is answered without the framework. */
export interface RequestSpan {
  mark(call: Omit<ServedCall, 'milliseconds'>): void;
  /** No status: there was nobody to answer. */
  end(status?: number): void;
}

export type SpanMaker = (request: IncomingMessage, requestId: string) => RequestSpan;

/** What tracing gives a request of the framework, where it runs. */
interface Traced {
  readonly opentelemetry?: () => { readonly span: Span | null };
}

/** Says in the span of a framework's request what it was. */
export function markRequest(request: FastifyRequest, call: ServedCall): void {
  const span = (request as Traced).opentelemetry?.().span;
  if (span) markSpan(span, call);
}

/** Says in a span what was asked: never a user, a key or a query. */
export function markSpan(span: Span, { dialect, operation, status }: Omit<ServedCall, 'milliseconds'>): void {
  span.updateName(`${dialect} ${operation}`);
  span.setAttributes({
    'gatehouse.dialect': dialect,
    'gatehouse.operation': operation,
    'http.response.status_code': status,
  });
}

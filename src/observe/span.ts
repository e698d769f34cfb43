import type { Span } from '@opentelemetry/api';
import type { FastifyRequest } from 'fastify';
import type { ServedCall } from './metrics.ts';

/** What tracing gives a request, where it runs. */
interface Traced {
  readonly opentelemetry?: () => { readonly span: Span | null };
}

/** Says in the request's span what it was: never a user, a key or a query. */
export function markSpan(request: FastifyRequest, { dialect, operation, status }: ServedCall): void {
  const span = (request as Traced).opentelemetry?.().span;
  if (!span) return;
  span.updateName(`${dialect} ${operation}`);
  span.setAttributes({
    'gatehouse.dialect': dialect,
    'gatehouse.operation': operation,
    'http.response.status_code': status,
  });
}

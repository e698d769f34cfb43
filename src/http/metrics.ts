import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Store, Upstreams } from '../core/ports.ts';
import type { Exposition } from '../observe/exposition.ts';
import type { Metrics } from '../observe/metrics.ts';
import { version } from '../version.ts';
import { answerEarly } from './own-paths.ts';

const getMetrics = {
  operationId: 'getMetrics',
  tags: ['Server'],
  summary: 'What this process counted and measured',
  description: 'In the text format of Prometheus. It names no user, key or number.',
  response: {
    200: {
      description: 'Every metric.',
      content: { 'text/plain': { schema: { type: 'string', examples: ['# TYPE gatehouse_requests_total counter'] } } },
    },
  },
} as const;

export interface MetricsDeps {
  readonly metrics: Metrics;
  readonly store: Store;
  readonly upstreams: Pick<Upstreams, 'stops' | 'unknownNumbers'>;
}

/** `/metrics`, for whoever reaches the port. */
export function registerMetrics(app: FastifyInstance, { metrics, store, upstreams }: MetricsDeps): void {
  let exposition: Promise<Exposition> | undefined;
  const load = async () => {
    const { createExposition } = await import('../observe/exposition.ts');
    return createExposition({
      metrics,
      version,
      usage: () => store.usage(),
      syncs: () => store.pushes.counts(),
      upstreams,
      webhooks: store.webhooks,
    });
  };
  const answer = async (_request: FastifyRequest, reply: FastifyReply) => {
    exposition ??= load();
    const { contentType, text } = await exposition;
    return reply.type(contentType).send(await text());
  };
  answerEarly(app, { method: 'GET', url: '/metrics', schema: getMetrics }, answer);
}

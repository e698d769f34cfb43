/** `/health/live`: the process answers. `/health/ready`: the store can be read and written. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Refusal } from '../core/errors.ts';
import type { Store } from '../core/ports.ts';
import type { Logger } from '../observe/events.ts';
import { getLive, getReady } from './health-schemas.ts';
import { answerEarly } from './own-paths.ts';

export interface HealthAnswer {
  readonly status: 200 | 503;
  readonly body: object;
}

export class Health {
  readonly #probe: Store['probe'];

  constructor({ probe }: Pick<Store, 'probe'>) {
    this.#probe = probe;
  }

  live(): HealthAnswer {
    return { status: 200, body: { status: 'live' } };
  }

  async ready(log: Logger): Promise<HealthAnswer> {
    try {
      await this.#probe();
      return { status: 200, body: { status: 'ready' } };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      log.warn({ err: error.cause ?? error }, 'not ready: the store cannot be used');
      return { status: 503, body: { status: 'unavailable', store: 'cannot be read or written' } };
    }
  }
}

/** For what the front leaves: another method than GET, and the document. */
export function registerHealth(app: FastifyInstance, health: Health): void {
  const send = (reply: FastifyReply, { status, body }: HealthAnswer) => reply.code(status).send(body);
  answerEarly(app, { method: 'GET', url: '/health/live', schema: getLive }, async (_request, reply) =>
    send(reply, health.live()),
  );
  answerEarly(
    app,
    { method: 'GET', url: '/health/ready', schema: getReady },
    async (request: FastifyRequest, reply: FastifyReply) => send(reply, await health.ready(request.log as Logger)),
  );
}

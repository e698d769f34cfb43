/** `/health/live`: the process answers. `/health/ready`: the store can be read and written. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Refusal } from '../core/errors.ts';
import type { Stop, Store, UnknownNumber, Upstreams } from '../core/ports.ts';
import type { Logger } from '../observe/events.ts';
import { getLive, getReady } from './health-schemas.ts';
import { answerEarly } from './own-paths.ts';
import type { SendPolicies } from './send-policies.ts';

/** Numbers that are named at most: a monitor reads the answer every few seconds. */
const maxUnknown = 100;

export interface HealthAnswer {
  readonly status: 200 | 503;
  readonly body: object;
}

export interface HealthDeps extends Pick<Store, 'probe'> {
  readonly upstreams: Pick<Upstreams, 'stops' | 'unknownNumbers'>;
  readonly sends: Pick<SendPolicies, 'counts'>;
}

export class Health {
  readonly #deps: HealthDeps;

  constructor(deps: HealthDeps) {
    this.#deps = deps;
  }

  live(): HealthAnswer {
    return { status: 200, body: { status: 'live' } };
  }

  async ready(log: Logger): Promise<HealthAnswer> {
    try {
      await this.#deps.probe();
      const { upstreams } = this.#deps;
      const stops = upstreams.stops().map(toStop);
      const unknown = upstreams.unknownNumbers().slice(0, maxUnknown).map(toUnknown);
      return {
        status: 200,
        body: {
          status: 'ready',
          ...(stops.length > 0 && { stopped_connections: stops }),
          ...(unknown.length > 0 && { unknown_numbers: unknown }),
        },
      };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      log.warn({ err: error.cause ?? error }, 'not ready: the store cannot be used');
      const sends = this.#deps.sends.counts;
      return { status: 503, body: { status: 'unavailable', store: 'cannot be read or written', sends } };
    }
  }
}

function toUnknown({ number, connection, numberId, code, detail, at }: UnknownNumber): object {
  const names = { phone_number_id: number, connection, number_id: numberId };
  return { ...names, code, detail, at: new Date(at).toISOString() };
}

function toStop({ connection, code, detail, at }: Stop): object {
  return { name: connection, code, detail, at: new Date(at).toISOString() };
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

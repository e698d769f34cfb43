import underPressure from '@fastify/under-pressure';
import type { FastifyInstance } from 'fastify';
import { Refusal } from '../core/errors.ts';

/**
 * A request needs several turns of the event loop until it is answered. If a turn takes half a second on the average of
 * a second, its client waits for seconds, and longer with each request that comes. In ms.
 */
const limits = { maxEventLoopDelay: 500, sampleInterval: 1000 };

/** From now on every route of this context refuses at once what it could not answer in good time. */
export async function shedOverload(app: FastifyInstance): Promise<void> {
  await app.register(underPressure, { ...limits, pressureHandler: refuse });
}

async function refuse(): Promise<never> {
  throw new Refusal({ kind: 'overloaded', retryAfter: 1 });
}

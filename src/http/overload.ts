import underPressure from '@fastify/under-pressure';
import type { FastifyInstance } from 'fastify';
import { Refusal } from '../core/errors.ts';

/** How long the event loop is watched for one look at it, in ms. */
const sampleInterval = 1000;

/** From now on every route of this context refuses at once what it could not answer in good time. */
export async function shedOverload(app: FastifyInstance, maxEventLoopDelay: number): Promise<void> {
  await app.register(underPressure, { maxEventLoopDelay, sampleInterval, pressureHandler: refuse });
}

async function refuse(): Promise<never> {
  throw new Refusal({ kind: 'overloaded', retryAfter: 1 });
}

import underPressure from '@fastify/under-pressure';
import type { FastifyInstance } from 'fastify';
import { Refusal } from '../core/errors.ts';

/** How long the event loop is watched for one look at it, in ms. */
const sampleInterval = 1000;

/** Loading what is served makes the event loop late by itself; by then no look at it includes that any more. In ms. */
const settled = 3 * sampleInterval;

/**
 * From now on every route of this context refuses at once what it could not answer in good time. Gives whether it does so at
 * the moment.
 */
export async function shedOverload(app: FastifyInstance, maxEventLoopDelay: number): Promise<() => boolean> {
  const from = performance.now() + settled;
  const pressureHandler = async () => {
    if (performance.now() >= from) throw new Refusal({ kind: 'overloaded', retryAfter: 1 });
  };
  await app.register(underPressure, { maxEventLoopDelay, sampleInterval, pressureHandler });
  return () => performance.now() >= from && app.isUnderPressure();
}

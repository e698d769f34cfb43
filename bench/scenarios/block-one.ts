import type { Bench, Site } from '../bench.ts';
import { install } from '../installation.ts';
import type { Requests } from '../load/job.ts';
import type { Contender, Scenario } from '../scenario.ts';
import type { Server } from '../servers/server.ts';
import { peers } from './peers.ts';

const connections = 32;

export const blockOne: Scenario = {
  name: 'block-one',
  title: 'Durable block of one new user in a list that began with 64,000 (360dialog), 32 connections',
  async open(bench: Bench) {
    const ask = (server: Server, requests: Requests) => bench.slice(server, { connections, requests });
    const off = await bench.gatehouse('store off');
    const { at } = await bench.gatehouse();
    return [
      durable(bench, 'gatehouse', await bench.gatehouse(), ask),
      { name: 'store off', slice: () => ask(off.server, off.at.blocks()) },
      durable(bench, 'one transaction a request', await bench.gatehouse('one transaction a request'), ask),
      ...(await peers(bench, (server) => ask(server, at.blocks()))),
    ];
  },
};

/** Each slice begins with a list of its own of the same size. */
function durable(
  bench: Bench,
  name: string,
  { server }: Site,
  ask: (server: Server, requests: Requests) => ReturnType<Bench['slice']>,
): Contender {
  return { name, slice: async () => ask(server, (await install(bench.load, server.port, bench.listSize)).blocks()) };
}

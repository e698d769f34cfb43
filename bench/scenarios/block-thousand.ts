import type { Bench } from '../bench.ts';
import { install } from '../installation.ts';
import type { Scenario } from '../scenario.ts';
import type { Server } from '../servers/server.ts';

const connections = 4;

export const blockThousand: Scenario = {
  name: 'block-thousand',
  title: 'Durable block of 1,000 new users in a list that began with 64,000 (360dialog), 4 connections',
  async open(bench: Bench) {
    const { server } = await bench.gatehouse();
    const off = await bench.gatehouse('store off');
    const [requests, offRequests] = bench.quick ? [10, 20] : [100, 1000];
    const ask = (server: Server, at: typeof off.at, maxRequests: number) =>
      bench.slice(server, { connections, requests: at.bigBlocks(maxRequests), maxRequests });
    return [
      {
        name: 'gatehouse',
        slice: async () => ask(server, await install(bench.load, server.port, bench.listSize), requests),
      },
      { name: 'store off', slice: () => ask(off.server, off.at, offRequests) },
    ];
  },
};

import type { Bench } from '../bench.ts';
import type { Scenario } from '../scenario.ts';
import type { Server } from '../servers/server.ts';

export const check: Scenario = {
  name: 'check',
  title: 'Is this user blocked? Random ones of 64,000 who are, admin API, 32 connections',
  async open(bench: Bench) {
    const { server, at } = await bench.gatehouse();
    const bare = await bench.bare();
    const ask = (server: Server) => bench.slice(server, { connections: 32, requests: at.checks() });
    return [
      { name: 'gatehouse', slice: () => ask(server) },
      { name: 'bare node:http', slice: () => ask(bare) },
    ];
  },
};

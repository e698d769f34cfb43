import type { Bench } from '../bench.ts';
import type { Scenario } from '../scenario.ts';
import type { Server } from '../servers/server.ts';
import { peers } from './peers.ts';

export const list: Scenario = {
  name: 'list',
  title: 'Pages of 100 along the whole list of 64,000 (360dialog), 32 connections',
  async open(bench: Bench) {
    const { server, at } = await bench.gatehouse();
    const bare = await bench.bare();
    const requests = await at.pages();
    const ask = (server: Server) => bench.slice(server, { connections: 32, requests });
    return [
      { name: 'gatehouse', slice: () => ask(server) },
      { name: 'bare node:http', slice: () => ask(bare) },
      ...(await peers(bench, ask)),
    ];
  },
};

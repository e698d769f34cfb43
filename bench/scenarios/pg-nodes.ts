import type { Bench } from '../bench.ts';
import { blocksOfMany } from '../installation.ts';
import type { Scenario } from '../scenario.ts';
import type { Server } from '../servers/server.ts';

const connections = 64;
const numbers = 1000;
const perSlice = 1_000_000;

export const pgNodes: Scenario = {
  name: 'pg-nodes',
  title: 'Durable blocks of one for 1,000 numbers on PostgreSQL, 64 connections to one node, or 32 to each of two',
  async open(bench: Bench) {
    const postgres = await bench.postgres();
    const { first, others } = await bench.onPostgres('nodes', 2);
    const requests = await blocksOfMany(first.port, numbers);
    let { from } = requests;
    const ask = (nodes: readonly Server[]) => {
      const streams = nodes.map((server) => {
        from += perSlice;
        return { server, connections: connections / nodes.length, requests: { ...requests, from } };
      });
      return bench.sliceOf(streams, [...nodes, postgres]);
    };
    return [
      { name: 'one node', slice: () => ask([first]) },
      { name: 'two nodes', slice: () => ask([first, ...others]) },
    ];
  },
};

import { setTimeout as delay } from 'node:timers/promises';
import type { Bench } from '../bench.ts';
import type { Sample } from '../sample.ts';
import type { Contender, Scenario } from '../scenario.ts';
import { startGatehouse } from '../servers/gatehouse.ts';
import type { Server } from '../servers/server.ts';
import { peerNames } from './peers.ts';

/** Per round, so that five rounds give ten of each. */
const starts = 2;

export const start: Scenario = {
  name: 'start',
  title: 'From the start of the process until it answers, and the memory it rests in (RSS, its children too)',
  async open(bench: Bench) {
    const again = bench.folder();
    await (await startGatehouse(again)).stop();
    const peers = bench.quick ? [] : peerNames;
    return [
      contender('gatehouse', () => startGatehouse(again)),
      contender('gatehouse, new database', () => startGatehouse(bench.folder())),
      ...peers.map((name) => contender(name, () => bench.startPeer(name))),
    ];
  },
};

function contender(name: string, begin: () => Promise<Server>): Contender {
  return {
    name,
    async slice() {
      const samples: Sample[] = [];
      for (let count = 0; count < starts; count += 1) samples.push(await startOnce(begin));
      return samples;
    },
  };
}

async function startOnce(begin: () => Promise<Server>): Promise<Sample> {
  const server = await begin();
  // What is begun after a start is at rest by then.
  await delay(2500);
  const memory = server.memoryMib();
  await server.stop();
  return { start: server.startMs, memory };
}

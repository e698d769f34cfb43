import type { Bench } from '../bench.ts';
import type { Sample } from '../sample.ts';
import type { Contender } from '../scenario.ts';
import type { Peer } from '../servers/peers.ts';
import type { Server } from '../servers/server.ts';

export const peerNames = ['prism', 'mockoon'] as const satisfies readonly Peer[];

/** The mocks as contenders; a quick run goes without them, as they take a minute to install. */
export async function peers(bench: Bench, ask: (server: Server) => Promise<Sample>): Promise<Contender[]> {
  if (bench.quick) return [];
  const contenders: Contender[] = [];
  for (const name of peerNames) {
    const server = await bench.peer(name);
    contenders.push({ name, slice: () => ask(server) });
  }
  return contenders;
}

/**
 * Where the time of the server goes: `node bench/profile.ts <list|check|block|thousand|send|intake> [seconds]` runs one kind of
 * request against a profiled Gatehouse and prints the functions that cost most, by themselves and with what they call.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Bench, type Site } from './bench.ts';
import { type Installation, install } from './installation.ts';
import type { Requests } from './load/job.ts';
import { startGatehouse } from './servers/gatehouse.ts';

interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
    readonly children?: readonly number[];
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

const kinds: Readonly<Record<string, (at: Installation) => Requests | Promise<Requests>>> = {
  list: (at) => at.pages(),
  check: (at) => at.checks(),
  block: (at) => at.blocks(),
  thousand: (at) => at.bigBlocks(0),
  send: (at) => at.sends(),
  intake: (at) => at.webhooks(),
};
const connectionsOf: Readonly<Record<string, number>> = { thousand: 4, intake: 64 };

const [kind = '', seconds = '4'] = process.argv.slice(2);
const requestsOf = kinds[kind];
if (!requestsOf) throw new Error(`Usage: profile.ts <${Object.keys(kinds).join('|')}> [seconds]`);
await using bench = new Bench({ data: 'data', quick: false, entries: 0 });
const folder = bench.folder();
const nodeOptions = ['--cpu-prof', `--cpu-prof-dir=${folder}`];
const { server, at } = await (kind === 'intake' || kind === 'send'
  ? bench.intake({ app: 'takes', nodeOptions })
  : list());
const requests = await requestsOf(at);
const began = process.hrtime.bigint();
const stream = { port: server.port, connections: connectionsOf[kind] ?? 32, status: 200, requests };
const measured = await bench.load.measure(stream, Number(seconds));
const spent = Number((process.hrtime.bigint() - began) / 1000n);
await server.stop();
console.log(
  `${kind}: ${measured.rate.toFixed(0)}/s, p50 ${measured.p50.toFixed(2)} ms, p99 ${measured.p99.toFixed(2)} ms`,
);
const file = readdirSync(folder).find((name) => name.endsWith('.cpuprofile')) ?? '';
print(JSON.parse(readFileSync(path.join(folder, file), 'utf8')), spent);

async function list(): Promise<Site> {
  const server = bench.keep(await startGatehouse(bench.folder(), { nodeOptions }));
  return { server, at: await install(bench.load, server.port, bench.listSize) };
}

/** Only the last part of the profile is of the load: what came before filled the list. */
function print({ nodes, samples, timeDeltas }: Profile, lastMicroseconds: number): void {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)));
  const nameOf = (id: number) => {
    const { functionName, url, lineNumber } = byId.get(id)?.callFrame ?? { functionName: '?', url: '', lineNumber: 0 };
    return `${functionName || '(anonymous)'} ${url.replace(/^.*\/(?=(src|node_modules)\/)/, '')}:${lineNumber + 1}`;
  };
  const self = new Map<string, number>();
  const total = new Map<string, number>();
  const add = (sums: Map<string, number>, name: string, value: number) => sums.set(name, (sums.get(name) ?? 0) + value);
  const all = timeDeltas.reduce((sum, delta) => sum + delta, 0);
  let at = 0;
  let busy = 0;
  for (const [index, id] of samples.entries()) {
    const delta = timeDeltas[index] ?? 0;
    at += delta;
    if (at < all - lastMicroseconds || nameOf(id).startsWith('(idle)')) continue;
    busy += delta;
    add(self, nameOf(id), delta);
    const seen = new Set<string>();
    for (let node: number | undefined = id; node !== undefined; node = parents.get(node)) seen.add(nameOf(node));
    for (const name of seen) add(total, name, delta);
  }
  const top = (sums: Map<string, number>) =>
    [...sums]
      .toSorted(([, a], [, b]) => b - a)
      .slice(0, 22)
      .map(([name, time]) => `${((time / busy) * 100).toFixed(1).padStart(6)} %  ${name}`)
      .join('\n');
  console.log(
    `busy ${((busy / lastMicroseconds) * 100).toFixed(0)} %\n\nby itself\n${top(self)}\n\nwith what it calls\n${top(total)}`,
  );
}

import { setTimeout as delay } from 'node:timers/promises';
import { type Bench, type IntakeSite, toSample } from '../bench.ts';
import type { Stream } from '../load/job.ts';
import type { Sample } from '../sample.ts';
import type { Contender, Scenario } from '../scenario.ts';
import type { Server } from '../servers/server.ts';

const rate = 200;

/** In MiB. */
interface Memory {
  readonly all: number;
  /** Without the pages of files. */
  readonly own: number;
}

export const intakeMemory: Scenario = {
  name: 'intake-memory',
  title: `Memory (RSS) while ${rate} webhooks a second come in for ten minutes, whose app takes them, or never answers`,
  async open(bench: Bench) {
    const sites = new Map([
      ['live app', await bench.intake({ app: 'takes' })],
      ['app hangs', await bench.intake({ app: 'hangs' })],
    ]);
    let watched: Promise<ReadonlyMap<string, Sample>> | undefined;
    return [...sites.keys()].map((name) => contender(name, () => (watched ??= watch(bench, sites))));
  },
};

/** It takes so long that all are watched at once, and only in the first round that counts. */
function contender(name: string, watched: () => Promise<ReadonlyMap<string, Sample>>): Contender {
  let round = 0;
  return { name, slice: async () => (round++ === 1 ? ((await watched()).get(name) ?? []) : []) };
}

async function watch(
  { load, quick }: Bench,
  sites: ReadonlyMap<string, IntakeSite>,
): Promise<ReadonlyMap<string, Sample>> {
  const end = new AbortController();
  const all = [...sites].map(([name, { server, at }]) => {
    // Once an app's deliveries fill the room that they have, the rest is refused.
    const statuses = { status: 200, orStatus: 503 };
    const stream: Stream = { name, port: server.port, connections: 64, ...statuses, rate, requests: at.webhooks() };
    return { name, stream, memories: memoriesOf(server, quick ? 100 : 1000, end.signal) };
  });
  const job = { streams: all.map(({ stream }) => stream), seconds: quick ? 3 : 600, warmSeconds: 0 };
  const measured = await load.run(job).finally(() => end.abort());
  const samples = new Map<string, Sample>();
  for (const { name, memories } of all) {
    const { [name]: told } = measured;
    if (told) samples.set(name, { ...toSample(told), ...growthOf(await memories) });
  }
  return samples;
}

/**
 * Peaks are compared, as memory goes up and down with what is to be collected, of the last third of the time and the one
 * before: what a server takes at first is code that gets warm, and caches that fill.
 */
function growthOf(memories: readonly Memory[]): Sample {
  const third = Math.floor(memories.length / 3);
  const before = memories.slice(third, 2 * third);
  const last = memories.slice(-third);
  const peak = (some: readonly Memory[], kind: keyof Memory) => Math.max(...some.map((memory) => memory[kind]));
  return { memory: peak(last, 'all'), growth: peak(last, 'own') / peak(before, 'own') };
}

async function memoriesOf(server: Server, every: number, signal: AbortSignal): Promise<Memory[]> {
  const memories: Memory[] = [];
  while (!signal.aborted) {
    memories.push({ all: server.memoryMib(), own: server.ownMemoryMib() });
    await delay(every, undefined, { signal }).catch(() => {});
  }
  return memories;
}

import { type Bench, toSample } from '../bench.ts';
import { install } from '../installation.ts';
import type { Stream } from '../load/job.ts';
import type { Sample } from '../sample.ts';
import type { Scenario } from '../scenario.ts';
import { startGatehouse } from '../servers/gatehouse.ts';
import { buildSlowFsync } from '../servers/slow-fsync.ts';

const rate = 1000;

export const slowDisk: Scenario = {
  name: 'slow-disk',
  title: `${rate} checks a second while every fsync takes 5 ms or more, with and without ${rate} durable blocks of one a second`,
  async open(bench: Bench) {
    const preload = buildSlowFsync(bench.folder());
    if (preload === undefined)
      return { skipped: 'fsync cannot be slowed here: that takes `cc` and a Node linked dynamically' };
    const server = bench.keep(await startGatehouse(bench.folder(), { preload }));
    const { port } = server;
    const at = await install(bench.load, port, bench.listSize);
    const [seconds, warmSeconds] = bench.quick ? [0.5, 0.1] : [4, 0.5];
    const paced = { port, connections: 64, status: 200, rate };
    const reads: Stream = { ...paced, name: 'reads', requests: at.checks() };
    const run = async (...streams: Stream[]) => bench.load.run({ streams, seconds, warmSeconds });
    return [
      { name: 'without writes', slice: async () => sampleOf(await run(reads), 'reads') },
      {
        name: 'with writes',
        async slice() {
          const measured = await run(reads, { ...paced, name: 'writes', requests: at.blocks() });
          const { rate: writes = 0 } = sampleOf(measured, 'writes');
          return { ...sampleOf(measured, 'reads'), writes };
        },
      },
    ];
  },
};

function sampleOf(measured: Awaited<ReturnType<Bench['load']['run']>>, name: string): Sample {
  const stream = measured[name];
  if (!stream) throw new Error(`nothing was measured of ${name}`);
  return toSample(stream);
}

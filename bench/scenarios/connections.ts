import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Bench } from '../bench.ts';
import type { Scenario } from '../scenario.ts';

const rate = 1000;
/** Descriptors that a process needs besides. */
const spare = 200;

export const connections: Scenario = {
  name: 'connections',
  title: `${rate} checks a second, with and without 10,000 other connections: half rest, half send a byte a second`,
  async open(bench: Bench) {
    const count = bench.quick ? 500 : 10_000;
    const most = openFilesLimit();
    if (most < count + spare) return { skipped: `a process may open ${most} files here, which is fewer than ${count}` };
    const { server, at } = await bench.gatehouse();
    const ask = () => bench.slice(server, { connections: 32, rate, requests: at.checks() });
    return [
      { name: 'without', slice: ask },
      {
        name: 'with',
        async slice() {
          await using _ = await gather(server.port, count);
          return await ask();
        },
      },
    ];
  },
};

/** Connects the crowd, and sends it away in the end. */
async function gather(port: number, count: number): Promise<AsyncDisposable> {
  const crowd = fork(path.join(import.meta.dirname, '..', 'load', 'crowd.ts'), [String(port), String(count)]);
  const ended = once(crowd, 'exit');
  await Promise.race([once(crowd, 'message'), ended.then(() => Promise.reject(new Error('the crowd did not hold')))]);
  return {
    async [Symbol.asyncDispose]() {
      crowd.disconnect();
      await ended;
    },
  };
}

/** The hard limit: Node raises the soft one to it by itself. */
function openFilesLimit(): number {
  const hard = /^Max open files\s+\S+\s+(\S+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
  return hard === 'unlimited' ? Infinity : Number(hard);
}

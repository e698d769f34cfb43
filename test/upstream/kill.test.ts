/** Whoever pushes is killed at every step, over and over: in the end both lists are equal, and nothing is lost. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import type { PushStep } from '../../src/upstream/failpoint.ts';
import { databaseOf, letLeasesEnd } from '../helpers/database.ts';
import { startFaultProxy } from '../helpers/fault-proxy.ts';
import { spawnGatehouse } from '../helpers/process.ts';
import { startTestService, tempFolder } from '../helpers/service.ts';
import type { Task } from './pushing-process.ts';
import { upstreamId } from './set-up.ts';

const [ann, bob] = ['16505551234', '16505559876'] as const;
const requests: Task['requests'] = [
  { goal: 'block', users: [ann, bob] },
  { goal: 'unblock', users: [ann] },
];

/** What a kill there leaves: whether the provider acted, and whether it has to be told again. */
interface Left {
  readonly step: PushStep;
  readonly acted: boolean;
  readonly told: number;
}

const later: readonly Left[] = [
  { step: 'before_call', acted: false, told: 1 },
  { step: 'after_call', acted: true, told: 2 },
  { step: 'before_settle', acted: true, told: 2 },
  { step: 'after_settle', acted: true, told: 1 },
];
/** What nobody waits for any more is not said again. */
const wait: readonly Left[] = [
  { step: 'after_intend', acted: false, told: 0 },
  { step: 'before_call', acted: false, told: 0 },
  { step: 'after_call', acted: true, told: 1 },
  { step: 'before_settle', acted: true, told: 1 },
  { step: 'after_settle', acted: true, told: 1 },
];

async function openScene(t: TestContext, push: Task['push']) {
  const provider = await startTestService(t);
  const token = await provider.number(upstreamId, 'open');
  const proxy = await startFaultProxy(t, provider.base);
  const data = tempFolder(t);
  const database = await databaseOf(t, data);
  const key = randomBytes(32).toString('base64');
  const file = path.join(import.meta.dirname, 'pushing-process.ts');
  let ahead = 0;
  return {
    proxy,
    /** Lets it come to rest, gives whom the list has then, and goes on to its end. */
    async run(more: Pick<Task, 'requests' | 'end'>): Promise<string[]> {
      // A client's intent is left alone as long as the client might wait.
      ahead += 60_000;
      await letLeasesEnd(t, data);
      const task: Task = { database, token, push, origin: proxy.origin, key, ahead, ...more };
      const spawned = spawnGatehouse(t, data, { command: [process.execPath, file, JSON.stringify(task)] });
      const [, text = ''] = await spawned.said(/settled (.*)/);
      assert.equal(await spawned.ended, more.end ? 'SIGKILL' : 0);
      return JSON.parse(text);
    },
    async listed(): Promise<string[]> {
      const headers = { authorization: `Bearer ${token}` };
      const { json } = await provider.call('GET', `/v25.0/${upstreamId}/block_users?limit=1000`, { headers });
      return json.data.map((row: { wa_id: string }) => `${row.wa_id} synced`);
    },
    told: (method: string) => proxy.calls.filter((call) => call.method === method).length,
  };
}

for (const [push, steps] of Object.entries({ later, wait })) {
  describe(`a kill under push: "${push}"`, { concurrency: 2 }, () => {
    for (const { step, acted, told } of steps) {
      it(`of a block and of an unblock, ${step.replace('_', ' the ')}`, async (t) => {
        const { proxy, run, listed, told: times } = await openScene(t, push as Task['push']);
        const both = [`${ann} synced`, `${bob} synced`];
        assert.deepEqual(await run({ requests, end: { step, goal: 'block' } }), []);
        const isKept = push === 'later' || acted;
        // Who got no answer asks again.
        assert.deepEqual(await run({ requests, end: { step, goal: 'unblock' } }), isKept ? both : []);
        assert.equal(times('POST'), push === 'later' ? told : 1);
        const rest = await run({ requests: [] });
        assert.deepEqual(rest, isKept ? both.slice(1) : both);
        assert.deepEqual(await listed(), rest);
        assert.equal(times('DELETE'), told);
        assert.equal(proxy.mostAtOnce, 1);
      });
    }
  });
}

/** Whoever passes on is killed at every step: nothing is lost, and what is said again has the same id. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, it } from 'node:test';
import type { ForwardStep } from '../../src/forwarding/failpoint.ts';
import { databaseOf, letLeasesEnd } from '../helpers/database.ts';
import { spawnGatehouse } from '../helpers/process.ts';
import { startProvider } from '../helpers/provider.ts';
import { tempFolder } from '../helpers/service.ts';
import type { Task } from './forwarding-process.ts';
import { idOf, textIn } from './stand.ts';

const file = path.join(import.meta.dirname, 'forwarding-process.ts');
const [ann, bob] = ['16505551234', '16505559876'] as const;

/** How often the app is told of the first, by where the process was killed. */
const steps: Readonly<Record<ForwardStep, number>> = {
  before_forward: 1,
  after_forward: 2,
  before_settle: 2,
  after_settle: 1,
};

describe('a kill of who passes on', { concurrency: 2 }, () => {
  for (const [end, times] of Object.entries(steps) as [ForwardStep, number][])
    it(`${end.replace('_', ' the ').replace('settle', 'commit')}`, async (t) => {
      const app = await startProvider(t);
      const data = tempFolder(t);
      const database = await databaseOf(t, data);
      const run = async (more: Pick<Task, 'from' | 'end'>) => {
        const task: Task = { database, url: app.origin, ...more };
        const { ended, output } = spawnGatehouse(t, data, { command: [process.execPath, file, JSON.stringify(task)] });
        assert.equal(await ended, more.end ? 'SIGKILL' : 0, output());
      };
      await run({ from: [ann], end });
      await letLeasesEnd(t, data);
      await run({ from: [bob] });
      const [anns, bobs] = [ann, bob].map((from) => app.asked.filter((asked) => textIn(asked) === from));
      assert.deepEqual([anns?.length, bobs?.length], [times, 1]);
      assert.equal(new Set(anns?.map(idOf)).size, 1);
    });
});

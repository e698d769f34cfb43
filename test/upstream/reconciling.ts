/** Whoever makes a list one with its provider's, for tests. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { BusinessNumber } from '../../src/core/numbers.ts';
import type { Preference } from '../../src/core/ports.ts';
import type { ReconcileAnswer } from '../../src/core/reconcile.ts';
import { Reconciler } from '../../src/jobs/reconcile.ts';
import { until } from '../helpers/until.ts';
import { connection, numberId, openYard, type Yard, type YardOptions } from './yard.ts';

/** A yard, of which the list can be made one with the provider's. */
export async function openReconciling(t: TestContext, options: YardOptions = {}) {
  const yard = await openYard(t, { providerRules: 'open', ...options });
  const { store, upstreams } = yard;
  const failures: unknown[] = [];
  const jobs: string[] = [];
  const reconciler = new Reconciler({
    store,
    upstreams,
    clock: Date.now,
    began: (_number, { state, total }) => jobs.push(`${state} ${total}`),
    ended: (_number, { state, done }) => jobs.push(`${state} ${done}`),
    failed: (fault) => failures.push(fault),
  });
  const number = (await store.directory.number(numberId)) as BusinessNumber;
  const by = (requestId: string) => ({ dialect: 'admin', keyId: null, requestId });
  let asked = 0;
  const ask = async (prefer?: Preference, isConfirmed = false, apply = true): Promise<ReconcileAnswer> => {
    asked += 1;
    const request = { number, apply: apply && prefer !== undefined, isConfirmed, by: by(`A${asked}`) };
    const given = await reconciler.reconcile({ ...request, ...(prefer && { prefer }) });
    assert.ok(given !== 'running');
    return given;
  };
  return {
    ...yard,
    reconciler,
    /** Asks for a plan, and has it applied if one side is preferred. */
    ask,
    /** Applies it, and waits for the end of the job and of what is pushed for it. */
    async apply(prefer: Preference, isConfirmed = false): Promise<ReconcileAnswer> {
      const given = await ask(prefer, isConfirmed);
      if (!given.job) return given;
      await until(async () => (await reconciler.last(numberId))?.state !== 'running');
      assert.deepEqual([(await reconciler.last(numberId))?.state, failures], ['done', []]);
      assert.deepEqual(jobs.splice(0), [`running ${given.job.total}`, `done ${given.job.total}`]);
      await until(async () => (await store.pushes.due(connection)).length === 0);
      return given;
    },
    /** Who is blocked here and where each stands. */
    here: () => here(yard),
    synced: async (...users: readonly string[]) => {
      await yard.change('block', ...users);
      for (const user of users) await yard.reaches(user, 'synced');
    },
  };
}

async function here({ store }: Pick<Yard, 'store'>): Promise<string[]> {
  const page = await store.lists.page(numberId, { position: { kind: 'start' }, limit: 1000 });
  assert.ok(page.kind === 'page');
  return page.entries.map(({ waId, sync }) => `${waId} ${sync?.state}`).toSorted();
}

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { works } from '../../core/leases.ts';
import type { Lease, Leases, ReconcileJob } from '../../core/ports.ts';
import { at, by, nowhere, type OpenStore, one, putNumber, two } from './fixture.contract.ts';

export const job: ReconcileJob = { id: 'j1', state: 'running', done: 0, total: 7, prefer: 'ours', startedAt: at };

export async function claimed(leases: Leases, work: string, forMs = 60_000): Promise<Lease> {
  const lease = await leases.claim(work, forMs);
  assert.ok(lease, `another node has ${work}`);
  return lease;
}

export function jobsContract(open: OpenStore): void {
  describe('jobs', () => {
    it('are kept as they were told last, one of each number', async (t) => {
      const store = await open(t);
      await putNumber(store, one);
      await putNumber(store, two);
      assert.equal(await store.jobs.last(one), undefined);
      const lease = await claimed(store.leases, works.reconcile(one));
      const told: ReconcileJob[] = [
        job,
        { ...job, done: 5 },
        { ...job, state: 'failed', done: 5, endedAt: at + 1 },
        { ...job, id: 'j2', prefer: 'theirs' },
        { ...job, id: 'j2', state: 'done', done: 7, endedAt: at + 2 },
      ];
      for (const each of told) {
        await store.jobs.put(one, each, lease);
        assert.deepEqual(await store.jobs.last(one), each);
      }
      assert.equal(await store.jobs.last(two), undefined);
    });

    it('of a number that is not there are not kept, and go with it', async (t) => {
      const store = await open(t);
      await putNumber(store, one);
      for (const number of [one, nowhere]) {
        await store.jobs.put(number, job, await claimed(store.leases, works.reconcile(number)));
      }
      assert.deepEqual([await store.jobs.last(one), await store.jobs.last(nowhere)], [job, undefined]);
      await store.directory.deleteNumber(one, by, at);
      await putNumber(store, one);
      assert.equal(await store.jobs.last(one), undefined);
    });
  });
}

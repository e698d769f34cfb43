import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { works } from '../../core/leases.ts';
import { at, Caller, type OpenStore, one } from './fixture.contract.ts';
import { claimed } from './jobs.contract.ts';
import { done, Pusher, putPushed } from './pushes.fixture.contract.ts';

export function leasesContract(open: OpenStore): void {
  describe('a lease', () => {
    it('is given, kept and given back', async (t) => {
      const { leases } = await open(t);
      const work = works.list(one);
      const lease = await leases.claim(work, 60_000);
      assert.equal(lease?.work, work);
      assert.deepEqual(await leases.claim(work, 60_000), lease, 'who has it gets it again');
      assert.equal(await leases.renew(lease, 60_000), true);
      await leases.release(lease);
      assert.ok(await leases.claim(work, 60_000));
      assert.ok(await leases.claim(works.expiry, 60_000));
    });

    it('that ran out is as good as ever while nobody else wants the work', async (t) => {
      const { leases } = await open(t);
      const lease = await leases.claim(works.expiry, 0);
      assert.ok(lease);
      assert.equal(await leases.renew(lease, 0), true);
      assert.deepEqual(await leases.claim(works.expiry, 0), lease);
    });

    it('goes with what is written for it', async (t) => {
      const store = await open(t);
      await putPushed(store);
      await new Caller(store).block('4915100000001');
      const lease = await claimed(store.leases, works.list(one));
      const push = await new Pusher(store).only();
      await store.pushes.settle(one, [{ push, result: done }], at, lease);
      assert.deepEqual(await new Pusher(store).states(), ['synced']);
    });
  });
}

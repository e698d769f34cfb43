/** What several nodes on one database show each other: work is one node's at a time, and none of an earlier one's counts. */
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { hashSecret } from '../../core/credentials.ts';
import { LeaseLost, works } from '../../core/leases.ts';
import type { Lease, Leases, Store } from '../../core/ports.ts';
import type { PushResult } from '../../core/push.ts';
import { asked, at, by, Caller, one, user } from './fixture.contract.ts';
import { claimed, job } from './jobs.contract.ts';
import { done, failed, main, Pusher, putPushed } from './pushes.fixture.contract.ts';

/** Opens two stores over one empty database. */
export type OpenNodes = (t: TestContext) => Promise<readonly [Store, Store]>;

const [ann, bob] = ['4915100000001', '4915100000002'] as const;

/** The first one's lease ran out, and the second one has the work. */
async function takenOver([first, second]: readonly [Store, Store], work: string): Promise<Lease> {
  const lost = await claimed(first.leases, work, 0);
  await claimed(second.leases, work);
  return lost;
}

/** Leases alone, of two nodes on one empty database. */
function workContract(open: (t: TestContext) => Promise<readonly [Leases, Leases]>): void {
  describe('the work of two nodes', () => {
    it('is not the same at once', async (t) => {
      const [first, second] = await open(t);
      const work = works.list(one);
      assert.deepEqual([first.isShared, second.isShared], [true, true]);
      const lease = await claimed(first, work);
      assert.equal(await second.claim(work, 60_000), undefined);
      assert.ok(await second.claim(works.expiry, 60_000), 'other work is free');
      await first.release(lease);
      const next = await claimed(second, work);
      assert.ok(next.token > lease.token, `${next.token} after ${lease.token}`);
      assert.equal(await first.claim(work, 60_000), undefined);
    });

    it('is given to one of them, however many ask at once', async (t) => {
      const nodes = await open(t);
      for (let round = 0; round < 10; round += 1) {
        const given = await Promise.all(nodes.map((leases) => leases.claim(`work ${round}`, 60_000)));
        assert.equal(given.filter((lease) => lease !== undefined).length, 1);
      }
    });

    it('is taken over when its lease ran out, which then cannot be kept or given back', async (t) => {
      const [first, second] = await open(t);
      const work = works.list(one);
      const lost = await claimed(first, work, 0);
      const taken = await claimed(second, work);
      assert.ok(taken.token > lost.token, `${taken.token} after ${lost.token}`);
      assert.equal(await first.renew(lost, 60_000), false);
      await first.release(lost);
      assert.equal(await first.claim(work, 60_000), undefined);
      assert.equal(await second.renew(taken, 60_000), true);
      await second.release(taken);
      assert.equal(await first.renew(lost, 60_000), false, 'also once it is free again');
      assert.notEqual((await claimed(first, work)).token, lost.token);
    });
  });
}

export function nodesContract(open: OpenNodes): void {
  workContract(async (t) => {
    const [first, second] = await open(t);
    return [first.leases, second.leases];
  });

  describe('two nodes', () => {
    it('do nothing for whoever lost the work', async (t) => {
      const [first, second] = await open(t);
      await putPushed(first);
      await new Caller(first).block(ann);
      const push = await new Pusher(first).only();
      const list = await takenOver([first, second], works.list(one));
      const reconcile = await takenOver([first, second], works.reconcile(one));
      const start = await takenOver([first, second], works.firstStart);
      const listed = { number: one, by, at, upstream: { connection: main, numberId: one }, asOf: 1_000 };
      const change = { number: one, users: asked(bob), by, at };
      const { pushes, lists, jobs, installation } = first;
      const writes: Record<string, () => Promise<unknown>> = {
        settle: () => pushes.settle(one, [{ push, result: failed }], at, list),
        enqueue: () => pushes.enqueue(one, at, 10, list),
        intend: () => pushes.intend('block', change, at, list),
        imported: () => pushes.imported(one, 0, list),
        adopt: () => pushes.adopt('block', { ...listed, users: [{ waId: bob as never }] }, reconcile),
        ask: () => pushes.ask('block', { ...listed, users: [{ waId: ann as never }] }, reconcile),
        block: () => lists.block(change, reconcile),
        job: () => jobs.put(one, job, reconcile),
        key: () => installation.setAdminKeyHash(hashSecret('k'), start),
      };
      const before = await new Caller(first).history();
      for (const [name, write] of Object.entries(writes)) await assert.rejects(write(), LeaseLost, name);
      for (const store of [first, second]) {
        assert.deepEqual(await new Caller(store).history(), before);
        assert.deepEqual(await new Pusher(store).states(), ['pending']);
        assert.equal(await store.lists.check(one, user(bob)), undefined);
        assert.equal(await store.lists.isBlocked(one, user(bob)), false);
        assert.notEqual(await store.pushes.importing(one), undefined);
        assert.equal(await store.jobs.last(one), undefined);
        assert.equal(await store.installation.adminKeyHash(), undefined);
      }
    });

    it('do nothing with a delivery for whoever lost the app', async (t) => {
      const [first, second] = await open(t);
      await putPushed(first);
      const app = { kind: 'number', number: one } as const;
      const id = await first.webhooks.addDelivery(app, '{}', at);
      const lost = await takenOver([first, second], works.app(app));
      await assert.rejects(first.webhooks.settle(id, { kind: 'delivered' }, at, lost), LeaseLost);
      const [left] = await second.webhooks.next(app, 10);
      assert.deepEqual([left?.id, left?.attempts], [id, 0]);
      const lease = await claimed(second.leases, works.app(app));
      await second.webhooks.settle(id, { kind: 'delivered' }, at, lease);
      assert.deepEqual(await first.webhooks.next(app, 10), []);
    });

    it('refuse a late write alone, not those that wait with it', async (t) => {
      const [first, second] = await open(t);
      await putPushed(first);
      const lost = await takenOver([first, second], works.list(one));
      const caller = new Caller(first);
      const writes = [caller.block(ann), first.pushes.enqueue(one, at, 10, lost), caller.block(bob)];
      const told = (await Promise.allSettled(writes)).map(({ status }) => status);
      assert.deepEqual(told, ['fulfilled', 'rejected', 'fulfilled']);
      assert.deepEqual(await new Caller(second).names(), [ann, bob]);
    });

    it('take over once a write under way is over: what they see then is the last of it', async (t) => {
      const [first, second] = await open(t);
      await putPushed(first);
      for (let round = 0; round < 5; round += 1) {
        await new Caller(first).block(`491510000000${round}`);
        const push = await new Pusher(first).only();
        const lost = await claimed(first.leases, works.list(one), 0);
        const later: PushResult = { kind: 'retry', detail: '', at };
        const settling = first.pushes.settle(one, [{ push, result: later }], at, lost);
        const isSettled = settling.then(
          () => true,
          () => false,
        );
        const taken = await claimed(second.leases, works.list(one));
        const seen = await new Pusher(second).only();
        assert.equal(seen.attempts, (await isSettled) ? 1 : 0);
        await second.pushes.settle(one, [{ push: seen, result: done }], at, taken);
        await second.leases.release(taken);
      }
    });

    it('tell of each other’s jobs; that of a node that ended is interrupted', async (t) => {
      const [first, second] = await open(t);
      await putPushed(first);
      const work = works.reconcile(one);
      const lease = await claimed(first.leases, work);
      await first.jobs.put(one, job, lease);
      assert.deepEqual(await second.jobs.last(one), job);
      await first.leases.renew(lease, 0);
      assert.deepEqual(await second.jobs.last(one), { ...job, state: 'interrupted' });
      await second.jobs.put(one, { ...job, id: 'j2' }, await claimed(second.leases, work));
      assert.deepEqual(await first.jobs.last(one), { ...job, id: 'j2' });
    });
  });
}

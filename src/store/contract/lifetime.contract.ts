import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hashSecret } from '../../core/credentials.ts';
import { asked, at, by, Caller, type OpenStore, one, putNumber, refusal } from './fixture.contract.ts';

export function lifetimeContract(open: OpenStore): void {
  describe('the installation', () => {
    it('has a secret of its own', async (t) => {
      const [a, b] = [await open(t), await open(t)];
      assert.equal(a.installation.cursorSecret.length, 32);
      assert.notDeepEqual(a.installation.cursorSecret, b.installation.cursorSecret);
    });

    it('keeps the hash of an admin key', async (t) => {
      const { installation } = await open(t);
      assert.equal(await installation.adminKeyHash(), undefined);
      for (const key of ['one', 'two']) {
        await installation.setAdminKeyHash(hashSecret(key));
        assert.equal(await installation.adminKeyHash(), hashSecret(key));
      }
    });

    it('keeps that it is prepared', async (t) => {
      const { installation } = await open(t);
      assert.equal(await installation.isPrepared(), false);
      await installation.setPrepared();
      await installation.setPrepared();
      assert.equal(await installation.isPrepared(), true);
    });
  });

  describe('a store', () => {
    it('can be probed, also many times at once', async (t) => {
      const store = await open(t);
      await Promise.all([store.probe(), store.probe(), store.probe()]);
      await store.probe();
    });

    it('tells how much it holds, and how many writes wait', async (t) => {
      const store = await open(t);
      const caller = new Caller(store);
      await putNumber(store, one);
      const before = await store.usage();
      assert.equal(before.waitingWrites, 0);
      for (let phone = 4915100000000; phone < 4915100000100; phone += 1) await caller.block(String(phone));
      const after = await store.usage();
      assert.ok(before.bytes > 0 && after.bytes > before.bytes, `${before.bytes} to ${after.bytes}`);
    });

    it('finishes what waits when it is closed, and refuses what comes later', async (t) => {
      const store = await open(t);
      await putNumber(store, one);
      const caller = new Caller(store);
      const waiting = ['4915100000001', '4915100000002'].map((phone) => caller.block(phone));
      const closing = store.close();
      const late = caller.block('4915100000003');
      await assert.rejects(late, refusal('store_unavailable'));
      assert.deepEqual(await Promise.all(waiting), [['added'], ['added']]);
      await closing;
      await store.close();
      await assert.rejects(caller.page(), refusal('store_unavailable'));
      await assert.rejects(
        store.lists.unblock({ number: one, users: asked('US.abc'), by, at }),
        refusal('store_unavailable'),
      );
      await assert.rejects(store.directory.numbers({ limit: 1 }), refusal('store_unavailable'));
      await assert.rejects(store.probe(), refusal('store_unavailable'));
    });
  });
}

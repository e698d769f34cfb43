import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { defaultAccount } from '../../core/numbers.ts';
import { at, by, type OpenStore, one, phoneOf, putNumber, two } from './fixture.contract.ts';
import { main, other, putConnection, sealed, shop } from './pushes.fixture.contract.ts';
import { url } from './webhooks.fixture.contract.ts';

export function appsContract(open: OpenStore): void {
  describe('apps', () => {
    it('are of a number or of an account, and change as a PUT says', async (t) => {
      const { directory } = await open(t);
      const phone = phoneOf(one);
      assert.equal(await directory.changeAccountApp(shop, { url }), 'no_account');
      await directory.addAccount({ name: shop, createdAt: at });
      await directory.addAccount({ name: defaultAccount, createdAt: at });
      assert.equal(await directory.changeAccountApp(shop, { blocked: 'tag' }), 'no_app_url');
      assert.deepEqual(await directory.putNumber(one, { phone, app: {} }, at), { kind: 'no_app_url' });
      assert.deepEqual([await directory.number(one), (await directory.account(shop))?.app], [undefined, null]);

      const whole = { url, secret: sealed('s'), headers: sealed('h'), blocked: 'hold' } as const;
      const account = { name: shop, app: whole, createdAt: at };
      assert.deepEqual(await directory.changeAccountApp(shop, whole), account);
      assert.deepEqual(await directory.account(shop), account);
      assert.deepEqual((await directory.accounts({ limit: 9 })).items[1], account);
      await directory.putNumber(one, { phone, app: whole }, at);
      assert.deepEqual((await directory.number(one))?.app, whole);

      const less = { url, headers: sealed('h'), blocked: 'tag' };
      const patch = { secret: null, blocked: 'tag' } as const;
      await directory.putNumber(one, { app: patch }, at);
      await directory.putNumber(one, { name: 'Support' }, at);
      await directory.changeAccountApp(shop, patch);
      assert.deepEqual((await directory.numbers({ limit: 1 })).items[0]?.app, less);
      assert.deepEqual((await directory.account(shop))?.app, less);
      await directory.putNumber(one, { app: null }, at);
      await directory.changeAccountApp(shop, null);
      assert.equal((await directory.number(one))?.app, null);
      assert.equal((await directory.account(shop))?.app, null);
    });
  });

  describe('a number’s other id', () => {
    it('finds it through its connection alone, as it is now', async (t) => {
      const store = await open(t);
      const { directory } = store;
      await putConnection(store);
      await putConnection(store, other);
      await putNumber(store, two);
      const known = async (connection = main, id = two) => (await directory.numberKnownAs(connection, id))?.id;
      assert.equal(await known(), undefined);
      await directory.putNumber(one, { phone: phoneOf(one), upstream: { connection: main, numberId: two } }, at);
      assert.deepEqual([await known(), await known()], [one, one]);
      assert.deepEqual([await known(other), await known(main, one)], [undefined, undefined]);
      await directory.putNumber(one, { upstream: { connection: other } }, at);
      assert.deepEqual([await known(), await known(other, one)], [undefined, one]);
      await directory.deleteNumber(one, by, at);
      assert.equal(await known(other, one), undefined);
    });
  });
}

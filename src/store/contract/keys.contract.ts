import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hashSecret } from '../../core/credentials.ts';
import type { AccountName, KeyId } from '../../core/ids.ts';
import { defaultAccount } from '../../core/numbers.ts';
import type { Key } from '../../core/ports.ts';
import { at, by, hour, nowhere, type OpenStore, one, phoneOf, putNumber, two } from './fixture.contract.ts';

const shop = 'shop' as AccountName;
const secret = hashSecret('a secret of twenty characters');

function keyOf(name: string, more: Partial<Key> = {}): Key {
  const id = `key_${name.padEnd(16, '0')}` as KeyId;
  return {
    id,
    name,
    account: defaultAccount,
    numbers: 'all',
    createdAt: at,
    expiresAt: null,
    revokedAt: null,
    ...more,
  };
}

export function keysContract(open: OpenStore): void {
  describe('keys', () => {
    it('are found by their secret alone, as they were added', async (t) => {
      const store = await open(t);
      await putNumber(store, one);
      await putNumber(store, two);
      const all = keyOf('all', { expiresAt: at + hour });
      const some = keyOf('some', { numbers: [one, two] });
      const none = keyOf('none', { numbers: [] });
      for (const key of [all, some, none]) {
        assert.deepEqual(await store.directory.addKey(key, hashSecret(key.name)), { kind: 'added' });
        assert.deepEqual(await store.directory.keyBySecret(hashSecret(key.name)), key);
      }
      assert.equal(await store.directory.keyBySecret(secret), undefined);
    });

    it('belong to an account that is there and reach numbers of it', async (t) => {
      const store = await open(t);
      await putNumber(store, one);
      const { directory } = store;
      await directory.addAccount({ name: shop, createdAt: at });
      await directory.putNumber(two, { phone: phoneOf(two), account: shop }, at);
      assert.deepEqual(await directory.addKey(keyOf('a', { account: 'x' as AccountName }), secret), {
        kind: 'unknown_account',
      });
      assert.deepEqual(await directory.addKey(keyOf('a', { numbers: [nowhere, one, two] }), secret), {
        kind: 'unknown_numbers',
        numbers: [nowhere, two],
      });
      assert.equal(await directory.keyBySecret(secret), undefined);
      assert.deepEqual(await directory.keys({ limit: 9 }), { items: [], hasMore: false });
    });

    it('share no secret while both are active', async (t) => {
      const store = await open(t);
      await putNumber(store, one);
      const { directory } = store;
      const [first, second, third] = [keyOf('first'), keyOf('second'), keyOf('third')];
      assert.deepEqual(await directory.addKey(first, secret), { kind: 'added' });
      assert.deepEqual(await directory.addKey(second, secret), { kind: 'secret_in_use' });
      assert.equal(await directory.revokeKey(first.id, at + 1), true);
      assert.deepEqual(await directory.keyBySecret(secret), { ...first, revokedAt: at + 1 });
      assert.deepEqual(await directory.addKey(second, secret), { kind: 'added' });
      assert.deepEqual(await directory.keyBySecret(secret), second);
      await directory.revokeKey(second.id, at + 3);
      await directory.addKey(third, secret);
      await directory.revokeKey(third.id, at + 2);
      assert.deepEqual(await directory.keyBySecret(secret), { ...second, revokedAt: at + 3 }, 'the one revoked last');
    });

    it('are revoked once', async (t) => {
      const store = await open(t);
      await putNumber(store, one);
      const key = keyOf('a');
      await store.directory.addKey(key, secret);
      assert.equal(await store.directory.revokeKey(keyOf('b').id, at), false);
      assert.equal(await store.directory.revokeKey(key.id, at + 1), true);
      assert.equal(await store.directory.revokeKey(key.id, at + 2), false);
      assert.equal((await store.directory.keyBySecret(secret))?.revokedAt, at + 1);
    });

    it('are paged by id, the revoked ones too', async (t) => {
      const store = await open(t);
      await putNumber(store, one);
      const keys = ['c', 'a', 'b'].map((name) => keyOf(name, { numbers: [one] }));
      for (const key of keys) await store.directory.addKey(key, hashSecret(key.name));
      await store.directory.revokeKey(keyOf('a').id, at);
      const first = await store.directory.keys({ limit: 2 });
      assert.deepEqual(first, { items: [{ ...keys[1], revokedAt: at }, keys[2]], hasMore: true });
      assert.deepEqual(await store.directory.keys({ after: keyOf('b').id, limit: 2 }), {
        items: [keys[0]],
        hasMore: false,
      });
    });

    it('lose the numbers that are deleted, also when those come again', async (t) => {
      const store = await open(t);
      await putNumber(store, one);
      await store.directory.addKey(keyOf('a', { numbers: [one] }), secret);
      await store.directory.deleteNumber(one, by, at);
      await putNumber(store, one);
      assert.deepEqual((await store.directory.keyBySecret(secret))?.numbers, []);
    });
  });

  describe('the only number of a key', () => {
    it('is the one it names, while it is there and in the account', async (t) => {
      const store = await open(t);
      const { directory } = store;
      await putNumber(store, one);
      await putNumber(store, two);
      const [single, both, none] = [
        keyOf('s', { numbers: [two] }),
        keyOf('b', { numbers: [one, two] }),
        keyOf('n', { numbers: [] }),
      ];
      for (const key of [single, both, none]) await directory.addKey(key, hashSecret(key.name));
      assert.equal((await directory.onlyNumberOf(single))?.id, two);
      assert.equal(await directory.onlyNumberOf(both), undefined);
      assert.equal(await directory.onlyNumberOf(none), undefined);
      await directory.deleteNumber(one, by, at);
      assert.equal((await directory.onlyNumberOf(both))?.id, two);
      await directory.addAccount({ name: shop, createdAt: at });
      await directory.putNumber(two, { account: shop }, at);
      assert.equal(await directory.onlyNumberOf(single), undefined);
    });

    it('is the only one of the account, for a key that reaches all', async (t) => {
      const store = await open(t);
      const { directory } = store;
      await directory.addAccount({ name: shop, createdAt: at });
      const key = keyOf('all', { account: shop });
      await directory.addKey(key, secret);
      await putNumber(store, one);
      assert.equal(await directory.onlyNumberOf(key), undefined);
      await directory.putNumber(one, { account: shop }, at);
      assert.equal((await directory.onlyNumberOf(key))?.id, one);
      await directory.putNumber(two, { phone: phoneOf(two), account: shop }, at);
      assert.equal(await directory.onlyNumberOf(key), undefined);
    });
  });
}

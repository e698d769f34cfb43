import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AccountName, PhoneNumberId } from '../../core/ids.ts';
import { defaultAccount } from '../../core/numbers.ts';
import { presets } from '../../core/rules.ts';
import {
  at,
  by,
  Caller,
  hour,
  nowhere,
  type OpenStore,
  one,
  phoneOf,
  phones,
  putNumber,
  two,
} from './fixture.contract.ts';

const shop = 'shop' as AccountName;

export function directoryContract(open: OpenStore): void {
  describe('accounts', () => {
    it('are added once', async (t) => {
      const { directory } = await open(t);
      assert.equal(await directory.account(shop), undefined);
      assert.equal(await directory.addAccount({ name: shop, createdAt: at }), true);
      assert.equal(await directory.addAccount({ name: shop, createdAt: at + hour }), false);
      assert.deepEqual(await directory.account(shop), { name: shop, app: null, createdAt: at });
    });

    it('are paged by name', async (t) => {
      const { directory } = await open(t);
      assert.deepEqual(await directory.accounts({ limit: 2 }), { items: [], hasMore: false });
      for (const name of ['c', 'a', 'b'] as AccountName[]) await directory.addAccount({ name, createdAt: at });
      const first = await directory.accounts({ limit: 2 });
      assert.deepEqual([first.items.map(({ name }) => name), first.hasMore], [['a', 'b'], true]);
      const rest = await directory.accounts({ after: 'b' as AccountName, limit: 2 });
      assert.deepEqual([rest.items.map(({ name }) => name), rest.hasMore], [['c'], false]);
      assert.equal((await directory.accounts({ limit: 3 })).hasMore, false);
    });
  });

  describe('numbers', () => {
    it('are created with a phone in an account that is there', async (t) => {
      const { directory } = await open(t);
      const phone = phoneOf(one);
      assert.deepEqual(await directory.putNumber(one, { phone }, at), {
        kind: 'unknown_account',
        account: defaultAccount,
      });
      await directory.addAccount({ name: defaultAccount, createdAt: at });
      assert.deepEqual(await directory.putNumber(one, {}, at), { kind: 'no_display_phone_number' });
      assert.deepEqual(await directory.putNumber(one, { phone, account: shop }, at), {
        kind: 'unknown_account',
        account: shop,
      });
      assert.equal(await directory.number(one), undefined);
      const rest = { upstream: null, rules: presets.open, onStoreFailure: 'refuse', app: null, createdAt: at } as const;
      const number = { id: one, account: defaultAccount, ...phone, name: null, ...rest };
      assert.deepEqual(await directory.putNumber(one, { phone }, at), { kind: 'created', number });
      assert.deepEqual(await directory.number(one), number);
    });

    it('keep what a change does not name, and their list', async (t) => {
      const store = await open(t);
      const { directory } = store;
      await putNumber(store, one, 'meta');
      await new Caller(store).receive('4915100000001');
      await new Caller(store).block('4915100000001');
      await directory.addAccount({ name: shop, createdAt: at });
      const rules = { ...presets.meta, capacity: 7, partialFailureStatus: 200 } as const;
      const patch = { name: 'Support', account: shop, rules: { capacity: 7, partialFailureStatus: 200 } } as const;
      const rest = { upstream: null, rules, onStoreFailure: 'refuse', app: null, createdAt: at } as const;
      const number = { id: one, account: shop, ...phoneOf(one), name: 'Support', ...rest };
      assert.deepEqual(await directory.putNumber(one, patch, at + hour), { kind: 'changed', number });
      assert.deepEqual(await directory.number(one), number);
      assert.deepEqual(await directory.putNumber(one, {}, at + hour), { kind: 'changed', number });
      assert.equal(await directory.blockedCount(one), 1);
      const named = await directory.putNumber(one, { name: null }, at + hour);
      assert.deepEqual(named, { kind: 'changed', number: { ...number, name: null } });
    });

    it('are paged by id', async (t) => {
      const store = await open(t);
      for (const id of ['300', '1000', '200'] as PhoneNumberId[]) await putNumber(store, id);
      const first = await store.directory.numbers({ limit: 2 });
      assert.deepEqual([first.items.map(({ id }) => id), first.hasMore], [['1000', '200'], true]);
      const rest = await store.directory.numbers({ after: '200' as PhoneNumberId, limit: 2 });
      assert.deepEqual([rest.items.map(({ id }) => id), rest.hasMore], [['300'], false]);
    });

    it('know how many they block', async (t) => {
      const store = await open(t);
      await putNumber(store, one);
      await new Caller(store).block(phones(3));
      assert.equal(await store.directory.blockedCount(one), 3);
      assert.equal(await store.directory.blockedCount(nowhere), 0);
    });

    it('are deleted with their list and all they know, and nothing of another', async (t) => {
      const store = await open(t);
      await putNumber(store, one, 'meta');
      await putNumber(store, two);
      const caller = new Caller(store);
      await caller.receive('4915100000001', 'US.abc');
      await caller.block('4915100000001');
      await new Caller(store, two).block('4915100000001');
      const before = await caller.page();
      assert.equal(await store.directory.deleteNumber(one, by, at + hour), true);
      assert.equal(await store.directory.deleteNumber(one, by, at + hour), false);
      assert.equal(await store.directory.number(one), undefined);
      assert.equal(await store.directory.blockedCount(one), 0);
      await assert.rejects(caller.page(), { reason: { kind: 'number_not_found', asked: one } });
      assert.deepEqual(await new Caller(store, two).names(), ['4915100000001']);

      await putNumber(store, one, 'meta');
      assert.equal((await caller.page()).version, (at + hour) * 1000);
      const position = { kind: 'offset', offset: 0, row: 0, version: before.version } as const;
      assert.equal((await store.lists.page(one, { position, limit: 1 })).kind, 'changed');
      assert.equal(await caller.check('US.abc'), undefined);
      assert.deepEqual(await caller.block('4915100000001'), ['window'], 'the window is forgotten');
    });

    it('are businesses to others only while they are there', async (t) => {
      const store = await open(t);
      await putNumber(store, one, 'meta');
      await putNumber(store, two);
      const caller = new Caller(store);
      await caller.receive(phoneOf(two).waId);
      assert.deepEqual(await caller.block(phoneOf(two).waId), ['business']);
      await store.directory.deleteNumber(two, by, at);
      assert.deepEqual(await caller.block(phoneOf(two).waId), ['added']);
    });
  });
}

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ConnectionPatch } from '../../core/connections.ts';
import { hashSecret } from '../../core/credentials.ts';
import type { ConnectionName, KeyId, PhoneNumberId } from '../../core/ids.ts';
import { defaultAccount } from '../../core/numbers.ts';
import type { Key, Store } from '../../core/ports.ts';
import { presets } from '../../core/rules.ts';
import { at, by, hour, type OpenStore, one, phoneOf, putNumber, two } from './fixture.contract.ts';
import { connectionOf, main, other, putConnection, putPushed, sealed, shop } from './pushes.fixture.contract.ts';

const three = '1003' as PhoneNumberId;
const whole: ConnectionPatch = {
  provider: 'kapso',
  origin: 'https://localhost:1',
  apiVersion: 'v24.0',
  webhookHeaderName: 'x-proof',
  secrets: {
    token: sealed('token'),
    appSecret: sealed('app'),
    verifyToken: sealed('verify'),
    webhookSecret: sealed('webhook'),
    webhookHeader: sealed('header'),
  },
};

export function connectionsContract(open: OpenStore): void {
  describe('connections', () => {
    it('are created with a provider and a token in an account that is there', async (t) => {
      const { directory } = await open(t);
      const put = (patch: ConnectionPatch) => directory.putConnection(main, patch, at);
      assert.deepEqual(await put({ secrets: {} }), { kind: 'incomplete', missing: ['provider', 'token'] });
      assert.deepEqual(await put(whole), { kind: 'unknown_account', account: defaultAccount });
      await directory.addAccount({ name: defaultAccount, createdAt: at });
      assert.equal(await directory.connection(main), undefined);
      const created = await put(whole);
      const connection = { name: main, account: defaultAccount, ...whole, createdAt: at };
      assert.deepEqual(created, { kind: 'created', connection });
      assert.deepEqual(await directory.connection(main), connection);
      assert.deepEqual(await directory.connection(other), undefined);
    });

    it('keep what a change does not name, and lose what is null', async (t) => {
      const store = await open(t);
      const before = connectionOf(await putConnection(store, main, whole));
      await store.directory.connection(main);
      const secrets = { token: sealed('new'), appSecret: null, webhookHeader: null };
      const patch = { origin: null, webhookHeaderName: null, secrets };
      const changed = await store.directory.putConnection(main, patch, at + hour);
      const { verifyToken, webhookSecret } = whole.secrets;
      const kept = { token: sealed('new'), verifyToken, webhookSecret };
      const connection = { ...before, origin: null, webhookHeaderName: null, secrets: kept };
      assert.deepEqual(changed, { kind: 'changed', connection });
      assert.deepEqual(await store.directory.connection(main), connection);
      assert.deepEqual(await store.directory.putConnection(main, { secrets: { token: null } }, at), {
        kind: 'incomplete',
        missing: ['token'],
      });
    });

    it('are paged by name', async (t) => {
      const store = await open(t);
      assert.deepEqual(await store.directory.connections({ limit: 2 }), { items: [], hasMore: false });
      for (const name of ['c', 'a', 'b'] as ConnectionName[]) await putConnection(store, name);
      const first = await store.directory.connections({ limit: 2 });
      assert.deepEqual([first.items.map(({ name }) => name), first.hasMore], [['a', 'b'], true]);
      const rest = await store.directory.connections({ after: 'b' as ConnectionName, limit: 2 });
      assert.deepEqual([rest.items.map(({ name }) => name), rest.hasMore], [['c'], false]);
    });

    it('are neither deleted nor given to another account while a number uses them', async (t) => {
      const store = await open(t);
      const { directory } = store;
      await directory.addAccount({ name: shop, createdAt: at });
      assert.equal(await directory.deleteConnection(main), 'not_found');
      await putPushed(store);
      assert.equal(await directory.deleteConnection(main), 'in_use');
      assert.deepEqual(await directory.putConnection(main, { account: shop, secrets: {} }, at), { kind: 'in_use' });
      await directory.deleteNumber(one, by, at);
      const moved = await directory.putConnection(main, { account: shop, secrets: {} }, at);
      assert.deepEqual([moved.kind, connectionOf(moved).account], ['changed', shop]);
      assert.equal(await directory.deleteConnection(main), 'deleted');
      assert.equal(await directory.connection(main), undefined);
    });
  });

  describe('the upstream of a number', () => {
    it('is a connection of its own account that is there', async (t) => {
      const store = await open(t);
      const { directory } = store;
      await putNumber(store, one);
      const upstream = { connection: main };
      const unknown = { kind: 'unknown_connection', connection: main };
      assert.deepEqual(await directory.putNumber(one, { upstream }, at), unknown);
      await directory.addAccount({ name: shop, createdAt: at });
      await putConnection(store, main, { account: shop });
      assert.deepEqual(await directory.putNumber(one, { upstream }, at), unknown);
      assert.equal((await directory.putNumber(one, { upstream, account: shop }, at)).kind, 'changed');
      assert.deepEqual(await directory.putNumber(one, { account: defaultAccount }, at), unknown);
      assert.equal((await directory.number(one))?.account, shop);
    });

    it('comes with rules of its own, and goes with them', async (t) => {
      const store = await open(t);
      const { directory } = store;
      await putNumber(store, one, 'meta');
      await putConnection(store);
      const patch = { upstream: { connection: main, numberId: two }, onStoreFailure: 'pass' } as const;
      const number = {
        id: one,
        account: defaultAccount,
        ...phoneOf(one),
        name: null,
        upstream: patch.upstream,
        rules: { ...presets.gateway, paging: 'versioned' },
        onStoreFailure: 'pass',
        app: null,
        createdAt: at,
      };
      assert.deepEqual(await directory.putNumber(one, patch, at), { kind: 'changed', number });
      assert.deepEqual(await directory.number(one), number);
      const unfit = { kind: 'rules_do_not_fit', rules: ['window'], hasUpstream: true };
      assert.deepEqual(await directory.putNumber(one, { rules: { window: 'strict' } }, at), unfit);
      await directory.putNumber(one, { rules: { push: 'wait', pushCapacity: 5 } }, at);
      const rules = { push: 'wait', pushCapacity: 5, paging: 'versioned', partialFailureStatus: 400 };
      assert.deepEqual((await directory.number(one))?.rules, rules);
      await directory.putNumber(one, { upstream: null }, at);
      const { upstream, rules: own } = (await directory.number(one)) ?? {};
      assert.deepEqual([upstream, own], [null, { ...presets.open, paging: 'versioned' }]);
    });
  });

  describe('the connection of all numbers that a key reaches', () => {
    it('is one, none or several', async (t) => {
      const store = await open(t);
      const { directory } = store;
      await directory.addAccount({ name: shop, createdAt: at });
      await putNumber(store, one);
      await putNumber(store, two);
      const [all, both, second] = [
        await addKey(store, 'all'),
        await addKey(store, [one, two]),
        await addKey(store, [two]),
      ];
      const told = async () =>
        Promise.all(
          [all, both, second].map(async (key) => {
            const only = await directory.onlyConnectionOf(key);
            return only.kind === 'one' ? only.connection : only.kind;
          }),
        );
      assert.deepEqual(await told(), ['none', 'none', 'none']);
      await putConnection(store, main);
      await putConnection(store, other);
      await putConnection(store, 'foreign' as ConnectionName, { account: shop });
      await putPushed(store, one);
      assert.deepEqual(await told(), ['several', 'several', 'none']);
      await putPushed(store, two);
      const upstream = { connection: 'foreign' as ConnectionName };
      await putPushed(store, three, { account: shop, upstream });
      assert.deepEqual(await told(), [main, main, main]);
      assert.deepEqual(await told(), [main, main, main]);
      await putPushed(store, two, { upstream: { connection: other } });
      assert.deepEqual(await told(), ['several', 'several', other]);
      await directory.deleteNumber(one, by, at);
      assert.deepEqual(await told(), [other, other, other]);
    });

    for (const name of ['none', 'several'] as const) {
      it(`is one that is called ${name}`, async (t) => {
        const store = await open(t);
        const connection = name as ConnectionName;
        await putConnection(store, connection);
        await putPushed(store, one, { upstream: { connection } });
        const key = await addKey(store, 'all');
        assert.deepEqual(await store.directory.onlyConnectionOf(key), { kind: 'one', connection });
      });
    }
  });
}

let keys = 0;

async function addKey(store: Store, numbers: Key['numbers']): Promise<Key> {
  keys += 1;
  const id = `key_${String(keys).padStart(16, '0')}` as KeyId;
  const times = { createdAt: at, expiresAt: null, revokedAt: null };
  const key = { id, name: id, account: defaultAccount, numbers, ...times };
  assert.deepEqual(await store.directory.addKey(key, hashSecret(id)), { kind: 'added' });
  return key;
}

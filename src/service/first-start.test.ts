import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { afterwards } from '../../test/helpers/cleanup.ts';
import { openNodes } from '../../test/helpers/nodes.ts';
import { tempFolder } from '../../test/helpers/service.ts';
import { authenticate, hashSecret } from '../core/credentials.ts';
import type { Installation, Store } from '../core/ports.ts';
import { presets } from '../core/rules.ts';
import { openStore } from '../store/index.ts';
import { type FirstStart, type MadeSecrets, prepareStore } from './first-start.ts';

const at = Date.parse('2026-03-01T12:00:00Z');

async function emptyStore(t: TestContext): Promise<Store> {
  const store = await openStore(`sqlite:${path.join(tempFolder(t), 'gatehouse.db')}`);
  afterwards(t, () => store.close());
  return store;
}

const start = (store: Store, more: Partial<FirstStart> = {}) =>
  prepareStore({ store, clock: () => at, adminKey: undefined, demo: true, keep: () => {}, ...more });

describe('prepareStore', () => {
  it('makes an admin key and two demo numbers with a key for each alone', async (t) => {
    const store = await emptyStore(t);
    const made = await start(store);
    assert.equal(await store.installation.adminKeyHash(), hashSecret(made?.adminKey ?? ''));
    assert.deepEqual(
      made?.demo?.map(({ number }) => [number.id, number.rules]),
      [
        ['106540352242922', 'open'],
        ['106540352242923', 'meta'],
      ],
    );
    for (const { number, secret } of made?.demo ?? []) {
      const key = await authenticate(store.directory, secret, at);
      assert.deepEqual(key.numbers, [number.id]);
      assert.deepEqual((await store.directory.number(number.id))?.rules, presets[number.rules]);
    }
  });

  it('makes nothing the second time', async (t) => {
    const store = await emptyStore(t);
    await start(store);
    const keep = () => assert.fail('there is nothing to keep');
    assert.equal(await start(store, { keep }), undefined);
  });

  it('makes no admin key where one is set, and no demo where that is off', async (t) => {
    const store = await emptyStore(t);
    assert.equal(await start(store, { adminKey: 'x'.repeat(20), demo: false }), undefined);
    assert.equal(await store.installation.adminKeyHash(), undefined);
    assert.deepEqual((await store.directory.numbers({ limit: 10 })).items, []);
    assert.deepEqual(Object.keys((await start(store)) ?? {}), ['adminKey'], 'demo numbers are for an empty store');
  });

  it('keeps the secrets before the store takes any; a start cut short there leaves the store empty', async (t) => {
    const store = await emptyStore(t);
    const full = new Error('the disk is full');
    const keep = () => {
      throw full;
    };
    await assert.rejects(start(store, { keep }), full);
    assert.equal(await store.installation.adminKeyHash(), undefined);
    const kept: MadeSecrets[] = [];
    const made = await start(store, { keep: (secrets) => kept.push(secrets) });
    assert.deepEqual(kept, [made]);
    assert.equal(made?.demo?.length, 2);
  });

  it('is done by one of two nodes that start at once, and the other waits for it', async (t) => {
    const { first, second } = await openNodes(t);
    const made = await Promise.all([start(first), start(second)]);
    assert.equal(made.filter((one) => one !== undefined).length, 1);
    assert.equal((await first.directory.keys({ limit: 10 })).items.length, 2);
    assert.equal(await second.installation.isPrepared(), true);
  });

  it('is done by the other node, if one stands still before the store takes anything', async (t) => {
    const nodes = await openNodes(t);
    const { first, second } = nodes;
    let secrets: MadeSecrets | undefined;
    const setAdminKeyHash: Installation['setAdminKeyHash'] = async (...args) => {
      await nodes.leasesRunOut();
      secrets = await start(second);
      return first.installation.setAdminKeyHash(...args);
    };
    let takenBack = 0;
    const takeBack = () => {
      takenBack += 1;
    };
    const made = await start({ ...first, installation: { ...first.installation, setAdminKeyHash } }, { takeBack });
    const { installation, directory } = second;
    assert.deepEqual([made, takenBack], [undefined, 1]);
    assert.equal(await installation.adminKeyHash(), hashSecret(secrets?.adminKey ?? ''));
    assert.equal((await directory.keys({ limit: 10 })).items.length, 2);
  });

  it('is done anew where it was cut short half way', async (t) => {
    const { first: store, second } = await openNodes(t);
    const full = new Error('the disk is full');
    const putNumber = () => Promise.reject(full);
    await assert.rejects(start({ ...store, directory: { ...store.directory, putNumber } }), full);
    const made = await start(second);
    assert.deepEqual([made?.adminKey, made?.demo?.length], [undefined, 2], 'the admin key was kept before');
    assert.equal((await store.directory.numbers({ limit: 10 })).items.length, 2);
  });
});

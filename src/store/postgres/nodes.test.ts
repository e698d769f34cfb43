/** Several processes over one database: here they are several stores. */
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { afterwards } from '../../../test/helpers/cleanup.ts';
import { startPostgres } from '../../../test/helpers/postgres.ts';
import { hashSecret } from '../../core/credentials.ts';
import type { KeyId } from '../../core/ids.ts';
import { defaultAccount } from '../../core/numbers.ts';
import type { Store } from '../../core/ports.ts';
import { at, Caller, one, phones, putNumber, refusal } from '../contract/fixture.contract.ts';
import { freshnessContract } from '../contract/freshness.contract.ts';
import { openPostgresStore } from './open.ts';

async function openTwo(t: TestContext): Promise<[Store, Store]> {
  const cluster = await startPostgres();
  const url = `${await cluster.database(t)}?pool=2`;
  const stores: [Store, Store] = [await openPostgresStore(url), await openPostgresStore(url)];
  for (const store of stores) afterwards(t, () => store.close());
  return stores;
}

/** Each call goes to the other one. */
function inTurn<Port extends object>(ports: readonly [Port, Port]): Port {
  let turn = 0;
  const [first] = ports;
  return new Proxy(first, {
    get: (_first, name) => {
      turn = 1 - turn;
      return Reflect.get(ports[turn] as Port, name);
    },
  });
}

describe('what one node was told is done', () => {
  freshnessContract(async (t) => {
    const [a, b] = await openTwo(t);
    return {
      ...a,
      lists: inTurn([a.lists, b.lists]),
      directory: inTurn([a.directory, b.directory]),
      installation: inTurn([a.installation, b.installation]),
    };
  });

  it('is so for the other one: who was blocked, which key was revoked, which version a list has', async (t) => {
    const [a, b] = await openTwo(t);
    await putNumber(a, one);
    const [there, here] = [new Caller(a), new Caller(b)];
    const key = { id: 'key_0123456789abcdef' as KeyId, name: '', account: defaultAccount, createdAt: at };
    await a.directory.addKey({ ...key, numbers: 'all', expiresAt: null, revokedAt: null }, hashSecret('secret'));
    assert.equal((await b.directory.keyBySecret(hashSecret('secret')))?.revokedAt, null);
    await a.directory.revokeKey(key.id, at + 1);
    assert.equal((await b.directory.keyBySecret(hashSecret('secret')))?.revokedAt, at + 1);
    await there.block(phones(600));
    const { version } = await here.page({ kind: 'start' }, 0);
    const deep = { kind: 'offset', offset: 500, row: 500, version } as const;
    assert.equal((await here.names(deep, 1))[0], phones(600)[500]);
    await there.unblock(phones(300));
    assert.equal((await b.lists.page(one, { position: deep, limit: 1 })).kind, 'changed');
    const { version: next } = await here.page({ kind: 'start' }, 0);
    assert.deepEqual(await here.names({ ...deep, version: next, offset: 257 }, 1), [phones(600)[557]]);
    await a.directory.deleteNumber(one, { dialect: 'admin', keyId: null, requestId: 'r' }, at);
    await assert.rejects(here.check('4915100000500'), { message: refusal('number_not_found').reason.kind });
  });

  it('counts when both change one list at once: its capacity holds, and every user is on it once', async (t) => {
    const stores = await openTwo(t);
    await putNumber(stores[0], one, { capacity: 150 });
    const callers = stores.map((store) => new Caller(store));
    const answers = await Promise.all(
      phones(200).flatMap((phone) => callers.map(async (caller) => (await caller.block(phone))[0])),
    );
    assert.equal(answers.filter((answer) => answer === 'added').length, 150);
    const page = await callers[0]?.page();
    assert.equal(page?.count, 150);
    assert.equal(new Set(page.entries.map(({ waId }) => waId)).size, 150);
    const events = await callers[1]?.events();
    assert.deepEqual(
      events?.map(({ seq }) => seq),
      Array.from({ length: 150 }, (_, index) => index + 1),
    );
  });

  it('keeps people apart who wrote to both at once', async (t) => {
    const stores = await openTwo(t);
    await putNumber(stores[0], one);
    const [a, b] = stores.map((store) => new Caller(store)) as [Caller, Caller];
    const [ofA, ofB] = [phones(20, 4915300000000), phones(20, 4915400000000)];
    for (const [index, phone] of ofA.entries()) await Promise.all([a.receive(phone), b.receive(ofB[index] as string)]);
    await a.block(ofA);
    assert.deepEqual(await b.names(), ofA);
    assert.deepEqual(
      await Promise.all(ofB.map((phone) => b.check(phone))),
      ofB.map(() => undefined),
    );
  });

  it('makes a new number once, whoever is first', async (t) => {
    const stores = await openTwo(t);
    await stores[0].directory.addAccount({ name: defaultAccount, createdAt: at });
    const phone = { displayPhoneNumber: '+1 555 000 1001', waId: '15550001001' as never };
    const puts = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        stores[index % 2]?.directory.putNumber(one, { phone, rules: 'open' }, at),
      ),
    );
    assert.equal(puts.filter((put) => put?.kind === 'created').length, 1);
    assert.equal(puts.filter((put) => put?.kind === 'changed').length, 7);
  });
});

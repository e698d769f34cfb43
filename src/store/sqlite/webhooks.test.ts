import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { at, Caller, one, phones } from '../contract/fixture.contract.ts';
import { change, contact, message, putHooked, Taker, textOf, url } from '../contract/webhooks.fixture.contract.ts';
import { openStore } from '../index.ts';
import { tempFolder } from './temp-folder.contract.ts';

const [anna = '', bert = '', cora = '', dora = ''] = phones(4);

describe('what was taken in', () => {
  it('is there after a restart, with the same ids, in its order, and known', async (t) => {
    const file = `sqlite:${join(tempFolder(t), 'a.db')}`;
    const before = await openStore(file);
    await putHooked(before, one, { url, blocked: 'hold' });
    await new Caller(before).block(bert);
    const taker = new Taker(before);
    for (const id of ['a', 'b', 'c']) await taker.wrote(anna, id);
    await taker.wrote(bert, 'd');
    const [first, ...rest] = await taker.waiting();
    await before.webhooks.settle(first!.id, { kind: 'delivered' }, at);
    await before.close();

    const after = await openStore(file);
    t.after(() => after.close());
    const again = new Taker(after);
    assert.deepEqual(await again.waiting(), rest);
    assert.equal((await again.wrote(anna, 'a')).messages, 0);
    assert.equal(await again.held(bert), 'd');
    await again.deliver();
    await again.wrote(anna, 'e');
    const [last] = await again.waiting();
    assert.ok(last!.id > rest.at(-1)!.id, 'ids grow on, also when nothing waits');
  });
});

describe('what comes at once', () => {
  it('is taken in as each change before it left things', async (t) => {
    const store = await openStore(`sqlite:${join(tempFolder(t), 'a.db')}`);
    t.after(() => store.close());
    await putHooked(store, one, { url });
    const [taker, caller] = [new Taker(store), new Caller(store)];
    const { putNumber } = store.directory;
    const [first, , blocked, , held, , gone] = await Promise.all([
      taker.wrote(anna, 'a'),
      caller.block(bert),
      taker.wrote(bert, 'b'),
      putNumber(one, { app: { blocked: 'hold' } }, at),
      taker.wrote(bert, 'c'),
      putNumber(one, { app: null }, at),
      taker.wrote(anna, 'd'),
      caller.block([cora, dora]),
    ]);
    assert.deepEqual([first.apps.length, first.blocked], [1, 0]);
    assert.deepEqual([blocked.apps.length, blocked.blocked], [0, 1]);
    assert.deepEqual([held.apps.length, held.blocked], [0, 1]);
    assert.deepEqual(gone.apps, []);
    assert.equal(await taker.held(bert), 'c');
    assert.deepEqual(await caller.names(), [bert, cora, dora]);
  });

  it('leaves nothing behind where one is refused, and all others are taken in', async (t) => {
    const body = Buffer.byteLength(
      textOf([change(one, { contacts: [contact(anna)], messages: [message(anna, `of${anna}`)] })]),
    );
    const bounds = { deliveryBytes: 2 * body };
    const store = await openStore(`sqlite:${join(tempFolder(t), 'a.db')}`, { bounds });
    t.after(() => store.close());
    await putHooked(store, one, { url });
    const [taker, caller] = [new Taker(store), new Caller(store)];
    await taker.wrote(cora, 'z');
    await taker.deliver();
    const wrote = await Promise.allSettled([anna, bert, cora, dora].map((who) => taker.wrote(who, `of${who}`)));
    assert.deepEqual(
      wrote.map(({ status }) => status),
      ['fulfilled', 'fulfilled', 'rejected', 'rejected'],
    );
    await taker.deliver();
    await Promise.all([cora, dora].map((who) => taker.wrote(who, `of${who}`)));
    await caller.block(anna);
    assert.deepEqual(await Promise.all([anna, bert, cora, dora].map((who) => caller.check(who))), [
      'wa_id',
      undefined,
      undefined,
      undefined,
    ]);
  });
});

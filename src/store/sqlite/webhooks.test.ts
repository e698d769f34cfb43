import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { at, Caller, one, phones } from '../contract/fixture.contract.ts';
import { putHooked, Taker, url } from '../contract/webhooks.fixture.contract.ts';
import { openStore } from '../index.ts';
import { tempFolder } from './temp-folder.contract.ts';

const [anna = '', bert = ''] = phones(2);

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

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { afterwards } from '../../../test/helpers/cleanup.ts';
import { startPostgres } from '../../../test/helpers/postgres.ts';
import { startTcpProxy } from '../../../test/helpers/tcp-proxy.ts';
import { asked, at, by, Caller, one, phones, putNumber, verdicts } from '../contract/fixture.contract.ts';
import type { CommittedGroup } from '../observer.ts';
import { openPostgresStore } from './open.ts';

describe('requests for one number that wait together', () => {
  it('share a transaction, and one that PostgreSQL refuses harms no other', async (t) => {
    const cluster = await startPostgres();
    const groups: CommittedGroup[] = [];
    const observer = { committed: (group: CommittedGroup) => groups.push(group) };
    const store = await openPostgresStore(await cluster.database(t), { observer });
    afterwards(t, () => store.close());
    await putNumber(store, one);
    groups.length = 0;
    const caller = new Caller(store);
    await Promise.all(phones(20).map((phone) => caller.block(phone)));
    assert.deepEqual(
      groups.map(({ writes }) => writes),
      [20],
    );
    // PostgreSQL has no text with this character.
    const [fine, bad, fineToo] = await Promise.allSettled([
      caller.block('4915200000001'),
      caller.block('4915200000002', { reason: 'a\0b' }),
      caller.block('4915200000003'),
    ]);
    assert.deepEqual(
      [fine, fineToo].map((answer) => answer.status === 'fulfilled' && answer.value),
      [['added'], ['added']],
    );
    assert.equal(bad.status, 'rejected');
    assert.deepEqual((await caller.names()).slice(20), ['4915200000001', '4915200000003']);
  });

  for (const [how, what, said, held] of [
    ['last', 'was done', 'COMMIT', 'delete'],
    ['cut', 'was not done', 'COMMIT', 'delete'],
    // What is held takes the lock; what is not commits by itself.
    ['last', 'was done', 'swap_', undefined],
    ['cut', 'was not done', 'swap_', undefined],
  ] as const) {
    it(`are carried out once where the answer to ${said} never comes, and it ${what}`, async (t) => {
      const cluster = await startPostgres();
      const url = await cluster.database(t);
      const proxy = await startTcpProxy(t, cluster.port);
      const store = await openPostgresStore(url.replace(`:${cluster.port}/`, `:${proxy.port}/`));
      afterwards(t, () => store.close());
      await putNumber(store, one);
      await new Caller(store).block('4915100000000');
      let faults = 0;
      proxy.watch((bytes) => {
        if (faults > 0 || !bytes.includes(said)) return undefined;
        faults += 1;
        return how;
      });
      const change = { number: one, by, at };
      const [blocked, again, freed] = await Promise.all([
        store.lists.block({ ...change, users: asked('4915100000001', '4915100000002') }),
        store.lists.block({ ...change, users: asked('4915100000002') }),
        store.lists.unblock({ ...change, users: asked('4915100000000'), ...(held && { held }) }),
      ]);
      assert.equal(faults, 1);
      assert.deepEqual([blocked, again, freed].map(verdicts), [['added', 'added'], ['already_there'], ['removed']]);
      const caller = new Caller(store);
      assert.deepEqual(await caller.names(), ['4915100000001', '4915100000002']);
      assert.deepEqual(await caller.history(), [
        '1 block 4915100000000',
        '2 block 4915100000001',
        '3 block 4915100000002',
        '4 unblock 4915100000000',
      ]);
    });
  }
});

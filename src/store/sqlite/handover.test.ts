import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, it, type TestContext } from 'node:test';
import { hashSecret } from '../../core/credentials.ts';
import type { KeyId } from '../../core/ids.ts';
import { defaultAccount } from '../../core/numbers.ts';
import { at, Caller, one, phones, putNumber, refusal } from '../contract/fixture.contract.ts';
import { openDatabase } from './database.ts';
import { openSqliteStore } from './store.ts';
import { inThread, openSwitching, type SwitchingOptions, type SwitchingStore } from './switching-store.contract.ts';
import { tempFolder } from './temp-folder.contract.ts';
import { ThreadedWrites } from './threaded-writes.ts';

interface Bench extends SwitchingStore {
  readonly caller: Caller;
}

/** The thread is being started when it returns. */
async function begin(t: TestContext, options: Partial<SwitchingOptions> = {}): Promise<Bench> {
  const switching = await openSwitching(t, { pace: inThread, ...options });
  await putNumber(switching.store, one);
  return { ...switching, caller: new Caller(switching.store) };
}

/** How many rows this thread's connection has written. */
function writtenHere({ database }: Bench): unknown {
  return database.db.prepare('SELECT total_changes() AS n').get()?.['n'];
}

describe('the thread that writes', () => {
  it('takes over from the one that serves, and no write is lost or changes its place', async (t) => {
    const bench = await begin(t);
    const { caller } = bench;
    let taken = false;
    const ready = bench.ready(1).then(() => {
      taken = true;
    });
    const calls: Promise<string[]>[] = [];
    const all = phones(20_000);
    let next = 0;
    while (!taken || next < 200) {
      calls.push(caller.block(all[next++] ?? ''));
      await new Promise(setImmediate);
    }
    await ready;
    assert.deepEqual(new Set((await Promise.all(calls)).flat()), new Set(['added']));
    assert.deepEqual(await caller.names({ kind: 'start' }, 30_000), all.slice(0, next));
    const before = writtenHere(bench);
    assert.deepEqual(await caller.block('US.abc'), ['added']);
    assert.equal(writtenHere(bench), before);
  });

  it('shows a write to every read from its answer on', async (t) => {
    const bench = await begin(t);
    await bench.ready(1);
    for (const phone of phones(200)) {
      await bench.caller.block(phone);
      assert.equal(await bench.caller.check(phone), 'wa_id');
    }
  });

  it('lets reads pass while it waits for the disk, and refuses at once what is too much', async (t) => {
    const bench = await begin(t, { maxWaiting: { writes: 2, cost: 100 } });
    const { caller, store, database } = bench;
    await bench.ready(1);
    // The database is another's: as long as the write waits for it, the disk is slow.
    using other = new DatabaseSync(database.path);
    other.exec('BEGIN IMMEDIATE');
    const writes = ['US.1', 'US.2'].map((user) => caller.block(user));
    for (let reads = 0; reads < 50; reads += 1) {
      assert.equal(await caller.check('US.1'), undefined);
      await new Promise(setImmediate);
    }
    await assert.rejects(caller.block('US.3'), { reason: { kind: 'overloaded', retryAfter: 1 } });
    assert.equal((await store.usage()).waitingWrites, 2);
    await Promise.all([assert.doesNotReject(store.probe()), Promise.resolve().then(() => other.exec('COMMIT'))]);
    assert.deepEqual(await Promise.all(writes), [['added'], ['added']]);
    assert.equal(await caller.check('US.1'), 'user_id');
    assert.equal((await store.usage()).waitingWrites, 0);
  });

  it('tells the observer of each group that is on disk', async (t) => {
    const told: { writes: number; milliseconds: number }[] = [];
    const bench = await begin(t, { observer: { committed: (group) => told.push(group) } });
    await bench.ready(1);
    told.length = 0;
    await Promise.all(phones(20).map((phone) => bench.caller.block(phone)));
    assert.equal(
      told.reduce((sum, { writes }) => sum + writes, 0),
      20,
    );
    assert.ok(told.length < 20);
    for (const { milliseconds } of told) assert.ok(milliseconds > 0 && milliseconds < 10_000);
  });

  it('refuses who waits when it dies; this thread goes on, and then another one', async (t) => {
    const bench = await begin(t);
    const { caller } = bench;
    await bench.ready(1);
    const waiting = phones(300).map((phone) => caller.block(phone));
    const answers = Promise.allSettled(waiting);
    await bench.threads[0]?.kill();
    for (const answer of await answers) {
      if (answer.status === 'rejected') assert.deepEqual(answer.reason.reason, { kind: 'store_unavailable' });
    }
    assert.deepEqual(await caller.block('US.after'), ['added']);
    await bench.ready(2);
    const before = writtenHere(bench);
    assert.deepEqual(await caller.block('US.again'), ['added']);
    assert.equal(writtenHere(bench), before);
    const page = await caller.page();
    assert.equal(page.count, page.entries.length);
    assert.equal((await caller.events()).length, page.count);
  });

  it('leaves no memory of a key that it may have revoked when it dies', async (t) => {
    const bench = await begin(t);
    const { directory } = bench.store;
    const [id, hash] = ['key_0123456789abcdef' as KeyId, hashSecret('a secret of twenty characters')];
    const times = { createdAt: at, expiresAt: null, revokedAt: null };
    await directory.addKey({ id, name: 'a', account: defaultAccount, numbers: 'all', ...times }, hash);
    await bench.ready(1);
    assert.equal((await directory.keyBySecret(hash))?.revokedAt, null);
    const revoked = directory.revokeKey(id, at + 1).catch(() => undefined);
    // The call is sent in this turn of the event loop; whether it comes to be carried out is left to chance.
    await new Promise(setImmediate);
    await bench.threads[0]?.kill();
    await revoked;
    const { items } = await directory.keys({ limit: 1 });
    assert.deepEqual(await directory.keyBySecret(hash), items[0]);
    await directory.revokeKey(id, at + 2);
    assert.notEqual((await directory.keyBySecret(hash))?.revokedAt, null);
  });

  it('refuses what waits when it cannot begin, and is not tried again', async (t) => {
    const database = await openDatabase(join(tempFolder(t), 'a.db'));
    t.after(() => [database.db, database.lock].map((db) => db.close()));
    const nowhere = join(database.path, 'nowhere.db');
    const { promise, resolve } = Promise.withResolvers<void>();
    const writes = new ThreadedWrites(nowhere, { filter: undefined }, { onEnd: resolve });
    await assert.rejects(writes.run('probe'), refusal('store_unavailable'));
    await promise;
    await assert.rejects(writes.run('probe'), refusal('store_unavailable'));
    await writes.close();
  });

  it('can be closed while it starts', async (t) => {
    const { store, caller, threads } = await begin(t);
    assert.equal(threads.length, 1);
    const waiting = caller.block('US.abc');
    await store.close();
    assert.deepEqual(await waiting, ['added']);
  });

  it('is started for a store whose groups are long, and for no other; its observer is told of every group once', async (t) => {
    let [workers, told] = [0, 0];
    const count = () => {
      workers += 1;
    };
    process.on('worker', count);
    t.after(() => process.off('worker', count));
    const observer = {
      committed: () => {
        told += 1;
      },
    };
    for (const [handOver, expected] of [
      [Infinity, 0],
      [0, 1],
    ] as const) {
      told = 0;
      const file = join(tempFolder(t), 'a.db');
      const store = await openSqliteStore(file, { observer, pace: { handOver, takeBack: 0 } });
      t.after(() => store.close());
      await putNumber(store, one);
      const caller = new Caller(store);
      for (const phone of phones(100)) await caller.block(phone);
      assert.equal(workers, expected);
      assert.equal(told, 102);
    }
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SecretHash } from '../../core/ids.ts';
import type { Key } from '../../core/ports.ts';
import { asked, at, by, one } from '../contract/fixture.contract.ts';
import { DirectoryMemory } from './directory-memory.ts';
import type { WriteQueue } from './writes.ts';

const secret = 'a' as SecretHash;

/** A memory of one key, which a database holds, and a queue whose writes are settled by hand. */
function begin() {
  const memory = new DirectoryMemory();
  let held = Promise.withResolvers<never>();
  const queue: WriteQueue = { run: () => held.promise, close: async () => {} };
  const database = { key: { name: 'first', numbers: [one] } as unknown as Key | undefined, reads: 0 };
  const read = () =>
    memory.recall(memory.keys, secret, () => {
      database.reads += 1;
      return database.key && structuredClone(database.key);
    });
  const settle = (ok: boolean) => {
    if (ok) held.resolve([] as never);
    else held.reject(new Error('nobody knows whether it was done'));
    held = Promise.withResolvers<never>();
  };
  return { memory, database, read, settle, writes: memory.watch(queue) };
}

describe('the memory of the directory', () => {
  it('spares the second read, and gives all the same object, which nobody can change', () => {
    const { database, read } = begin();
    const [first, second] = [read(), read()];
    assert.equal(first, second);
    assert.equal(database.reads, 1);
    assert.throws(() => Object.assign(first!, { name: 'second' }), TypeError);
    assert.throws(() => (first!.numbers as unknown as string[]).push('2'), TypeError);
  });

  it('keeps nothing of what was not found', () => {
    const { database, read } = begin();
    const { key } = database;
    database.key = undefined;
    assert.equal(read(), undefined);
    database.key = key;
    assert.deepEqual(read(), key);
  });

  for (const [how, ok] of [
    ['is done', true],
    ['fails, done or not', false],
  ] as const) {
    it(`gives and takes nothing while a change is under way, and is empty when it ${how}`, async () => {
      const { database, read, settle, writes, memory } = begin();
      read();
      const settled = writes.run('revokeKey', 'key_a' as never, at).then(
        () => read(),
        () => read(),
      );
      assert.equal(memory.known(memory.keys, secret), undefined);
      assert.equal(read()?.name, 'first');
      database.key = { ...database.key!, name: 'second' };
      assert.equal(read()?.name, 'second');
      assert.equal(database.reads, 3);
      settle(ok);
      assert.equal((await settled)?.name, 'second');
      assert.equal(database.reads, 4);
      assert.equal(read()?.name, 'second');
      assert.equal(database.reads, 4);
    });
  }

  it('waits for the last of several changes', async () => {
    const { read, settle, writes, database } = begin();
    const first = writes.run('revokeKey', 'key_a' as never, at);
    settle(true);
    const second = writes.run('addAccount', { name: 'shop' as never, createdAt: at });
    await first;
    read();
    read();
    assert.equal(database.reads, 2);
    settle(true);
    await second;
    read();
    read();
    assert.equal(database.reads, 3);
  });

  it('stays through a change of a list', async () => {
    const { read, settle, writes, database } = begin();
    read();
    const change = writes.run('block', { number: one, users: asked('US.a'), by, at });
    read();
    settle(true);
    await change;
    read();
    assert.equal(database.reads, 1);
  });
});

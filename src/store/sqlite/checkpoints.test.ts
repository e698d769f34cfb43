import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import type { PhoneNumberId } from '../../core/ids.ts';
import { Caller, one, phones, putNumber, two } from '../contract/fixture.contract.ts';
import { Checkpoints } from './checkpoints.ts';
import { type Database, openDatabase } from './database.ts';
import { Entries } from './entries.ts';
import { createStore } from './store.ts';
import { tempFolder } from './temp-folder.contract.ts';

/** Counts how often rows are counted. */
class CountedEntries extends Entries {
  hops = 0;

  override hop(...asked: Parameters<Entries['hop']>): number | undefined {
    this.hops += 1;
    return super.hop(...asked);
  }
}

async function begin(
  t: TestContext,
  ...numbers: PhoneNumberId[]
): Promise<{ database: Database; entries: CountedEntries }> {
  const database = await openDatabase(join(tempFolder(t), 'a.db'));
  const store = createStore(database);
  t.after(() => store.close());
  for (const number of numbers) {
    await putNumber(store, number);
    await new Caller(store, number).block(phones(1000));
    await new Caller(store, number).block(phones(1000, 4915200000000));
  }
  return { database, entries: new CountedEntries(database.db) };
}

describe('checkpoints', () => {
  it('count the rows before a page once a version', async (t) => {
    const { entries } = await begin(t, one);
    const checkpoints = new Checkpoints(entries);
    assert.deepEqual(checkpoints.seek(1, 1, 1900), { seq: 7 * 256, skip: 1900 - 7 * 256 });
    assert.equal(entries.hops, 7);
    assert.deepEqual(checkpoints.seek(1, 1, 1900), { seq: 7 * 256, skip: 1900 - 7 * 256 });
    assert.deepEqual(checkpoints.seek(1, 1, 300), { seq: 256, skip: 44 });
    assert.equal(entries.hops, 7);
    checkpoints.seek(1, 2, 1900);
    assert.equal(entries.hops, 14);
  });

  it('end with the list', async (t) => {
    const { entries } = await begin(t, one);
    const checkpoints = new Checkpoints(entries);
    assert.deepEqual(checkpoints.seek(1, 1, 50_000), { seq: 7 * 256, skip: 50_000 - 7 * 256 });
  });

  it('are kept for the lists read last', async (t) => {
    const { entries } = await begin(t, one, two);
    const checkpoints = new Checkpoints(entries, 2);
    const hopsTo = (list: number) => {
      const before = entries.hops;
      checkpoints.seek(list, 1, 300);
      return entries.hops - before;
    };
    assert.deepEqual([hopsTo(1), hopsTo(2), hopsTo(1)], [1, 1, 0]);
    hopsTo(3);
    assert.deepEqual([hopsTo(1), hopsTo(2)], [0, 1]);
  });
});

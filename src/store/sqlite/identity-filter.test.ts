import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import fc from 'fast-check';
import { closeDatabase, openDatabase } from './database.ts';
import { Identities } from './identities.ts';
import { type Identity, IdentityFilter } from './identity-filter.ts';
import { IdentityScan } from './identity-scan.ts';
import { tempFolder } from './temp-folder.contract.ts';

/** Ids in no order, nobody twice: of `nth` below 5,000,000. */
const phone = (nth: number) => 491_000_000_000 + ((nth * 48_271) % 9_999_991);
const bsuid = (nth: number) => `DE.${phone(nth)}`;
const identity = fc.oneof(
  fc.integer({ min: 1_000_000, max: 999_999_999_999_999 }),
  fc.integer({ min: -999_999_999_999_999, max: -1_000_000 }),
  fc.string({ minLength: 1, maxLength: 131 }),
);

describe('the filter of ids', () => {
  it('takes nobody for a stranger who was added, through the memory of another thread too', () => {
    const known = fc.array(fc.tuple(fc.integer({ min: 1, max: 2 ** 40 }), identity), { maxLength: 50 });
    const property = fc.property(known, (ids) => {
      const filter = new IdentityFilter();
      const writing = new IdentityFilter(filter.memory);
      filter.complete();
      for (const [list, value] of ids) {
        writing.add(list, value);
        assert.ok(!filter.isStranger(list, value));
      }
      for (const [list, value] of ids) assert.ok(!filter.isStranger(list, value));
    });
    fc.assert(property, { numRuns: 20 });
  });

  it('knows nearly every stranger: on other lists, by other ids, and after it has grown', () => {
    const filter = new IdentityFilter();
    filter.complete();
    const count = 100_000;
    for (let nth = 0; nth < count; nth += 1) filter.add(1, nth % 2 === 0 ? phone(nth) : bsuid(nth));
    const taken = (is: (nth: number) => boolean) => {
      let met = 0;
      for (let nth = 0; nth < count; nth += 1) if (!is(nth)) met += 1;
      return met / count;
    };
    const shares = [
      taken((nth) => filter.isStranger(2, nth % 2 === 0 ? phone(nth) : bsuid(nth))),
      taken((nth) => filter.isStranger(1, nth % 2 === 0 ? bsuid(nth) : phone(nth))),
      taken((nth) => filter.isStranger(1, -phone(nth))),
      taken((nth) => filter.isStranger(1, phone(count + nth))),
    ];
    for (const share of shares) assert.ok(share < 0.02, `${shares} are taken for known`);
  });

  it('knows no strangers before all ids are in, nor once it is full', () => {
    const filter = new IdentityFilter(undefined, 1);
    assert.ok(!filter.isStranger(1, 7));
    filter.complete();
    assert.ok(filter.isStranger(1, 7));
    for (let nth = 0; nth < 80_000; nth += 1) filter.add(1, phone(nth));
    assert.ok(!filter.isStranger(1, 7));
    filter.complete();
    assert.ok(!filter.isStranger(1, 7));
  });
});

describe('the scan of ids', () => {
  async function begin(t: TestContext) {
    const database = await openDatabase(join(tempFolder(t), 'a.db'));
    t.after(() => closeDatabase(database));
    t.mock.timers.enable({ apis: ['setTimeout'] });
    return database;
  }

  it('enters who was known before, while others come and ids move to further tiers', async (t) => {
    const { db } = await begin(t);
    const sizes = { capacities: [8, 32], slice: 4, countedTogether: 3 } as const;
    const known: Identity[] = [];
    const add = (identities: Identities, nth: number) => {
      const value = nth % 3 === 0 ? bsuid(nth) : phone(nth);
      identities.lead(1, value, nth);
      known.push(value);
    };
    const before = new Identities(db, undefined, sizes);
    for (let nth = 0; nth < 300; nth += 1) add(before, nth);
    const filter = new IdentityFilter();
    const after = new Identities(db, filter, sizes);
    new IdentityScan(db, filter, { slice: 7, pause: 1 }).start();
    let slices = 0;
    for (; !filter.isStranger(2, 1) && slices < 1000; slices += 1) {
      // Each moves some of those before.
      for (let more = 0; more < 3; more += 1) add(after, 300 + slices * 3 + more);
      t.mock.timers.tick(1);
    }
    assert.ok(slices > 40 && slices < 1000, `${slices} slices`);
    for (const value of known) assert.ok(!filter.isStranger(1, value), `${value}`);
  });

  it('is over at once where few are known, and waits while a transaction is open', async (t) => {
    const { db } = await begin(t);
    new Identities(db).lead(1, 7, 1);
    const filter = new IdentityFilter();
    db.exec('BEGIN');
    const scan = new IdentityScan(db, filter);
    scan.start();
    t.mock.timers.tick(100);
    assert.ok(!filter.isStranger(1, 8));
    db.exec('COMMIT');
    t.mock.timers.tick(4);
    assert.ok(filter.isStranger(1, 8) && !filter.isStranger(1, 7));
  });

  it('leaves the filter incomplete where the file cannot be read, or when it is stopped', async (t) => {
    const { db } = await begin(t);
    const filter = new IdentityFilter();
    db.exec('BEGIN');
    const stopped = new IdentityScan(db, filter);
    stopped.start();
    stopped.stop();
    db.exec('COMMIT');
    t.mock.timers.tick(100);
    const broken = new IdentityScan(db, filter);
    db.exec('ALTER TABLE identity RENAME TO other');
    broken.start();
    t.mock.timers.tick(100);
    db.exec('ALTER TABLE other RENAME TO identity');
    assert.ok(!filter.isStranger(1, 7));
    new IdentityScan(db, filter).start();
    assert.ok(filter.isStranger(1, 7));
  });
});

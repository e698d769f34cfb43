import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { closeDatabase, connect, openDatabase } from './database.ts';
import { Identities } from './identities.ts';
import { type Identity, IdentityFilter } from './identity-filter.ts';
import { tempFolder } from './temp-folder.contract.ts';

interface Row {
  readonly tier: number;
  readonly list: number;
  readonly value: Identity;
  readonly person: number;
}

describe('the identities', () => {
  it('lead where they should, each from one tier, and the small tiers stay small', async (t) => {
    const database = await openDatabase(join(tempFolder(t), 'a.db'));
    t.after(() => closeDatabase(database));
    const { db } = database;
    const filter = new IdentityFilter();
    filter.complete();
    const identities = new Identities(db, filter, { capacities: [8, 32], slice: 4, countedTogether: 3 });
    const rows = () => db.prepare('SELECT * FROM identity').all() as unknown as Row[];
    const counts = () =>
      db
        .prepare('SELECT n FROM identity_tier ORDER BY tier')
        .all()
        .map((row) => row['n']);

    const list = fc.integer({ min: 1, max: 3 });
    const value = fc.oneof(fc.integer({ min: -40, max: 60 }), fc.constantFrom('US.a', 'US.b', 'DE.c'));
    const step = fc.oneof(
      fc.record({ do: fc.constant('add'), list, values: fc.uniqueArray(value, { minLength: 1, maxLength: 12 }) }),
      fc.record({ do: fc.constantFrom('lead', 'leadUnlessKnown', 'forget'), list, values: fc.tuple(value) }),
      fc.record({ do: fc.constant('forgetList'), list, values: fc.constant([]) }),
    );
    const weighted = fc.array(fc.oneof({ weight: 9, arbitrary: step }), { minLength: 10, maxLength: 120 });
    const property = fc.property(weighted, (steps) => {
      db.exec('DELETE FROM identity; UPDATE identity_tier SET n = 0, after_list = 0, after_value = 0');
      const model = new Map<string, number>();
      const name = (on: number, of: Identity) => `${on} ${typeof of} ${of}`;
      let person = 0;
      for (const { do: what, list: on, values } of steps) {
        person += 100;
        const [first = 0] = values;
        if (what === 'add') {
          const fresh = values.map((one) => (model.has(name(on, one)) ? null : one));
          identities.add(on, person, fresh);
          for (const [index, one] of fresh.entries()) if (one !== null) model.set(name(on, one), person + index);
        } else if (what === 'lead') {
          identities.lead(on, first, person);
          model.set(name(on, first), person);
        } else if (what === 'leadUnlessKnown') {
          identities.leadUnlessKnown(on, first, person);
          if (!model.has(name(on, first))) model.set(name(on, first), person);
        } else if (what === 'forget') {
          identities.forget(on, first);
          model.delete(name(on, first));
        } else {
          identities.forgetList(on);
          for (const key of [...model.keys()]) if (key.startsWith(`${on} `)) model.delete(key);
        }
        const found = rows();
        assert.equal(found.length, model.size);
        for (const row of found)
          assert.equal(row.person, model.get(name(row.list, row.value)), name(row.list, row.value));
        for (const row of found) assert.ok(!filter.isStranger(row.list, row.value), 'who is known is no stranger');
        const small = [0, 1].map((tier) => found.filter((row) => row.tier === tier).length);
        assert.ok((small[0] ?? 0) < 8 + 4 + 12 + 3 && (small[1] ?? 0) < 32 + 4 + 24, `${small} in the small tiers`);
        // A forgotten id may still be counted, and the last two may not be yet.
        for (const [tier, count] of counts().entries()) assert.ok(Number(count) + 2 >= (small[tier] ?? 0));
      }
    });
    fc.assert(property, { numRuns: 150 });
  });

  it('stay in small tiers when two connections write in turn, each of which counts for itself', async (t) => {
    const database = await openDatabase(join(tempFolder(t), 'a.db'));
    t.after(() => closeDatabase(database));
    const { db, path } = database;
    using other = connect(path);
    const sides = [db, other].map(
      (one) => new Identities(one, undefined, { capacities: [8, 32], slice: 4, countedTogether: 3 }),
    );
    const inTier = db.prepare('SELECT count(*) AS n FROM identity WHERE tier = ?');
    const property = fc.property(fc.array(fc.nat(9), { minLength: 10, maxLength: 40 }), (turns) => {
      db.exec('DELETE FROM identity; UPDATE identity_tier SET n = 0, after_list = 0, after_value = 0');
      let value = 0;
      for (const [turn, writes] of turns.entries()) {
        // Neighbours come far apart, as those of strangers do.
        for (let count = 0; count < writes; count += 1, value += 1)
          sides[turn % 2]?.lead(1, (value * 37) % 1009, value);
        const [first, second] = [0, 1].map((tier) => Number(inTier.get(tier)?.['n']));
        // A slice that ends with the table is shorter than it was to be.
        assert.ok(
          (first ?? 0) < 2 * (8 + 4) && (second ?? 0) < 32 + 2 * 4 + 12,
          `${first} and ${second} in the small tiers`,
        );
      }
      const rows = db.prepare('SELECT value, person FROM identity').all() as unknown as Row[];
      assert.equal(rows.length, value);
      for (const row of rows) assert.equal(row.value, (row.person * 37) % 1009);
    });
    fc.assert(property, { numRuns: 60 });
  });
});

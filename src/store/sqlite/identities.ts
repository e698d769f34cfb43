/**
 * By which ids a person is found. The ids of strangers come in no order, so that in one big table each would change a page
 * of its own: 4 KiB for 20 bytes. So new ids go to a small tier, whose few pages each take many of them, and move on in
 * slices of neighbours to one 16 times as big, and from there to one without end. An id is in one tier at a time.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { Identity, IdentityFilter } from './identity-filter.ts';
import { prepare } from './statement.ts';

const ofTier = (tier: number) => `SELECT person FROM identity WHERE tier = ${tier} AND list = ?1 AND value = ?2`;

/**
 * A table, for SQL, of the person whom the id ?2 leads to on the list ?1. It asks the tiers one by one: for a list of them
 * SQLite would make a table of its own at each call.
 */
export const personOfIdentity = `(${[0, 1, 2].map(ofTier).join(' UNION ALL ')})`;

export interface TierSizes {
  /** How many ids the first tier and the second hold, about. */
  readonly capacities: readonly [number, number];
  /** How many more there are when those beyond move on. */
  readonly slice: number;
  /** How many new ids, added one by one, are counted together. */
  readonly countedTogether: number;
}

const defaultSizes: TierSizes = { capacities: [16_384, 262_144], slice: 1000, countedTogether: 64 };

/**
 * About how full a tier is, and the id up to which the last slice was taken. A few ids may be in the first tier and not be
 * counted, or be counted twice, as the process ended, the write was undone, or both threads write in turn and each counts its
 * own; the next move counts anew.
 */
interface TierRow {
  readonly n: number;
  readonly after_list: number;
  readonly after_value: Identity;
}

interface Place {
  readonly list: number;
  readonly value: Identity;
}

const beforeAll: Place = { list: 0, value: 0 };
const afterAll: Place = { list: Number.MAX_SAFE_INTEGER, value: 0 };

export class Identities {
  readonly #filter: IdentityFilter | undefined;
  readonly #sizes: TierSizes;
  readonly #sql;
  #uncounted = 0;

  /** Without a filter everybody is looked up. */
  constructor(db: DatabaseSync, filter?: IdentityFilter, sizes: TierSizes = defaultSizes) {
    this.#filter = filter;
    this.#sizes = sizes;
    const slice = 'tier = ? AND (list, value) > (?, ?) AND (list, value) <= (?, ?)';
    this.#sql = {
      // In the order of the table, so that each page is visited once. OR FAIL: the writer undoes the whole request, so
      // SQLite need not be ready to undo the statement.
      add: prepare(
        db,
        `INSERT OR FAIL INTO identity (tier, list, value, person)
         SELECT 0, ?, value, ? + key FROM json_each(?) WHERE type <> 'null' ORDER BY value`,
      ),
      change: prepare(db, 'UPDATE identity SET person = ? WHERE tier IN (0, 1, 2) AND list = ? AND value = ?'),
      known: prepare(db, 'SELECT 1 FROM identity WHERE tier IN (0, 1, 2) AND list = ? AND value = ?'),
      insert: prepare(db, 'INSERT INTO identity (tier, list, value, person) VALUES (0, ?, ?, ?)'),
      forget: prepare(db, 'DELETE FROM identity WHERE tier IN (0, 1, 2) AND list = ? AND value = ?'),
      forgetList: prepare(db, 'DELETE FROM identity WHERE tier IN (0, 1, 2) AND list = ?'),
      recount: prepare(
        db,
        'UPDATE identity_tier SET n = (SELECT count(*) FROM identity WHERE identity.tier = identity_tier.tier)',
      ),
      grow: prepare<TierRow>(db, 'UPDATE identity_tier SET n = n + ? WHERE tier = ? RETURNING *'),
      end: prepare<Place>(
        db,
        `SELECT list, value FROM identity WHERE tier = ? AND (list, value) > (?, ?)
         ORDER BY list, value LIMIT 1 OFFSET ?`,
      ),
      copy: prepare(
        db,
        `INSERT OR FAIL INTO identity (tier, list, value, person)
         SELECT tier + 1, list, value, person FROM identity WHERE ${slice} ORDER BY list, value`,
      ),
      drop: prepare(db, `DELETE FROM identity WHERE ${slice}`),
      shrink: prepare(
        db,
        `UPDATE identity_tier
         SET n = iif(tier = 0, (SELECT count(*) FROM identity WHERE tier = 0), n - ?), after_list = ?, after_value = ?
         WHERE tier = ?`,
      ),
    };
  }

  /** Whether the id leads to nobody, for certain; else it has to be looked up. */
  isStranger(list: number, value: Identity): boolean {
    return this.#filter?.isStranger(list, value) === true;
  }

  /** New ids, none of which is known: the one at `index` leads to the person `firstPerson + index`; null stands for none. */
  add(list: number, firstPerson: number, values: readonly (Identity | null)[]): void {
    if (values.every((value) => value === null)) return;
    const [only] = values;
    if (values.length === 1 && only !== undefined && only !== null) {
      this.#insert(list, only, firstPerson);
      return;
    }
    for (const value of values) if (value !== null) this.#filter?.add(list, value);
    const { changes } = this.#sql.add.run(list, firstPerson, JSON.stringify(values));
    this.#grow(0, Number(changes));
  }

  /** From now on the id leads to this person. */
  lead(list: number, value: Identity, person: number): void {
    if (this.isStranger(list, value) || Number(this.#sql.change.run(person, list, value).changes) === 0)
      this.#insert(list, value, person);
  }

  /** A new id, which is not known, leads to this person. */
  enter(list: number, value: Identity, person: number): void {
    this.#insert(list, value, person);
  }

  leadUnlessKnown(list: number, value: Identity, person: number): void {
    if (this.isStranger(list, value) || !this.#sql.known.get(list, value)) this.#insert(list, value, person);
  }

  forget(list: number, value: Identity): void {
    this.#sql.forget.run(list, value);
  }

  forgetList(list: number): void {
    this.#sql.forgetList.run(list);
    this.#sql.recount.run();
  }

  #insert(list: number, value: Identity, person: number): void {
    this.#filter?.add(list, value);
    this.#sql.insert.run(list, value, person);
    this.#uncounted += 1;
    if (this.#uncounted < this.#sizes.countedTogether) return;
    this.#grow(0, this.#uncounted);
    this.#uncounted = 0;
  }

  #grow(tier: 0 | 1, by: number): void {
    const row = this.#sql.grow.get(by, tier);
    const beyond = (row?.n ?? 0) - this.#sizes.capacities[tier];
    if (!row || beyond < this.#sizes.slice) return;
    const moved = this.#move(tier, { list: row.after_list, value: row.after_value }, beyond);
    if (tier === 0) this.#grow(1, moved);
  }

  /** Moves the next ids after the last slice, as many as there are until the end of the table, and then from its start. */
  #move(tier: 0 | 1, after: Place, count: number): number {
    const end = this.#sql.end.get(tier, after.list, after.value, count - 1);
    const to = end ?? afterAll;
    const slice = [tier, after.list, after.value, to.list, to.value];
    const moved = Number(this.#sql.copy.run(...slice).changes);
    this.#sql.drop.run(...slice);
    const next = end ?? beforeAll;
    this.#sql.shrink.run(moved, next.list, next.value, tier);
    return moved;
  }
}

/** Who is known on a list, and by which ids they are found. */
import type { DatabaseSync } from 'node:sqlite';
import type { Match, Person } from '../../core/block-list.ts';
import type { Bsuid, WaId } from '../../core/ids.ts';
import { variantKey } from '../../core/phone-variants.ts';
import type { UserId } from '../../core/user.ts';
import { toKnownIds } from '../changes/known-ids.ts';
import type { PeopleTable } from '../changes/tables.ts';
import { Identities, personOfIdentity } from './identities.ts';
import type { Identity, IdentityFilter } from './identity-filter.ts';
import { prepare } from './statement.ts';

interface PersonRow {
  readonly id: number;
  readonly wa_id: WaId | null;
  readonly user_id: Bsuid | null;
  /** null: there is no row but the block entry. */
  readonly settled: number | null;
  readonly last_message_at: number | null;
  readonly blocked_seq: number | null;
  readonly merged_into: number | null;
}

/** Up to so many ids are looked up faster one by one. */
const few = 2;

const personColumns = `
  identity.person AS id,
  coalesce(person.wa_id, entry.wa_id) AS wa_id, coalesce(person.user_id, entry.user_id) AS user_id,
  settled, last_message_at, coalesce(blocked_seq, entry.seq) AS blocked_seq, merged_into`;

const personJoins = `
  LEFT JOIN person ON person.list = ?1 AND person.id = identity.person
  LEFT JOIN block_entry AS entry ON person.id IS NULL AND entry.list = ?1 AND entry.seq = identity.person`;

export class People implements PeopleTable<number> {
  readonly #identities: Identities;
  readonly #sql;

  constructor(db: DatabaseSync, filter?: IdentityFilter) {
    this.#identities = new Identities(db, filter);
    this.#sql = {
      findMany: prepare<PersonRow & { readonly asked: Identity }>(
        db,
        `SELECT asked.value AS asked, ${personColumns}
         FROM json_each(?2) AS asked
         CROSS JOIN identity ON identity.tier IN (0, 1, 2) AND identity.list = ?1 AND identity.value = asked.value
         ${personJoins}`,
      ),
      findOne: prepare<PersonRow>(db, `SELECT ${personColumns} FROM ${personOfIdentity} AS identity ${personJoins}`),
      byId: prepare<PersonRow>(db, 'SELECT * FROM person WHERE list = ? AND id = ?'),
      keep: prepare(
        db,
        `INSERT INTO person (list, id, wa_id, user_id, settled, last_message_at, blocked_seq, merged_into)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET
           wa_id = excluded.wa_id, user_id = excluded.user_id, settled = excluded.settled,
           last_message_at = excluded.last_message_at, blocked_seq = excluded.blocked_seq,
           merged_into = excluded.merged_into`,
      ),
      forgetAll: prepare(db, 'DELETE FROM person WHERE list = ?'),
    };
  }

  /** Whether nobody is known by the id of this user or as a variant of it, for certain; else they have to be found. */
  isStranger(list: number, user: UserId): boolean {
    if (!this.#identities.isStranger(list, exactIdentity(user))) return false;
    const variant = variantIdentity(user);
    return variant === undefined || this.#identities.isStranger(list, variant);
  }

  /** Finds these users at once: each by the id itself, else as a variant of a phone number that is known. */
  find(list: number, users: readonly UserId[]): (user: UserId) => Match | undefined {
    const found = this.#lookUp(
      list,
      users.flatMap((user) => [exactIdentity(user), variantIdentity(user) ?? []].flat()),
    );
    const matches = new Map<Identity, Person>();
    const personOf = (identity: Identity) => {
      const known = matches.get(identity);
      if (known) return known;
      const person = this.#follow(list, found.get(identity));
      if (person) matches.set(identity, person);
      return person;
    };
    return (user) => {
      const exact = personOf(exactIdentity(user));
      if (exact) return { person: exact, by: user.kind };
      const variant = variantIdentity(user);
      const person = variant === undefined ? undefined : personOf(variant);
      return person && { person, by: 'variant' };
    };
  }

  /** Makes strangers known. Their entries follow on from `firstSeq`; `undefined` stands where one is of somebody known. */
  addAll(list: number, firstSeq: number, newcomers: readonly (UserId | undefined)[]): void {
    const identities = newcomers.map((user) => (user ? exactIdentity(user) : null));
    const variants = newcomers.map((user) => (user ? (variantIdentity(user) ?? null) : null));
    this.#identities.add(list, firstSeq, identities);
    this.#identities.add(list, firstSeq, variants);
  }

  /** Keeps all that is now known of a person, with the ids that lead there. Those that did before still do. */
  save(list: number, person: Person): void {
    this.keep(list, person);
    const { id, waId, userId } = person;
    if (userId !== undefined) this.#identities.lead(list, userId, id);
    if (waId === undefined) return;
    this.#identities.lead(list, Number(waId), id);
    this.#leadVariant(list, waId, id);
  }

  /** Keeps a person none of whose ids is known. A form of the phone number may be. */
  enter(list: number, person: Person): void {
    this.keep(list, person);
    const { id, waId, userId } = person;
    if (userId !== undefined) this.#identities.enter(list, userId, id);
    if (waId === undefined) return;
    this.#identities.enter(list, Number(waId), id);
    this.#leadVariant(list, waId, id);
  }

  /** Keeps all that is now known of a person whose ids are known already. */
  keep(list: number, person: Person, mergedInto: number | null = null): void {
    const { id, waId, userId, settled, lastMessageAt, blockedSeq } = person;
    const ids = [waId ?? null, userId ?? null];
    this.#sql.keep.run(list, id, ...ids, Number(settled), lastMessageAt ?? null, blockedSeq ?? null, mergedInto);
  }

  /** From now on all ids of `absorbed` lead to `survivor`. */
  merge(list: number, { blockedSeq: _gone, ...absorbed }: Person, survivor: number): void {
    this.keep(list, absorbed, survivor);
  }

  /** A phone number has another user now: it, and whatever form of it led to the old one as a variant, leads to the new. */
  movePhone(list: number, waId: WaId, from: number, to: number): void {
    const user = { kind: 'wa_id', waId } as const;
    for (const identity of [exactIdentity(user), variantIdentity(user)]) {
      if (identity === undefined) continue;
      const owner = this.#follow(list, this.#lookUp(list, [identity]).get(identity));
      if (owner?.id === from) this.#identities.lead(list, identity, to);
    }
  }

  /**
   * A wa_id that somebody typed turned out to be another writing of the person's real one: it leads to them as a variant
   * only, so that it is free for another person, should one write under it.
   */
  forgetGuess(list: number, guess: WaId): void {
    this.#identities.forget(list, Number(guess));
  }

  /** Forgets everybody on a list. */
  forgetAll(list: number): void {
    this.#identities.forgetList(list);
    this.#sql.forgetAll.run(list);
  }

  #leadVariant(list: number, waId: WaId, person: number): void {
    const variant = variantIdentity({ kind: 'wa_id', waId });
    if (variant !== undefined) this.#identities.leadUnlessKnown(list, variant, person);
  }

  #lookUp(list: number, all: readonly Identity[]): Map<Identity, PersonRow> {
    const found = new Map<Identity, PersonRow>();
    const asked = all.filter((identity) => !this.#identities.isStranger(list, identity));
    if (asked.length > few) {
      for (const row of this.#sql.findMany.all(list, JSON.stringify(asked))) found.set(row.asked, row);
      return found;
    }
    for (const identity of asked) {
      const row = this.#sql.findOne.get(list, identity);
      if (row) found.set(identity, row);
    }
    return found;
  }

  #follow(list: number, row: PersonRow | undefined): Person | undefined {
    let found = row;
    while (found && found.merged_into !== null) found = this.#sql.byId.get(list, found.merged_into);
    return found && toPerson(found);
  }
}

/** A wa_id has at most 15 digits: as a number it is exact. */
export function exactIdentity(user: UserId): Identity {
  return user.kind === 'wa_id' ? Number(user.waId) : user.userId;
}

export function variantIdentity(user: UserId): Identity | undefined {
  const key = user.kind === 'wa_id' ? variantKey(user.waId) : undefined;
  return key === undefined ? undefined : -Number(key);
}

function toPerson(row: PersonRow): Person {
  return {
    id: row.id,
    ...toKnownIds(row.wa_id, row.user_id),
    settled: row.settled === 1,
    ...(row.last_message_at !== null && { lastMessageAt: row.last_message_at }),
    ...(row.blocked_seq !== null && { blockedSeq: row.blocked_seq }),
  };
}

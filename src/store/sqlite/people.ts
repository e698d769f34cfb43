/** Who is known on a number, and by which ids they are found. */
import type { DatabaseSync } from 'node:sqlite';
import type { Match, Person } from '../../core/block-list.ts';
import type { Bsuid, PhoneNumberId, WaId } from '../../core/ids.ts';
import { variantKey } from '../../core/phone-variants.ts';
import type { UserId } from '../../core/user.ts';
import { toKnownIds } from './known-ids.ts';
import { prepare } from './statement.ts';

interface PersonRow {
  readonly id: number;
  readonly wa_id: WaId | null;
  readonly user_id: Bsuid | null;
  readonly settled: number;
  readonly last_message_at: number | null;
  readonly blocked_seq: number | null;
  readonly merged_into: number | null;
}

export class People {
  readonly #sql;

  constructor(db: DatabaseSync) {
    this.#sql = {
      byIdentity: prepare<PersonRow>(
        db,
        `SELECT person.* FROM identity JOIN person ON person.number = identity.number AND person.id = identity.person
         WHERE identity.number = ? AND identity.value = ?`,
      ),
      byId: prepare<PersonRow>(db, 'SELECT * FROM person WHERE number = ? AND id = ?'),
      insert: prepare(
        db,
        'INSERT INTO person (number, id, wa_id, user_id, settled, last_message_at, blocked_seq) VALUES (?, ?, ?, ?, ?, ?, ?)',
      ),
      update: prepare(
        db,
        'UPDATE person SET wa_id = ?, user_id = ?, settled = ?, last_message_at = ?, blocked_seq = ? WHERE number = ? AND id = ?',
      ),
      block: prepare(db, 'UPDATE person SET blocked_seq = ? WHERE number = ? AND id = ?'),
      merge: prepare(db, 'UPDATE person SET merged_into = ?, blocked_seq = NULL WHERE number = ? AND id = ?'),
      identify: prepare(
        db,
        `INSERT INTO identity (number, value, person) VALUES (?, ?, ?)
         ON CONFLICT DO UPDATE SET person = excluded.person WHERE person <> excluded.person`,
      ),
      identifyVariant: prepare(db, 'INSERT OR IGNORE INTO identity (number, value, person) VALUES (?, ?, ?)'),
      moveIdentity: prepare(db, 'UPDATE identity SET person = ? WHERE number = ? AND value = ?'),
      forgetIdentity: prepare(db, 'DELETE FROM identity WHERE number = ? AND value = ?'),
    };
  }

  /** By the id itself, else as a variant of a phone number that is known. */
  find(number: PhoneNumberId, user: UserId): Match | undefined {
    const exact = this.#follow(number, this.#sql.byIdentity.get(number, exactIdentity(user)));
    if (exact) return { person: exact, by: user.kind };
    const variant = user.kind === 'wa_id' ? variantIdentity(user.waId) : undefined;
    if (variant === undefined) return undefined;
    const person = this.#follow(number, this.#sql.byIdentity.get(number, variant));
    return person && { person, by: 'variant' };
  }

  add(number: PhoneNumberId, person: Person): void {
    const { id, waId, userId, settled, lastMessageAt, blockedSeq } = person;
    this.#sql.insert.run(
      number,
      id,
      waId ?? null,
      userId ?? null,
      Number(settled),
      lastMessageAt ?? null,
      blockedSeq ?? null,
    );
    this.#identify(number, person);
  }

  /** Keeps all that is now known of a person. The ids that led to them before still do. */
  save(number: PhoneNumberId, person: Person): void {
    const { id, waId, userId, settled, lastMessageAt, blockedSeq } = person;
    this.#sql.update.run(
      waId ?? null,
      userId ?? null,
      Number(settled),
      lastMessageAt ?? null,
      blockedSeq ?? null,
      number,
      id,
    );
    this.#identify(number, person);
  }

  /** `seq` is the list order of the person's entry; null: no longer blocked. */
  setBlocked(number: PhoneNumberId, id: number, seq: number | null): void {
    this.#sql.block.run(seq, number, id);
  }

  /** From now on all ids of `absorbed` lead to `survivor`. */
  merge(number: PhoneNumberId, absorbed: number, survivor: number): void {
    this.#sql.merge.run(survivor, number, absorbed);
  }

  /** A phone number has another user now: it, and whatever form of it led to the old one as a variant, leads to the new. */
  movePhone(number: PhoneNumberId, waId: WaId, from: number, to: number): void {
    for (const value of [`w${waId}`, variantIdentity(waId)]) {
      const owner = value && this.#follow(number, this.#sql.byIdentity.get(number, value));
      if (owner && owner.id === from) this.#sql.moveIdentity.run(to, number, value);
    }
  }

  /**
   * A wa_id that somebody typed turned out to be another writing of the person's real one: it leads to them as a variant
   * only, so that it is free for another person, should one write under it.
   */
  forgetGuess(number: PhoneNumberId, guess: WaId): void {
    this.#sql.forgetIdentity.run(number, `w${guess}`);
  }

  #identify(number: PhoneNumberId, { id, waId, userId }: Person): void {
    if (waId !== undefined) {
      this.#sql.identify.run(number, `w${waId}`, id);
      const variant = variantIdentity(waId);
      if (variant !== undefined) this.#sql.identifyVariant.run(number, variant, id);
    }
    if (userId !== undefined) this.#sql.identify.run(number, `u${userId}`, id);
  }

  #follow(number: PhoneNumberId, row: PersonRow | undefined): Person | undefined {
    let found = row;
    while (found && found.merged_into !== null) found = this.#sql.byId.get(number, found.merged_into);
    return found && toPerson(found);
  }
}

function exactIdentity(user: UserId): string {
  return user.kind === 'wa_id' ? `w${user.waId}` : `u${user.userId}`;
}

function variantIdentity(waId: WaId): string | undefined {
  const key = variantKey(waId);
  return key === undefined ? undefined : `v${key}`;
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

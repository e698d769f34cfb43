/** How people lie in the database, and by which ids they are found. */
import type { Person } from '../../core/block-list.ts';
import type { Bsuid, KeyId, WaId } from '../../core/ids.ts';
import { variantKey } from '../../core/phone-variants.ts';
import type { UserId } from '../../core/user.ts';
import { toKnownIds } from '../changes/known-ids.ts';
import type { WorkingEntry } from './working-entries.ts';

/** A wa_id or a BSUID; or, with a minus, the form that the variants of a wa_id share. */
export type Identity = string;

/** A person with their entry, if they are blocked. Without a row but the entry, `settled` is null and `id` the entry's `seq`. */
export interface PersonRow {
  readonly id: number;
  readonly person_wa_id: WaId | null;
  readonly person_user_id: Bsuid | null;
  readonly settled: boolean | null;
  readonly last_message_at: number | null;
  readonly blocked_seq: number | null;
  readonly merged_into: number | null;
  readonly wa_id: WaId | null;
  readonly user_id: Bsuid | null;
  readonly blocked_at: number | null;
  readonly dialect: string;
  readonly key_id: KeyId | null;
  readonly request_id: string;
  readonly reason: string | null;
}

/** Whom an identity leads to. */
export interface FoundRow extends PersonRow {
  readonly asked: Identity;
}

export const personColumns = `person.wa_id AS person_wa_id, person.user_id AS person_user_id, settled, last_message_at,
  entry.seq AS blocked_seq, merged_into,
  entry.wa_id, entry.user_id, blocked_at, dialect, key_id, request_id, reason`;

// What is read by a key is read by way of it, whatever PostgreSQL believes of how many rows there are: hence the laterals.
export const findPeople = {
  name: 'people_by_identities',
  text: `SELECT asked.value AS asked, identity.person AS id, ${personColumns}
         FROM unnest($2::text[]) AS asked (value)
         CROSS JOIN LATERAL (
           SELECT person FROM identity WHERE number = $1 AND identity.value = asked.value LIMIT 1) AS identity
         LEFT JOIN LATERAL (SELECT * FROM person WHERE number = $1 AND id = identity.person LIMIT 1) AS person ON true
         LEFT JOIN LATERAL (
           SELECT * FROM block_entry
           WHERE number = $1 AND seq = CASE WHEN person.id IS NULL THEN identity.person ELSE person.blocked_seq END
           LIMIT 1) AS entry ON true`,
};

/** Those who are known to have rows. */
export const peopleByIds = {
  name: 'people_by_ids',
  text: `SELECT person.id, ${personColumns}
         FROM person LEFT JOIN block_entry AS entry ON entry.number = person.number AND entry.seq = person.blocked_seq
         WHERE person.number = $1 AND person.id = ANY ($2::bigint[])`,
};

export function toPerson(row: PersonRow): Person {
  const isStranger = row.settled === null;
  return {
    id: row.id,
    ...(isStranger ? toKnownIds(row.wa_id, row.user_id) : toKnownIds(row.person_wa_id, row.person_user_id)),
    settled: row.settled ?? false,
    ...(row.last_message_at !== null && { lastMessageAt: row.last_message_at }),
    ...(row.blocked_seq !== null && { blockedSeq: row.blocked_seq }),
  };
}

export function toWorkingEntry(row: PersonRow): WorkingEntry | undefined {
  if (row.blocked_at === null) return undefined;
  const { wa_id: waId, user_id: userId, blocked_at: at, dialect, key_id: keyId, request_id: requestId, reason } = row;
  return { waId, userId, at, dialect, keyId, requestId, reason };
}

export function exactIdentity(user: UserId): Identity {
  return user.kind === 'wa_id' ? user.waId : user.userId;
}

export function variantIdentity(user: UserId): Identity | undefined {
  const key = user.kind === 'wa_id' ? variantKey(user.waId) : undefined;
  return key === undefined ? undefined : `-${key}`;
}

export function identitiesOf(user: UserId): Identity[] {
  const variant = variantIdentity(user);
  return variant === undefined ? [exactIdentity(user)] : [exactIdentity(user), variant];
}

/** Users of whom it is asked at once whether they are blocked, each on the list of a number, and how they are found there. */
import { Refusal } from '../../core/errors.ts';
import type { PhoneNumberId } from '../../core/ids.ts';
import type { Check } from '../../core/ports.ts';
import type { UserId } from '../../core/user.ts';
import { exactIdentity, type Identity, variantIdentity } from './person-rows.ts';

export interface Asked {
  readonly number: PhoneNumberId;
  readonly user: UserId;
}

/** A list about which somebody asks. */
export interface AskedList {
  readonly number: PhoneNumberId;
  readonly users: AskedUser[];
  /** Whether the number is there. */
  isThere: boolean;
}

/** What is found out of a user. */
export interface AskedUser {
  readonly list: AskedList;
  readonly user: UserId;
  isBlocked: boolean;
  /** Of who is blocked, if the entry was asked for. */
  check?: Check;
  /** The list is also kept by a provider; told with the entry. */
  isPushed?: boolean;
}

/** All in the order in which they are asked about, and the lists that they are on. */
export function toLists(asked: readonly Asked[]): { readonly users: AskedUser[]; readonly lists: AskedList[] } {
  const lists = new Map<PhoneNumberId, AskedList>();
  const users = asked.map(({ number, user }) => {
    const list = lists.get(number) ?? { number, users: [], isThere: false };
    if (list.users.length === 0) lists.set(number, list);
    const asked: AskedUser = { list, user, isBlocked: false };
    list.users.push(asked);
    return asked;
  });
  return { users, lists: [...lists.values()] };
}

/**
 * The lists of numbers that are there; places count from 1. The users of each come as one text, as most that wait together ask
 * about one list. `valuesOf` gives the values.
 */
export const askedLists = `
  unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY AS list (number, exact, variants, place)
  CROSS JOIN LATERAL (SELECT connection FROM business_number WHERE id = list.number LIMIT 1) AS hosted`;

/**
 * The users of a list, with the list order at which they are blocked. Each row is read by way of its key, whatever PostgreSQL
 * believes of how many there are: hence the laterals. Who a person turned out to be is followed as far as it goes.
 */
export const askedUsers = `
  unnest(list.exact::text[], list.variants::text[]) WITH ORDINALITY AS asked (exact, variant, place)
  LEFT JOIN LATERAL (
    SELECT person FROM identity WHERE number = list.number AND value = asked.exact LIMIT 1) AS exact ON true
  LEFT JOIN LATERAL (
    SELECT person FROM identity
    WHERE exact.person IS NULL AND number = list.number AND value = asked.variant LIMIT 1) AS variant ON true
  LEFT JOIN LATERAL (
    SELECT id, blocked_seq, merged_into FROM person
    WHERE number = list.number AND id = coalesce(exact.person, variant.person) LIMIT 1) AS person ON true
  CROSS JOIN LATERAL (
    SELECT CASE
      WHEN person.id IS NULL THEN coalesce(exact.person, variant.person)
      WHEN person.merged_into IS NULL THEN person.blocked_seq
      ELSE (
        WITH RECURSIVE turned_out (blocked_seq, merged_into) AS (
          VALUES (person.blocked_seq, person.merged_into)
          UNION ALL
          SELECT other.blocked_seq, other.merged_into
          FROM turned_out JOIN person AS other ON other.number = list.number AND other.id = turned_out.merged_into
        )
        SELECT blocked_seq FROM turned_out WHERE merged_into IS NULL) END AS seq) AS blocked`;

export function valuesOf(lists: readonly AskedList[]): readonly unknown[] {
  return [
    lists.map(({ number }) => number),
    lists.map(({ users }) => toArray(users, exactIdentity)),
    lists.map(({ users }) => toArray(users, variantIdentity)),
  ];
}

/** An array as the server reads it: in no identity anything means something to it. */
function toArray(users: readonly AskedUser[], identityOf: (user: UserId) => Identity | undefined): string {
  return `{${users.map(({ user }) => identityOf(user) ?? 'NULL').join(',')}}`;
}

/** The list at a place of an answer; it is there. */
export function listAt(lists: readonly AskedList[], place: number): AskedList {
  const list = lists[place - 1];
  if (!list) throw new Error('an answer is about a list that nobody asked about');
  list.isThere = true;
  return list;
}

export function noNumber({ number }: { readonly number: PhoneNumberId }): Refusal {
  return new Refusal({ kind: 'number_not_found', asked: number });
}

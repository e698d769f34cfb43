/** Who an id means, for who reads it. */
import type { Match, Person } from '../../core/block-list.ts';
import type { PhoneNumberId } from '../../core/ids.ts';
import type { UserId } from '../../core/user.ts';
import {
  exactIdentity,
  findPeople,
  type Identity,
  identitiesOf,
  type PersonRow,
  peopleByIds,
  toPerson,
} from './person-rows.ts';
import type { Session } from './session.ts';

/** By the id itself, else as a variant of a phone number that is known. */
export async function findPerson(session: Session, number: PhoneNumberId, user: UserId): Promise<Match | undefined> {
  const rows = await session.query<PersonRow & { readonly asked: Identity }>(findPeople, [number, identitiesOf(user)]);
  const exact = rows.find(({ asked }) => asked === exactIdentity(user));
  const row = exact ?? rows.at(0);
  return row && { person: await follow(session, number, row), by: exact ? user.kind : 'variant' };
}

async function follow(session: Session, number: PhoneNumberId, row: PersonRow): Promise<Person> {
  if (row.merged_into === null) return toPerson(row);
  const [next] = await session.query<PersonRow>(peopleByIds, [number, [row.merged_into]]);
  if (!next) throw new Error(`a person of ${number} turned out to be somebody who is not there`);
  return follow(session, number, next);
}

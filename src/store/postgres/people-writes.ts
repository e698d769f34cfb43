/** How what is known of people is written. To make rows of arrays costs more than to write one: hence the statements for one. */
import type { Person } from '../../core/block-list.ts';
import { arrayOf } from './literals.ts';
import type { Identity } from './person-rows.ts';
import type { RowChanges } from './working-rows.ts';
import type { Line } from './working-table.ts';
import { toWrite, type Write } from './write.ts';

export interface KnownPerson {
  readonly person: Person;
  /** Who the person turned out to be. */
  readonly mergedInto: number | null;
}

// What was not there is looked for only once: nobody else adds to the number meanwhile.
const addIdentities = {
  name: 'add_identities',
  text: 'INSERT INTO identity (number, value, person) SELECT $1, * FROM unnest($2::text[], $3::bigint[]) WHERE :unmoved',
};

// To make rows of arrays costs more than to add one.
const addIdentity = {
  name: 'add_identity',
  text: 'INSERT INTO identity (number, value, person) SELECT $1, $2, $3::bigint FROM :once',
};

const leadIdentities = {
  name: 'lead_identities',
  text: `UPDATE identity SET person = changed.person
         FROM unnest($2::text[], $3::bigint[]) AS changed (value, person)
         WHERE identity.number = $1 AND identity.value = changed.value AND :unmoved`,
};

const removeIdentities = {
  name: 'remove_identities',
  text: 'DELETE FROM identity WHERE number = $1 AND value = ANY ($2::text[]) AND :unmoved',
};

const putPerson = {
  name: 'put_person',
  text: `INSERT INTO person (number, id, wa_id, user_id, settled, last_message_at, blocked_seq, merged_into)
         SELECT $1, $2::bigint, $3, $4, $5::boolean, $6::bigint, $7::bigint, $8::bigint FROM :once
         ON CONFLICT (number, id) DO UPDATE SET
           wa_id = excluded.wa_id, user_id = excluded.user_id, settled = excluded.settled,
           last_message_at = excluded.last_message_at, blocked_seq = excluded.blocked_seq,
           merged_into = excluded.merged_into`,
};

const putPeople = {
  name: 'put_people',
  text: `INSERT INTO person (number, id, wa_id, user_id, settled, last_message_at, blocked_seq, merged_into)
         SELECT $1, * FROM unnest(
           $2::bigint[], $3::text[], $4::text[], $5::boolean[], $6::bigint[], $7::bigint[], $8::bigint[])
         WHERE :unmoved
         ON CONFLICT (number, id) DO UPDATE SET
           wa_id = excluded.wa_id, user_id = excluded.user_id, settled = excluded.settled,
           last_message_at = excluded.last_message_at, blocked_seq = excluded.blocked_seq,
           merged_into = excluded.merged_into`,
};

export function identityWrites(line: Line, { added, changed, deleted }: RowChanges<Identity, number>): Write[] {
  const valuesOf = (changes: typeof added) => [
    line,
    arrayOf(changes.map(([value]) => value)),
    arrayOf(changes.map(([, person]) => person)),
  ];
  return [
    ...(added.length === 1 ? added.map((one) => toWrite(addIdentity, [line, ...one])) : []),
    ...(added.length > 1 ? [toWrite(addIdentities, valuesOf(added))] : []),
    ...(changed.length > 0 ? [toWrite(leadIdentities, valuesOf(changed))] : []),
    ...(deleted.length > 0 ? [toWrite(removeIdentities, [line, arrayOf(deleted)])] : []),
  ];
}

export function personWrites(line: Line, people: readonly KnownPerson[]): Write[] {
  if (people.length === 0) return [];
  const rows = people.map(({ person, mergedInto }) => [
    person.id,
    person.waId ?? null,
    person.userId ?? null,
    person.settled,
    person.lastMessageAt ?? null,
    person.blockedSeq ?? null,
    mergedInto,
  ]);
  const [first = []] = rows;
  if (rows.length === 1) return [toWrite(putPerson, [line, ...first])];
  const columns = first.map((_value, column) => rows.map((row) => row[column]));
  return [toWrite(putPeople, [line, ...columns])];
}

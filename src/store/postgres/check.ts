/** Is this user blocked? */
import { Refusal } from '../../core/errors.ts';
import type { PhoneNumberId } from '../../core/ids.ts';
import type { Check } from '../../core/ports.ts';
import type { UserId } from '../../core/user.ts';
import { Batch } from './batch.ts';
import { type EntryRow, entryColumns, toEntry } from './entry-rows.ts';
import { exactIdentity, type Identity, variantIdentity } from './person-rows.ts';
import type { Session, Sessions } from './session.ts';
import type { ReadSyncs } from './syncs-port.ts';

interface Asked {
  readonly number: PhoneNumberId;
  readonly user: UserId;
}

/** A list about which somebody asks. */
interface List {
  readonly number: PhoneNumberId;
  readonly users: Checked[];
  isThere: boolean;
  /** It is also kept by a provider. */
  isPushed: boolean;
}

/** What is said of a user; without a check they are not blocked. */
interface Checked {
  readonly list: List;
  readonly user: UserId;
  check: Check | undefined;
}

/** Of a list that is there; the places count from 1. Where none of its users is blocked, there is one row, without a place. */
type CheckRow = readonly [
  ...entry: EntryRow,
  list: number,
  isPushed: boolean,
  place: number | null,
  isExact: boolean | null,
];

// Each row is read by way of its key, whatever PostgreSQL believes of how many there are: hence the laterals. Who a person
// turned out to be is followed as far as it goes. The users of a list come as one text, as most that wait together ask about
// one list; a row is only given for those who are blocked, as most are not.
const checkAll = {
  name: 'check_all',
  givesArrays: true,
  text: `SELECT ${entryColumns}, list.place, connection IS NOT NULL, entry.place, is_exact
         FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY AS list (number, exact, variants, place)
         CROSS JOIN LATERAL (SELECT connection FROM business_number WHERE id = list.number LIMIT 1) AS hosted
         LEFT JOIN LATERAL (
           SELECT asked.place, exact.person IS NOT NULL AS is_exact, found.*
           FROM unnest(list.exact::text[], list.variants::text[]) WITH ORDINALITY AS asked (exact, variant, place)
           LEFT JOIN LATERAL (
             SELECT person FROM identity WHERE number = list.number AND value = asked.exact LIMIT 1) AS exact ON true
           LEFT JOIN LATERAL (
             SELECT person FROM identity
             WHERE exact.person IS NULL AND number = list.number AND value = asked.variant LIMIT 1) AS variant ON true
           LEFT JOIN LATERAL (
             SELECT id, blocked_seq, merged_into FROM person
             WHERE number = list.number AND id = coalesce(exact.person, variant.person) LIMIT 1) AS person ON true
           CROSS JOIN LATERAL (
             SELECT * FROM block_entry
             WHERE number = list.number AND seq = CASE
               WHEN person.id IS NULL THEN coalesce(exact.person, variant.person)
               WHEN person.merged_into IS NULL THEN person.blocked_seq
               ELSE (
                 WITH RECURSIVE turned_out (blocked_seq, merged_into) AS (
                   VALUES (person.blocked_seq, person.merged_into)
                   UNION ALL
                   SELECT other.blocked_seq, other.merged_into
                   FROM turned_out JOIN person AS other ON other.number = list.number AND other.id = turned_out.merged_into
                 )
                 SELECT blocked_seq FROM turned_out WHERE merged_into IS NULL) END
             LIMIT 1) AS found) AS entry ON true`,
} as const;

export class Checks {
  readonly #batch: Batch<Asked, Check | undefined>;
  readonly #sessions: Sessions;
  readonly #syncs: ReadSyncs;

  constructor(sessions: Sessions, syncs: ReadSyncs) {
    this.#sessions = sessions;
    this.#syncs = syncs;
    this.#batch = new Batch(async (asked) => {
      const all = await sessions.read((session) => checkAllIn(session, asked));
      return all.map((checked) => this.#answer(checked));
    });
  }

  /** Of a number that is there; else refuses with `number_not_found`. */
  check(number: PhoneNumberId, user: UserId): Promise<Check | undefined> {
    return this.#batch.ask({ number, user });
  }

  #answer(checked: Checked): Check | undefined | Promise<Check | undefined> {
    const { list, user, check } = checked;
    if (!list.isThere) return Promise.reject(noNumber(list));
    if (!check || !list.isPushed) return check;
    // Where it stands at the provider is told of the same moment.
    return this.#sessions.snapshot((session) => this.#checkWithSync(session, { number: list.number, user }));
  }

  async #checkWithSync(session: Session, asked: Asked): Promise<Check | undefined> {
    const [checked] = await checkAllIn(session, [asked]);
    if (!checked?.list.isThere) throw noNumber(asked);
    const { check, list } = checked;
    if (!check || !list.isPushed) return check;
    const [entry] = await this.#syncs.of(session, list.number, [check.entry]);
    return entry && { ...check, entry };
  }
}

function noNumber({ number }: { readonly number: PhoneNumberId }): Refusal {
  return new Refusal({ kind: 'number_not_found', asked: number });
}

/** In the order in which they are asked about. */
async function checkAllIn(session: Session, asked: readonly Asked[]): Promise<Checked[]> {
  const lists = new Map<PhoneNumberId, List>();
  const all = asked.map(({ number, user }) => {
    const list = lists.get(number) ?? { number, users: [], isThere: false, isPushed: false };
    if (list.users.length === 0) lists.set(number, list);
    const checked: Checked = { list, user, check: undefined };
    list.users.push(checked);
    return checked;
  });
  await fill(session, [...lists.values()]);
  return all;
}

async function fill(session: Session, lists: readonly List[]): Promise<void> {
  const rows = await session.query<CheckRow>(checkAll, [
    lists.map(({ number }) => number),
    lists.map(({ users }) => toArray(users, ({ user }) => exactIdentity(user))),
    lists.map(({ users }) => toArray(users, ({ user }) => variantIdentity(user))),
  ]);
  for (const row of rows) {
    const list = lists[row[8] - 1];
    if (!list) throw new Error('a check was answered about a list that nobody asked about');
    list.isThere = true;
    list.isPushed = row[9];
    const checked = row[10] === null ? undefined : list.users[row[10] - 1];
    if (checked) checked.check = { matchedBy: row[11] ? checked.user.kind : 'variant', entry: toEntry(row) };
  }
}

/** An array as the server reads it: in no identity anything means something to it. */
function toArray(users: readonly Checked[], identityOf: (checked: Checked) => Identity | undefined): string {
  return `{${users.map((checked) => identityOf(checked) ?? 'NULL').join(',')}}`;
}

/** What changes of lists are decided over, where no lock is held: each list is read as of one moment. */
import type { PhoneNumberId } from '../../core/ids.ts';
import type { UserId } from '../../core/user.ts';
import { Batch } from './batch.ts';
import { type FoundRow, identitiesOf, personColumns } from './person-rows.ts';
import type { Session, Sessions } from './session.ts';
import { type NumberStateRow, stateColumns } from './working-states.ts';

export interface AskedList {
  readonly number: PhoneNumberId;
  readonly users: readonly UserId[];
}

/** A number that is or once was there, without an upstream or with one. */
export interface ReadList extends NumberStateRow {
  readonly number: PhoneNumberId;
  /** Whom the users' ids mean; null: nobody. */
  readonly people: readonly FoundRow[] | null;
  /** Which of their phone numbers are hosted here; null: that decides nothing. */
  readonly businesses: readonly string[] | null;
}

/** So many users are read by a statement of their own, beside which others can be read. */
const many = 50;

// People come as JSON, as nearly always there are none, and no row of a list is said twice where there are several. No identity
// has a comma in it; what stands behind a minus in one is what `phone_key` has.
const readLists = {
  name: 'lists_to_change',
  text: `SELECT state.number, ${stateColumns}, false AS is_outdated,
           (SELECT json_agg(found) FROM (
             SELECT identity.value AS asked, identity.person AS id, ${personColumns}
             FROM identity
             LEFT JOIN LATERAL (
               SELECT * FROM person WHERE number = state.number AND id = identity.person LIMIT 1) AS person ON true
             LEFT JOIN LATERAL (
               SELECT * FROM block_entry
               WHERE number = state.number
                 AND seq = CASE WHEN person.id IS NULL THEN identity.person ELSE person.blocked_seq END
               LIMIT 1) AS entry ON true
             WHERE identity.number = state.number
               AND identity.value = ANY (string_to_array(asked.identities, ','))) AS found) AS people,
           CASE WHEN rule_window = 'strict' AND rule_push IS NULL THEN ARRAY (
             SELECT phone_key FROM business_number
             WHERE phone_key = ANY (string_to_array(replace(asked.identities, '-', ''), ','))) END AS businesses
         FROM unnest($1::text[], $2::text[]) AS asked (number, identities)
         CROSS JOIN LATERAL (SELECT * FROM number_state WHERE number = asked.number LIMIT 1) AS state
         LEFT JOIN LATERAL (SELECT * FROM business_number WHERE id = asked.number LIMIT 1) AS hosted ON true`,
};

export class ReadLists {
  readonly #sessions: Sessions;
  readonly #batch: Batch<AskedList, ReadList | undefined>;

  constructor(sessions: Sessions) {
    this.#sessions = sessions;
    this.#batch = new Batch((asked) => this.#readAll(asked));
  }

  /** `undefined`: the number was never there. */
  async read(asked: AskedList): Promise<ReadList | undefined> {
    if (asked.users.length < many) return this.#batch.ask(asked);
    const [read] = await this.#readAll([asked]);
    return read;
  }

  #readAll(asked: readonly AskedList[]): Promise<(ReadList | undefined)[]> {
    return this.#sessions.read((session) => readAll(session, asked));
  }
}

async function readAll(session: Session, asked: readonly AskedList[]): Promise<(ReadList | undefined)[]> {
  const rows = await session.query<ReadList>(readLists, [
    asked.map(({ number }) => number),
    asked.map(({ users }) => users.flatMap(identitiesOf).join(',')),
  ]);
  const lists = new Map(rows.map((row) => [row.number, row]));
  return asked.map(({ number }) => lists.get(number));
}

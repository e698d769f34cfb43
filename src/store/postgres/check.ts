/** Is this user blocked? */
import type { PhoneNumberId } from '../../core/ids.ts';
import type { Check } from '../../core/ports.ts';
import type { UserId } from '../../core/user.ts';
import { type EntryRow, entryColumns, toEntry } from '../changes/entry-rows.ts';
import {
  type Asked,
  type AskedUser,
  askedLists,
  askedUsers,
  listAt,
  noNumber,
  toLists,
  valuesOf,
} from './asked-users.ts';
import { Batch } from './batch.ts';
import type { Session, Sessions } from './session.ts';
import type { ReadSyncs } from './syncs-port.ts';

/** The places of those on a list who are blocked, with commas between. Nobody is: null. */
type BlockedRow = readonly [list: number, users: string | null];

const blockedOf = {
  name: 'blocked_of',
  givesArrays: true,
  text: `SELECT list.place,
                (SELECT string_agg(asked.place::text, ',') FROM ${askedUsers} WHERE blocked.seq IS NOT NULL)
         FROM ${askedLists}`,
} as const;

/** A user of a list who is blocked; where none is, there is one row of the list, without a place. */
type CheckRow = readonly [
  ...entry: EntryRow,
  list: number,
  isPushed: boolean,
  place: number | null,
  isExact: boolean | null,
];

const checksOf = {
  name: 'checks_of',
  givesArrays: true,
  text: `SELECT ${entryColumns}, list.place, connection IS NOT NULL, entry.place, is_exact
         FROM ${askedLists}
         LEFT JOIN LATERAL (
           SELECT asked.place, exact.person IS NOT NULL AS is_exact, found.*
           FROM ${askedUsers}
           CROSS JOIN LATERAL (
             SELECT * FROM block_entry WHERE number = list.number AND seq = blocked.seq LIMIT 1) AS found) AS entry ON true`,
} as const;

/** Both refuse (`number_not_found`) for a number that is not there. */
export class Checks {
  readonly #sessions: Sessions;
  readonly #syncs: ReadSyncs;
  readonly #blocked: Batch<Asked, boolean>;
  readonly #checks: Batch<Asked, Check | undefined>;

  constructor(sessions: Sessions, syncs: ReadSyncs) {
    this.#sessions = sessions;
    this.#syncs = syncs;
    this.#blocked = new Batch(async (asked) => {
      const users = await sessions.read((session) => readBlocked(session, asked));
      return users.map(({ list, isBlocked }) => (list.isThere ? isBlocked : Promise.reject(noNumber(list))));
    });
    this.#checks = new Batch(async (asked) => {
      const users = await sessions.read((session) => readChecks(session, asked));
      return users.map((user) => this.#answer(user));
    });
  }

  isBlocked(number: PhoneNumberId, user: UserId): Promise<boolean> {
    return this.#blocked.ask({ number, user });
  }

  check(number: PhoneNumberId, user: UserId): Promise<Check | undefined> {
    return this.#checks.ask({ number, user });
  }

  #answer({ list, user, check, isPushed }: AskedUser): Check | undefined | Promise<Check | undefined> {
    if (!list.isThere) return Promise.reject(noNumber(list));
    if (!check || !isPushed) return check;
    // Where it stands at the provider is told of the same moment.
    return this.#sessions.snapshot((session) => this.#checkWithSync(session, { number: list.number, user }));
  }

  async #checkWithSync(session: Session, asked: Asked): Promise<Check | undefined> {
    const [user] = await readChecks(session, [asked]);
    if (!user?.list.isThere) throw noNumber(asked);
    const { check, isPushed } = user;
    if (!check || !isPushed) return check;
    const [entry] = await this.#syncs.of(session, asked.number, [check.entry]);
    return entry && { ...check, entry };
  }
}

async function readBlocked(session: Session, asked: readonly Asked[]): Promise<AskedUser[]> {
  const { users, lists } = toLists(asked);
  for (const [place, blocked] of await session.query<BlockedRow>(blockedOf, valuesOf(lists))) {
    const list = listAt(lists, place);
    for (const nth of blocked?.split(',') ?? []) {
      const user = list.users[Number(nth) - 1];
      if (user) user.isBlocked = true;
    }
  }
  return users;
}

async function readChecks(session: Session, asked: readonly Asked[]): Promise<AskedUser[]> {
  const { users, lists } = toLists(asked);
  for (const row of await session.query<CheckRow>(checksOf, valuesOf(lists))) {
    const list = listAt(lists, row[8]);
    const user = row[10] === null ? undefined : list.users[row[10] - 1];
    if (!user) continue;
    user.isBlocked = true;
    user.isPushed = row[9];
    user.check = { matchedBy: row[11] ? user.user.kind : 'variant', entry: toEntry(row) };
  }
  return users;
}

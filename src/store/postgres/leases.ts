/** Who does a piece of work now, in the table `lease`. A row is there as long as somebody has it, or had it and died. */
import { LeaseLost } from '../../core/leases.ts';
import type { Lease, Leases } from '../../core/ports.ts';
import type { Session, Sessions, Sql } from './session.ts';

interface LeaseRow {
  readonly work: string;
  readonly token: number;
}

/** Looks first, so that who is refused waits for no lock and takes no token. */
const claim: Sql = {
  name: 'claim_lease',
  text: `INSERT INTO lease AS held (work, node, token, until)
    SELECT $1, $2, nextval('lease_token'), clock_timestamp() + $3::float8 * interval '1 millisecond'
    WHERE NOT EXISTS (SELECT FROM lease WHERE work = $1 AND node <> $2 AND until > clock_timestamp())
    ON CONFLICT (work) DO UPDATE SET
      node = excluded.node,
      token = CASE WHEN held.node = excluded.node THEN held.token ELSE excluded.token END,
      until = clock_timestamp() + $3::float8 * interval '1 millisecond'
    WHERE held.node = excluded.node OR held.until <= clock_timestamp()
    RETURNING work, token`,
};
const renew: Sql = {
  name: 'renew_lease',
  text: `UPDATE lease SET until = clock_timestamp() + $3::float8 * interval '1 millisecond' WHERE work = $1 AND token = $2`,
};
const release: Sql = { name: 'release_lease', text: 'DELETE FROM lease WHERE work = $1 AND token = $2' };
const lock: Sql = {
  name: 'lock_leases',
  text: 'SELECT work, token FROM lease WHERE work = ANY($1::text[]) ORDER BY work FOR SHARE',
};

/** `node` is no other's. Each is one statement that does no more when it is run twice. */
export function createLeases(sessions: Pick<Sessions, 'read'>, node: string): Leases {
  return {
    isShared: true,
    async claim(work, forMs) {
      const [row] = await sessions.read((session) => session.query<LeaseRow>(claim, [work, node, forMs]));
      return row;
    },
    async renew({ work, token }, forMs) {
      return (await sessions.read((session) => session.run(renew, [work, token, forMs]))) > 0;
    },
    async release({ work, token }) {
      await sessions.read((session) => session.run(release, [work, token]));
    },
  };
}

/** The leases that the writes of one transaction carry, locked: a takeover waits until it is over. */
export class LockedLeases {
  readonly #tokens: ReadonlyMap<string, number>;

  private constructor(rows: readonly LeaseRow[]) {
    this.#tokens = new Map(rows.map(({ work, token }) => [work, token]));
  }

  static async of(session: Session, leases: readonly (Lease | undefined)[]): Promise<LockedLeases> {
    const works = new Set(leases.flatMap((lease) => lease?.work ?? []));
    return new LockedLeases(works.size === 0 ? [] : await session.query<LeaseRow>(lock, [[...works]]));
  }

  /** Throws LeaseLost unless it is the latest of its work. */
  check(lease: Lease | undefined): void {
    if (lease && this.#tokens.get(lease.work) !== lease.token) throw new LeaseLost(lease.work);
  }
}

/** What is to be said to providers, as it is read. */
import { Refusal } from '../../core/errors.ts';
import type { ConnectionName, PhoneNumberId } from '../../core/ids.ts';
import type { DueNumber, DuePushes, Removals, SyncCount } from '../../core/ports.ts';
import type { Push, PushGoal } from '../../core/push.ts';
import { type Target, userOfTarget } from '../changes/push-targets.ts';
import { isBehind, isOutdated, pushedLists } from './push-lists.ts';
import type { Session } from './session.ts';

interface ListRow {
  readonly isBehind: boolean;
  readonly isComplete: boolean;
  /** How many places the provider's list has left; negative: it holds more than it should. */
  readonly free: number;
}

interface DueRow {
  readonly target: Target;
  readonly goal: PushGoal;
  readonly generation: number;
  readonly attempts: number;
  readonly isIntent: boolean;
  readonly occupies: boolean;
}

type NothingDue = { readonly target: null };

/** The numbers of a connection that have something to push now or later; what is behind its connection is due. */
export async function readDue(session: Session, connection: ConnectionName): Promise<readonly DueNumber[]> {
  return session.query<DueNumber>(dueSql, [connection]);
}

/** `behind`: the list has to follow its connection first. Of a number that is not pushed, nothing is due. */
export async function readNextPushes(
  session: Session,
  number: PhoneNumberId,
  at: number,
  limit: number,
): Promise<DuePushes | 'behind'> {
  const rows = await session.query<ListRow & (DueRow | NothingDue)>(nextSql, [number, at, limit]);
  const [list] = rows;
  if (!list) return { pushes: [], room: 0, isComplete: true };
  if (list.isBehind) return 'behind';
  const due = rows.filter((row) => row.target !== null);
  const [there, others] = [due.filter(isThere), due.filter((row) => !isThere(row))];
  const room = Math.max(0, list.free + there.length);
  return { pushes: [...there, ...others].map(toPush), room, isComplete: list.isComplete };
}

export async function readSyncCounts(session: Session): Promise<readonly SyncCount[]> {
  return session.query<SyncCount>(countsSql);
}

/** Unblocks that the provider has not confirmed. */
export async function readRemovals(session: Session, number: PhoneNumberId): Promise<Removals> {
  const [row] = await session.query<{ readonly asOf: number; readonly targets: Target[] }>(removalsSql, [number]);
  if (!row) throw new Refusal({ kind: 'number_not_found', asked: number });
  return { asOf: row.asOf, users: row.targets.map(userOfTarget) };
}

/** The numbers of a connection whose provider's list is still to be imported. */
export async function readImports(session: Session, connection: ConnectionName): Promise<PhoneNumberId[]> {
  return (await session.query<{ readonly id: PhoneNumberId }>(importsSql, [connection])).map(({ id }) => id);
}

/** As of when the provider's list of a number is still to be imported; `undefined`: it need not be. */
export async function readImporting(session: Session, number: PhoneNumberId): Promise<number | 'behind' | undefined> {
  const [row] = await session.query<{ readonly asOf: number; readonly isOutdated: boolean }>(importingSql, [number]);
  return row?.isOutdated ? 'behind' : row?.asOf;
}

/** Who is blocked again before the provider has let go of them needs no new place: theirs is kept for them. */
function isThere({ goal, occupies }: DueRow): boolean {
  return goal === 'block' && occupies;
}

function toPush({ target, goal, generation, attempts, isIntent }: DueRow): Push {
  return { user: userOfTarget(target), goal, generation, attempts, isIntent };
}

/** While an intent is under way, what the provider was to be told of the same user before has to wait. */
const isFree = `NOT EXISTS (
  SELECT 1 FROM push_intent WHERE push_intent.number = push.number AND push_intent.target = push.target)`;

const dueSql = {
  name: 'pushes_due',
  text: `SELECT number, due AS "dueAt" FROM (
      SELECT push_list.number, CASE WHEN enqueue_after IS NOT NULL OR ${isBehind} THEN 0 ELSE least(
        (SELECT due FROM push
         WHERE push.number = push_list.number AND due IS NOT NULL AND generation > enqueue_through AND ${isFree}
         ORDER BY due LIMIT 1),
        (SELECT min(due) FROM push_intent WHERE push_intent.number = push_list.number)) END AS due
      FROM ${pushedLists}
      WHERE business_number.connection = $1) AS listed
    WHERE due IS NOT NULL`,
};

const nextSql = {
  name: 'pushes_next',
  text: `SELECT ${isBehind} AS "isBehind", enqueue_after IS NULL AS "isComplete",
      rule_push_capacity - occupied AS free, next.*
    FROM ${pushedLists}
    LEFT JOIN LATERAL (
      SELECT * FROM (
        (SELECT target, goal, generation, attempts, false AS "isIntent", occupies, due FROM push
         WHERE push.number = push_list.number AND due <= $2 AND generation > enqueue_through AND ${isFree}
         ORDER BY due, generation LIMIT $3)
        UNION ALL
        (SELECT target, goal, generation, attempts, true, false, due FROM push_intent
         WHERE push_intent.number = push_list.number AND due <= $2
         ORDER BY due, generation LIMIT $3)) AS either
      ORDER BY due, generation LIMIT $3) AS next ON true
    WHERE business_number.id = $1
    ORDER BY due, generation`,
};

const removalsSql = {
  name: 'push_removals',
  text: `SELECT seq AS "asOf", ARRAY(SELECT target FROM push WHERE number = $1 AND goal = 'unblock') AS targets
    FROM number_state WHERE number = $1`,
};

const importsSql = {
  name: 'push_imports',
  text: `SELECT id FROM ${pushedLists} WHERE business_number.connection = $1 AND (import_pending OR ${isOutdated})`,
};

const importingSql = {
  name: 'push_importing',
  text: `SELECT enqueue_through AS "asOf", ${isOutdated} AS "isOutdated" FROM ${pushedLists}
    WHERE business_number.id = $1 AND (import_pending OR ${isOutdated})`,
};

// Whoever is blocked has a row, or will get one: what is not counted otherwise is pending.
const countsSql = {
  name: 'push_counts',
  text: `WITH pushed AS MATERIALIZED (
      SELECT connection, number, count
      FROM business_number JOIN number_state ON number_state.number = business_number.id
      WHERE connection IS NOT NULL
    ), counted AS (
      SELECT connection, state, users FROM pushed JOIN push_count USING (number) WHERE state <> 'pending'
      UNION ALL
      SELECT connection, 'pending', count - coalesce((
        SELECT sum(users) FROM push_count
        WHERE push_count.number = pushed.number AND state NOT IN ('pending', 'removing')), 0)
      FROM pushed
    )
    SELECT connection, state, sum(users)::bigint AS users FROM counted
    GROUP BY connection, state HAVING sum(users) > 0 ORDER BY connection, state`,
};

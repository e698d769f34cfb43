/** When a list is pushed, and when it is another list that it is pushed to. The caller has locked the number. */
import type { PhoneNumberId } from '../../core/ids.ts';
import { arePushed, type Rules } from '../../core/rules.ts';
import type { UpstreamChange } from './numbers.ts';
import type { Session } from './session.ts';

/** Another connection or id is another list, of which nothing is known. */
export async function followUpstream(
  session: Session,
  number: PhoneNumberId,
  { before, after, isAskedAgain }: UpstreamChange,
  at: number,
): Promise<void> {
  const { upstream } = after;
  const { connection, numberId } = before?.upstream ?? {};
  if (!upstream) await endPushing(session, number);
  else if (upstream.connection !== connection || upstream.numberId !== numberId) {
    await endPushing(session, number);
    await session.run(beginSql, [number, upstream.connection]);
  } else {
    const places = capacityOf(after.rules) - capacityOf(before?.rules);
    if (places > 0) await session.run(releaseSql, [number, at, places]);
    if (isAskedAgain) await retryFailed(session, number, at);
  }
}

/** The list is not pushed any more. */
export async function endPushing(session: Session, number: PhoneNumberId): Promise<void> {
  await session.run(endSql, [number]);
}

/**
 * If the connection has come to reach another list, the entries are gone through again, and the unblocks that were not confirmed
 * are said there, too. What is under way is of an earlier generation.
 */
export async function beginAgain(session: Session, number: PhoneNumberId, at: number): Promise<void> {
  await session.run(beginAgainSql, [number, at]);
}

/** All that a change of the connection means for the list: whoever made it may have ended before. */
export async function followConnection(session: Session, number: PhoneNumberId, at: number): Promise<void> {
  await beginAgain(session, number, at);
  await retryFailed(session, number, at);
}

/** Tries again what had failed. */
export async function retryFailed(session: Session, number: PhoneNumberId, at: number): Promise<void> {
  await session.run(retryFailedSql, [number, at]);
}

/** Gives up to `limit` entries their pushes, unless they have a new one. False: all entries have theirs. */
export async function enqueue(session: Session, number: PhoneNumberId, at: number, limit: number): Promise<boolean> {
  const [row] = await session.query<{ readonly hasMore: boolean }>(enqueueSql, [number, at, limit]);
  return row?.hasMore ?? false;
}

/** What the provider listed when that was the last sequence number is blocked here now. */
export async function endImport(session: Session, number: PhoneNumberId, asOf: number): Promise<void> {
  await session.run(importedSql, [number, asOf]);
}

function capacityOf(rules: Rules | undefined): number {
  return rules && arePushed(rules) ? rules.pushCapacity : 0;
}

export const pushedLists = `business_number
  JOIN push_list ON push_list.number = business_number.id
  JOIN connection ON connection.name = business_number.connection`;

/** Of a row of `pushedLists`: its connection has come to reach another list, and it was not begun again yet. */
export const isOutdated = '(push_list.epoch < connection.epoch)';

/** The same, or what had failed was not tried again since its connection was changed. */
export const isBehind = '(push_list.revision < connection.revision)';

const again = `state = 'pending', code = NULL, detail = NULL, attempts = 0, due = $2`;

/** Adds to the counts of a number: `(state, users)` is what `rows` selects, maybe several of a state. */
function countPushes(rows: string): string {
  return `INSERT INTO push_count (number, state, users)
    SELECT $1, state, sum(users) FROM (${rows}) AS counted GROUP BY state HAVING sum(users) <> 0
    ON CONFLICT (number, state) DO UPDATE SET users = push_count.users + excluded.users`;
}

const beginSql = {
  name: 'push_list_begin',
  text: `INSERT INTO push_list (number, enqueue_after, enqueue_through, occupied, import_pending, revision, epoch)
    SELECT number, CASE WHEN count > 0 THEN 0 END, seq, 0, true, revision, epoch
    FROM number_state, connection WHERE number = $1 AND connection.name = $2`,
};

const endSql = {
  name: 'push_list_end',
  text: `WITH counts AS (DELETE FROM push_count WHERE number = $1),
      intents AS (DELETE FROM push_intent WHERE number = $1),
      pushes AS (DELETE FROM push WHERE number = $1)
    DELETE FROM push_list WHERE number = $1`,
};

const beginAgainSql = {
  name: 'push_list_begin_again',
  text: `WITH state AS (
      UPDATE number_state SET seq = seq + 1
      WHERE number IN (SELECT push_list.number FROM ${pushedLists} WHERE business_number.id = $1 AND ${isOutdated})
      RETURNING count, seq
    ), removals AS (
      UPDATE push SET generation = state.seq, ${again} FROM state WHERE number = $1 AND goal = 'unblock'
    )
    UPDATE push_list
    SET enqueue_after = CASE WHEN state.count > 0 THEN 0 END, enqueue_through = state.seq - 1, import_pending = true,
        revision = connection.revision, epoch = connection.epoch
    FROM state, business_number JOIN connection ON connection.name = business_number.connection
    WHERE push_list.number = $1 AND business_number.id = $1`,
};

const releaseSql = {
  name: 'push_release',
  text: `WITH released AS (
      UPDATE push SET ${again}
      WHERE number = $1 AND target IN (
        SELECT target FROM push
        WHERE number = $1 AND state = 'overflow'
          AND generation > (SELECT enqueue_through FROM push_list WHERE number = $1)
        ORDER BY generation LIMIT $3)
      RETURNING 1
    )
    ${countPushes(
      `SELECT 'overflow' AS state, -count(*) AS users FROM released
       UNION ALL SELECT 'pending', count(*) FROM released`,
    )}`,
};

// An unblock is counted as one, whether it has failed or not.
const retryFailedSql = {
  name: 'push_retry_failed',
  text: `WITH retried AS (
      UPDATE push SET ${again} WHERE number = $1 AND state = 'failed' RETURNING goal
    ), followed AS (
      UPDATE push_list SET revision = connection.revision
      FROM business_number JOIN connection ON connection.name = business_number.connection
      WHERE push_list.number = $1 AND business_number.id = $1
    )
    ${countPushes(
      `SELECT 'failed' AS state, -count(*) AS users FROM retried WHERE goal = 'block'
       UNION ALL SELECT 'pending', count(*) FROM retried WHERE goal = 'block'`,
    )}`,
};

const enqueueSql = {
  name: 'push_enqueue',
  text: `WITH list AS MATERIALIZED (
      SELECT enqueue_after AS after, enqueue_through AS through, seq
      FROM push_list JOIN number_state USING (number) WHERE number = $1 AND enqueue_after IS NOT NULL
    ), slice AS MATERIALIZED (
      SELECT seq, coalesce(wa_id, user_id) AS target, row_number() OVER (ORDER BY seq) AS place
      FROM (
        SELECT seq, wa_id, user_id FROM block_entry
        WHERE number = $1 AND seq > (SELECT after FROM list) AND seq <= (SELECT through FROM list)
        ORDER BY seq LIMIT $3) AS entries
    ), looked_at AS (
      SELECT count(*) AS size, max(seq) AS last FROM slice
    ), before AS MATERIALIZED (
      SELECT goal, state, occupies FROM push
      WHERE number = $1 AND target IN (SELECT target FROM slice) AND generation <= (SELECT through FROM list)
    ), put AS (
      INSERT INTO push
        (number, target, goal, generation, state, occupies, code, detail, attempts, last_attempt_at, due)
      SELECT $1, target, 'block', list.seq + place, 'pending', false, NULL, NULL, 0, NULL, $2::bigint FROM list, slice
      ON CONFLICT (number, target) DO UPDATE SET
        goal = 'block', generation = excluded.generation, state = 'pending', occupies = false,
        code = NULL, detail = NULL, attempts = 0, last_attempt_at = NULL, due = excluded.due
      WHERE push.generation <= (SELECT through FROM list)
      RETURNING 1
    ), counted AS (
      ${countPushes(
        `SELECT CASE goal WHEN 'unblock' THEN 'removing' ELSE state END AS state, -count(*) AS users
         FROM before GROUP BY 1
         UNION ALL SELECT 'pending', count(*) FROM put`,
      )}
    ), numbered AS (
      UPDATE number_state SET seq = seq + size FROM looked_at WHERE number = $1 AND size > 0
    ), ended AS (
      SELECT CASE WHEN size = $3 AND last <> through THEN last END AS after FROM list, looked_at
    ), saved AS (
      UPDATE push_list
      SET enqueue_after = ended.after, occupied = occupied - (SELECT count(*) FROM before WHERE occupies)
      FROM ended WHERE number = $1
    )
    SELECT after IS NOT NULL AS "hasMore" FROM ended`,
};

const importedSql = {
  name: 'push_imported',
  text: 'UPDATE push_list SET import_pending = false WHERE number = $1 AND enqueue_through = $2',
};

/** What becomes of deliveries. */
import type { AppOwner } from '../../core/apps.ts';
import type { DeliveryId } from '../../core/ids.ts';
import type { DeliveryResult } from '../../core/ports.ts';
import { keyOfApp, ownerOfKey } from '../changes/app-rows.ts';
import { placeOf, toDeliveryId } from '../changes/delivery-ids.ts';
import { ownDelivery } from '../changes/own-delivery.ts';
import { addDeliveries, countDeliveries, fit, makeRoom, readRoom, toDeliveryRow } from './delivery-writes.ts';
import type { Session } from './session.ts';
import { runTogether } from './write.ts';

export async function settleDelivery(
  session: Session,
  id: DeliveryId,
  result: DeliveryResult,
  at: number,
): Promise<void> {
  const { seq, tail } = placeOf(id);
  if (result.kind === 'delivered') await session.run(deleteSql, [seq, tail]);
  else await session.run(attemptedSql, [seq, tail, result.kind === 'retry' ? result.at : null, at, result.detail]);
}

export async function redeliver(session: Session, id: DeliveryId, at: number): Promise<AppOwner | undefined> {
  const { seq, tail } = placeOf(id);
  const [row] = await session.query<{ readonly app: string }>(redeliverSql, [seq, tail, at]);
  return row && ownerOfKey(row.app);
}

export async function addDelivery(
  session: Session,
  owner: AppOwner,
  body: string,
  at: number,
  maxBytes: number,
): Promise<DeliveryId> {
  const app = keyOfApp(owner);
  const [room] = await readRoom(session, [app], 1);
  const [seq] = room?.places ?? [];
  if (!room || seq === undefined) throw new Error(`how much is kept for ${app} was not read`);
  const row = toDeliveryRow(ownDelivery(owner, body, at), seq);
  const isFull = fit(room, row.bytes, maxBytes);
  await runTogether(session, addDeliveries([row]));
  const { values, ...sql } = makeRoom(app, maxBytes);
  if (isFull) await session.run(sql, values);
  return toDeliveryId(row);
}

/** Forgets all that was for an app. */
export async function forgetDeliveries(session: Session, app: AppOwner): Promise<void> {
  await session.run(forgetSql, [keyOfApp(app)]);
}

// What was given up is looked at before it is changed, as it is counted apart.
const before = `before AS (
  SELECT app, seq, bytes, due IS NULL AS is_given_up FROM delivery WHERE seq = $1 AND tail = $2 FOR UPDATE)`;

const deleteSql = {
  name: 'delivery_done',
  text: `WITH gone AS (DELETE FROM delivery WHERE seq = $1 AND tail = $2 RETURNING app, bytes, due)
    ${countDeliveries(
      `SELECT app, -(due IS NOT NULL)::int AS waiting, -(due IS NOT NULL)::int * bytes AS waiting_bytes,
         -(due IS NULL)::int AS given_up, -(due IS NULL)::int * bytes AS given_up_bytes
       FROM gone`,
    )}`,
};

/** Moves between the counts what `before` was not and `after` is, or the other way round. */
const recount = countDeliveries(
  `SELECT before.app, by AS waiting, by * bytes AS waiting_bytes, -by AS given_up, -by * bytes AS given_up_bytes
   FROM before, after, LATERAL (SELECT before.is_given_up::int - (after.due IS NULL)::int AS by) AS moved
   WHERE by <> 0`,
);

const attemptedSql = {
  name: 'delivery_attempted',
  text: `WITH ${before}, after AS (
      UPDATE delivery SET attempts = attempts + 1, due = $3, last_attempt_at = $4, detail = $5
      FROM before WHERE delivery.app = before.app AND delivery.seq = before.seq
      RETURNING delivery.due
    )
    ${recount}`,
};

const redeliverSql = {
  name: 'delivery_again',
  text: `WITH ${before}, after AS (
      UPDATE delivery SET due = $3, tried_since = $3
      FROM before WHERE delivery.app = before.app AND delivery.seq = before.seq
      RETURNING delivery.app, delivery.due
    ), counted AS (${recount})
    SELECT app FROM after`,
};

const forgetSql = {
  name: 'deliveries_forget',
  text: `WITH counts AS (DELETE FROM delivery_count WHERE app = $1) DELETE FROM delivery WHERE app = $1`,
};

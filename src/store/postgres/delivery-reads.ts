/** Deliveries, for who carries them out and who watches. */
import type { AppOwner } from '../../core/apps.ts';
import type { DeliveryId, PhoneNumberId } from '../../core/ids.ts';
import type { Delivery, DeliveryHead, DeliveryQuery, Webhooks } from '../../core/ports.ts';
import { keyOfApp, ownerOfKey } from '../changes/app-rows.ts';
import { placeOf, toDeliveryId } from '../changes/delivery-ids.ts';
import type { Session } from './session.ts';

interface HeadRow {
  readonly seq: number;
  readonly tail: Buffer;
  readonly app: string;
  readonly number: PhoneNumberId | null;
  readonly keys: string;
  readonly is_blocked: boolean;
  readonly created_at: number;
  readonly attempts: number;
  readonly due: number | null;
  readonly last_attempt_at: number | null;
  readonly detail: string | null;
  readonly bytes: number;
}

type DeliveryRow = HeadRow & { readonly body: string; readonly tried_since: number | null };
type Counts = Awaited<ReturnType<Webhooks['counts']>>;

/** The apps with something to deliver now or later. */
export async function readWaiting(session: Session): Promise<AppOwner[]> {
  return (await session.query<{ readonly app: string }>(waitingSql)).map(({ app }) => ownerOfKey(app));
}

/** An app's deliveries that are not given up, oldest first. */
export async function readNext(session: Session, app: AppOwner, limit: number): Promise<Delivery[]> {
  return (await session.query<DeliveryRow>(nextSql, [keyOfApp(app), limit])).map(toDelivery);
}

/** The same up to and with one, and without their bodies. */
export async function readLine(
  session: Session,
  app: AppOwner,
  limit: number,
  through: DeliveryId,
): Promise<DeliveryHead[]> {
  return (await session.query<HeadRow>(lineSql, [keyOfApp(app), limit, placeOf(through).seq])).map(toListed);
}

export async function readDelivery(session: Session, id: DeliveryId): Promise<Delivery | undefined> {
  const { seq, tail } = placeOf(id);
  const [row] = await session.query<DeliveryRow>(oneSql, [seq, tail]);
  return row && toDelivery(row);
}

export async function readDeliveries(
  session: Session,
  { after, limit, app }: DeliveryQuery,
): Promise<{ items: DeliveryHead[]; hasMore: boolean }> {
  const seq = after === undefined ? 0 : placeOf(after).seq;
  const rows = app
    ? await session.query<HeadRow>(pageOfSql, [seq, limit + 1, keyOfApp(app)])
    : await session.query<HeadRow>(pageSql, [seq, limit + 1]);
  return {
    items: rows.slice(0, limit).map(toListed),
    hasMore: rows.length > limit,
  };
}

export async function readWebhookCounts(session: Session): Promise<Counts> {
  const [counts] = await session.query<Counts>(countsSql);
  return { waiting: 0, givenUp: 0, deliveryBytes: 0, held: 0, heldBytes: 0, ...counts };
}

function toDelivery(row: DeliveryRow): Delivery {
  return { ...toHead(row), body: row.body, triedSince: row.tried_since ?? row.created_at };
}

function toListed(row: HeadRow): DeliveryHead {
  return { ...toHead(row), bytes: row.bytes };
}

function toHead(row: HeadRow): Omit<Delivery, 'body' | 'triedSince'> {
  return {
    id: toDeliveryId(row),
    app: ownerOfKey(row.app),
    ...(row.number !== null && { number: row.number }),
    keys: JSON.parse(row.keys) as string[],
    isBlocked: row.is_blocked,
    createdAt: row.created_at,
    attempts: row.attempts,
    dueAt: row.due,
    ...(row.last_attempt_at !== null && { lastAttemptAt: row.last_attempt_at }),
    ...(row.detail !== null && { detail: row.detail }),
  };
}

const head = 'seq, tail, app, number, keys, is_blocked, created_at, attempts, due, last_attempt_at, detail, bytes';

const waitingSql = {
  name: 'apps_waiting',
  text: 'SELECT app FROM delivery_count GROUP BY app HAVING sum(waiting) > 0 ORDER BY app',
};

const nextSql = {
  name: 'deliveries_next',
  text: `SELECT ${head}, tried_since, body FROM delivery WHERE app = $1 AND due IS NOT NULL ORDER BY seq LIMIT $2`,
};

const lineSql = {
  name: 'deliveries_line',
  text: `SELECT ${head} FROM delivery WHERE app = $1 AND due IS NOT NULL AND seq <= $3 ORDER BY seq LIMIT $2`,
};

const oneSql = {
  name: 'delivery',
  text: `SELECT ${head}, tried_since, body FROM delivery WHERE seq = $1 AND tail = $2`,
};

const pageSql = { name: 'deliveries_page', text: `SELECT ${head} FROM delivery WHERE seq > $1 ORDER BY seq LIMIT $2` };

const pageOfSql = {
  name: 'deliveries_page_of',
  text: `SELECT ${head} FROM delivery WHERE app = $3 AND seq > $1 ORDER BY seq LIMIT $2`,
};

const countsSql = {
  name: 'webhook_counts',
  text: `SELECT coalesce(sum(waiting), 0)::bigint AS waiting, coalesce(sum(given_up), 0)::bigint AS "givenUp",
      coalesce(sum(waiting_bytes + given_up_bytes), 0)::bigint AS "deliveryBytes",
      (SELECT coalesce(sum(messages), 0)::bigint FROM held_count) AS held,
      (SELECT coalesce(sum(bytes), 0)::bigint FROM held_count) AS "heldBytes"
    FROM delivery_count`,
};

/** How deliveries are kept and counted. */
import { randomBytes } from 'node:crypto';
import { Refusal } from '../../core/errors.ts';
import type { PhoneNumberId } from '../../core/ids.ts';
import { keyOfApp } from '../changes/app-rows.ts';
import { tailBytes } from '../changes/delivery-ids.ts';
import type { NewDelivery } from '../changes/tables.ts';
import type { Session } from './session.ts';
import { toWrite, type Write } from './write.ts';

/** How long a provider, whose POST finds no room, had better wait. In seconds. */
const retryAfter = 30;

/** A delivery that is to be written, in its place. */
export interface DeliveryRow {
  readonly app: string;
  readonly seq: number;
  readonly tail: Buffer;
  readonly number: PhoneNumberId | null;
  readonly keys: string;
  readonly isBlocked: boolean;
  readonly createdAt: number;
  readonly bytes: number;
  readonly body: string;
}

/** How much is kept for an app. */
export interface Sizes {
  readonly waiting: number;
  readonly givenUp: number;
}

export interface Room extends Sizes {
  readonly app: string;
  /** Places for so many deliveries as were asked for, ascending; the same for all apps that are asked about together. */
  readonly places: readonly number[];
}

/** How much is kept for each of these apps, and places for `count` more deliveries. */
export async function readRoom(session: Session, apps: readonly string[], count: number): Promise<readonly Room[]> {
  return session.query<Room>(roomSql, [apps, count]);
}

export function toDeliveryRow(
  { app, number, keys, body, isBlocked, createdAt }: NewDelivery,
  seq: number,
): DeliveryRow {
  return {
    app: keyOfApp(app),
    seq,
    tail: randomBytes(tailBytes),
    number: number ?? null,
    keys: JSON.stringify(keys),
    isBlocked,
    createdAt,
    bytes: Buffer.byteLength(body),
    body,
  };
}

/** Refuses (`overloaded`) what finds no room. Gives whether of those given up some have to make room. */
export function fit({ waiting, givenUp }: Sizes, bytes: number, maxBytes: number): boolean {
  if (waiting + bytes > maxBytes) throw new Refusal({ kind: 'overloaded', retryAfter });
  return waiting + bytes + givenUp > maxBytes;
}

/** Keeps new deliveries, and counts them. */
export function addDeliveries(rows: readonly DeliveryRow[]): Write[] {
  if (rows.length === 0) return [];
  const column = <Value>(of: (row: DeliveryRow) => Value) => rows.map(of);
  const counted = new Map<string, { deliveries: number; bytes: number }>();
  for (const { app, bytes } of rows) {
    const before = counted.get(app) ?? { deliveries: 0, bytes: 0 };
    counted.set(app, { deliveries: before.deliveries + 1, bytes: before.bytes + bytes });
  }
  // In one order everywhere, so that no two wait for each other.
  const apps = [...counted].sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    toWrite(addSql, [
      column(({ app }) => app),
      column(({ seq }) => seq),
      column(({ tail }) => tail),
      column(({ number }) => number),
      column(({ keys }) => keys),
      column(({ isBlocked }) => isBlocked),
      column(({ createdAt }) => createdAt),
      column(({ bytes }) => bytes),
      column(({ body }) => body),
    ]),
    toWrite(countSql, [
      apps.map(([app]) => app),
      apps.map(([, { deliveries }]) => deliveries),
      apps.map(([, { bytes }]) => bytes),
    ]),
  ];
}

/** Of those given up the oldest go, until an app has no more than `maxBytes`. To be run after what makes it necessary. */
export function makeRoom(app: string, maxBytes: number): Write {
  return toWrite(makeRoomSql, [app, maxBytes]);
}

/**
 * An app's counts are the sums of several rows, so that numbers which share an app seldom wait for each other: each connection
 * to the database counts in one of them.
 */
const slot = 'pg_backend_pid() % 16';

/** Adds to the counts of apps: `(app, waiting, waiting_bytes, given_up, given_up_bytes)` is what `rows` selects. */
export function countDeliveries(rows: string): string {
  return `INSERT INTO delivery_count (app, slot, waiting, waiting_bytes, given_up, given_up_bytes)
    SELECT app, ${slot}, waiting, waiting_bytes, given_up, given_up_bytes FROM (${rows}) AS counted
    ON CONFLICT (app, slot) DO UPDATE SET
      waiting = delivery_count.waiting + excluded.waiting,
      waiting_bytes = delivery_count.waiting_bytes + excluded.waiting_bytes,
      given_up = delivery_count.given_up + excluded.given_up,
      given_up_bytes = delivery_count.given_up_bytes + excluded.given_up_bytes`;
}

const roomSql = {
  name: 'delivery_room',
  text: `WITH places AS MATERIALIZED (
      SELECT json_agg(nextval('delivery_seq')) AS places FROM generate_series(1, $2::int))
    SELECT asked.app,
      (SELECT coalesce(sum(waiting_bytes), 0)::bigint FROM delivery_count WHERE app = asked.app) AS waiting,
      (SELECT coalesce(sum(given_up_bytes), 0)::bigint FROM delivery_count WHERE app = asked.app) AS "givenUp",
      coalesce(places, '[]') AS places
    FROM unnest($1::text[]) AS asked (app), places`,
};

const addSql = {
  name: 'delivery_add',
  text: `INSERT INTO delivery
      (app, seq, tail, number, keys, is_blocked, created_at, attempts, due, bytes, body)
    SELECT app, seq, tail, number, keys, is_blocked, created_at, 0, created_at, bytes, body
    FROM unnest(
      $1::text[], $2::bigint[], $3::bytea[], $4::text[], $5::text[], $6::boolean[], $7::bigint[], $8::int[], $9::text[])
      AS added (app, seq, tail, number, keys, is_blocked, created_at, bytes, body)`,
};

const countSql = {
  name: 'delivery_count_add',
  text: countDeliveries(`SELECT *, 0 AS given_up, 0 AS given_up_bytes
    FROM unnest($1::text[], $2::bigint[], $3::bigint[]) AS added (app, waiting, waiting_bytes)`),
};

/** At most so many are looked at: more make room when more is needed. */
const slice = 10_000;

const makeRoomSql = {
  name: 'delivery_make_room',
  text: `WITH excess AS (
      SELECT sum(waiting_bytes + given_up_bytes) - $2::bigint AS bytes FROM delivery_count WHERE app = $1
    ), oldest AS (
      SELECT seq, sum(bytes) OVER (ORDER BY seq) - bytes AS before
      FROM (SELECT seq, bytes FROM delivery WHERE app = $1 AND due IS NULL ORDER BY seq LIMIT ${slice}) AS first
    ), gone AS (
      DELETE FROM delivery
      WHERE app = $1 AND due IS NULL AND seq IN (SELECT seq FROM oldest, excess WHERE before < excess.bytes)
      RETURNING bytes
    )
    ${countDeliveries(
      'SELECT $1 AS app, 0 AS waiting, 0 AS waiting_bytes, -count(*) AS given_up, -coalesce(sum(bytes), 0) AS given_up_bytes FROM gone',
    )}`,
};

/** Where parts of webhooks belong, as the database tells it. */
import type { BlockedMode } from '../../core/apps.ts';
import type { AccountName, ConnectionName, PhoneNumberId } from '../../core/ids.ts';
import type { Intake } from '../../core/ports.ts';
import { partsOf } from '../../core/webhook.ts';
import type { Route } from '../changes/tables.ts';
import type { Session } from './session.ts';

/** What a connection's provider tells of a number that it knows by this id, or, without one, of none. */
export interface Asked {
  readonly connection: ConnectionName;
  readonly numberId: PhoneNumberId | undefined;
}

/** Of what is of no number hosted here, `number` is null; without an account, the connection is not there. */
interface RouteRow {
  readonly number: PhoneNumberId | null;
  readonly own: BlockedMode | null;
  readonly account: AccountName | null;
  readonly shared: BlockedMode | null;
}

/** What has to be known of a POST of a connection, part by part. */
export function askedBy({ from, webhook }: Intake): Asked[] {
  if (from.kind !== 'connection') return [];
  const { connection } = from;
  return partsOf(webhook).map(({ numberId }) => ({ connection, numberId }));
}

/** In the order of what is asked. */
export async function readRoutes(session: Session, asked: readonly Asked[]): Promise<Route[]> {
  if (asked.length === 0) return [];
  const values = [asked.map(({ connection }) => connection), asked.map(({ numberId }) => numberId ?? null)];
  return (await session.query<RouteRow>(ofUpstreams, values)).map(toRoute);
}

/** `undefined`: the number is not there. */
export async function readRouteOf(session: Session, number: string): Promise<Route | undefined> {
  const [row] = await session.query<RouteRow>(ofNumber, [number]);
  return row && toRoute(row);
}

function toRoute({ number, own, account, shared }: RouteRow): Route {
  const hosted = number !== null && { number };
  if (number !== null && own !== null) return { number, app: { owner: { kind: 'number', number }, blocked: own } };
  if (account === null || shared === null) return { ...hosted };
  return { ...hosted, app: { owner: { kind: 'account', account }, blocked: shared } };
}

const ofNumber = {
  name: 'route_of_number',
  text: `SELECT business_number.id AS number, business_number.app_blocked AS own,
           account.name AS account, account.app_blocked AS shared
    FROM business_number JOIN account ON account.name = business_number.account
    WHERE business_number.id = $1`,
};

const ofUpstreams = {
  name: 'routes_of_upstreams',
  text: `SELECT hosted.id AS number, hosted.app_blocked AS own, account.name AS account, account.app_blocked AS shared
    FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS asked (connection, number_id, place)
    LEFT JOIN LATERAL (
      SELECT id, account, app_blocked FROM business_number
      WHERE connection = asked.connection AND upstream_number_id = asked.number_id
      ORDER BY id LIMIT 1) AS hosted ON true
    LEFT JOIN connection ON connection.name = asked.connection
    LEFT JOIN account ON account.name = coalesce(hosted.account, connection.account)
    ORDER BY place`,
};

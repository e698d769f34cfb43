/** Where a part of a webhook belongs: the number that it is about, if that is hosted here, and the app that it goes on to. */
import type { DatabaseSync } from 'node:sqlite';
import type { BlockedMode } from '../../core/apps.ts';
import type { AccountName, ConnectionName, PhoneNumberId } from '../../core/ids.ts';
import type { Route, RoutesTable } from '../changes/tables.ts';
import { prepareTuples } from './statement.ts';
import type { Remembered, TurnMemory } from './turn-memory.ts';

type NumberRow = readonly [
  number: PhoneNumberId,
  own: BlockedMode | null,
  account: AccountName,
  shared: BlockedMode | null,
];
type AccountRow = readonly [account: AccountName, shared: BlockedMode | null];

const ofNumber = `SELECT business_number.id, business_number.app_blocked, account.name, account.app_blocked
  FROM business_number JOIN account ON account.name = business_number.account`;

export class Routes implements RoutesTable {
  readonly #sql;
  /** By connection and number: neither name has a space. */
  readonly #ofUpstream: Remembered<string, Route>;

  constructor(db: DatabaseSync, memory: TurnMemory) {
    this.#ofUpstream = memory.table();
    this.#sql = {
      ofNumber: prepareTuples<NumberRow>(db, `${ofNumber} WHERE business_number.id = ?`),
      ofUpstream: prepareTuples<NumberRow>(
        db,
        `${ofNumber} WHERE connection = ? AND upstream_number_id = ? ORDER BY business_number.id LIMIT 1`,
      ),
      ofConnection: prepareTuples<AccountRow>(
        db,
        `SELECT account.name, account.app_blocked
         FROM connection JOIN account ON account.name = connection.account WHERE connection.name = ?`,
      ),
    };
  }

  /** `undefined`: it is not there. */
  ofNumber(number: PhoneNumberId): Route | undefined {
    return toRoute(this.#sql.ofNumber.get(number));
  }

  /** Of what a connection's provider tells of a number that it knows by this id, or of none. */
  ofUpstream(connection: ConnectionName, numberId: PhoneNumberId | undefined): Route {
    return this.#ofUpstream.recall(`${connection} ${numberId}`, () => {
      const row = numberId === undefined ? undefined : this.#sql.ofUpstream.get(connection, numberId);
      return toRoute(row) ?? this.#ofConnection(connection);
    });
  }

  #ofConnection(connection: ConnectionName): Route {
    const [account, blocked] = this.#sql.ofConnection.get(connection) ?? [];
    return account === undefined || !blocked ? {} : { app: { owner: { kind: 'account', account }, blocked } };
  }
}

function toRoute(row: NumberRow | undefined): Route | undefined {
  if (!row) return undefined;
  const [number, own, account, shared] = row;
  if (own !== null) return { number, app: { owner: { kind: 'number', number }, blocked: own } };
  return shared === null ? { number } : { number, app: { owner: { kind: 'account', account }, blocked: shared } };
}

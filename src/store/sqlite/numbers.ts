/** The business numbers. */
import type { DatabaseSync } from 'node:sqlite';
import { advance } from '../../core/block-list.ts';
import type { ConnectionName, PhoneNumberId } from '../../core/ids.ts';
import { type BusinessNumber, changeNumber, isNumberFault, type NumberPatch } from '../../core/numbers.ts';
import type { Actor, DirectoryPage, DirectoryQuery, Key, NumberPut } from '../../core/ports.ts';
import { toDirectoryPage } from '../changes/directory-page.ts';
import { type NumberRow, numberColumns, numberValues, toNumber } from '../changes/number-rows.ts';
import { packUsers } from '../changes/packed-users.ts';
import type { Accounts } from './accounts.ts';
import type { Connections } from './connections.ts';
import { followUpstream } from './push-upstreams.ts';
import { prepare } from './statement.ts';
import type { SqliteTables } from './tables.ts';

/** A number, and the integer that stands for it where its list is. */
export interface HostedNumber {
  readonly number: BusinessNumber;
  readonly list: number;
}

export interface NumbersParts {
  readonly accounts: Accounts;
  readonly connections: Connections;
  readonly tables: SqliteTables;
}

export class Numbers {
  readonly #accounts: Accounts;
  readonly #connections: Connections;
  readonly #tables: SqliteTables;
  readonly #sql;
  readonly #deletes;

  constructor(db: DatabaseSync, { accounts, connections, tables }: NumbersParts) {
    this.#accounts = accounts;
    this.#connections = connections;
    this.#tables = tables;
    this.#sql = {
      one: prepare<NumberRow>(db, 'SELECT * FROM business_number WHERE id = ?'),
      hosted: prepare<NumberRow & { readonly list: number }>(
        db,
        `SELECT business_number.*, list
         FROM business_number JOIN number_state ON number_state.number = business_number.id
         WHERE business_number.id = ?`,
      ),
      knownAs: prepare<NumberRow>(
        db,
        'SELECT * FROM business_number WHERE connection = ? AND upstream_number_id = ? ORDER BY id LIMIT 1',
      ),
      page: prepare<NumberRow>(db, 'SELECT * FROM business_number WHERE id > ? ORDER BY id LIMIT ?'),
      put: prepare(
        db,
        `INSERT OR REPLACE INTO business_number (${numberColumns.join(', ')})
         VALUES (${numberColumns.map(() => '?').join(', ')})`,
      ),
      ofAccount: prepare<NumberRow>(db, 'SELECT * FROM business_number WHERE account = ? LIMIT 2'),
      ofKey: prepare<NumberRow>(
        db,
        `SELECT business_number.* FROM key_number JOIN business_number ON business_number.id = key_number.number
         WHERE key_number.key = ? AND business_number.account = ? LIMIT 2`,
      ),
    };
    this.#deletes = [
      prepare(db, 'DELETE FROM key_number WHERE number = ?'),
      prepare(db, 'DELETE FROM job WHERE number = ?'),
      prepare(db, 'DELETE FROM business_number WHERE id = ?'),
    ];
  }

  one(id: PhoneNumberId): BusinessNumber | undefined {
    const row = this.#sql.one.get(id);
    return row && toNumber(row);
  }

  hosted(id: PhoneNumberId): HostedNumber | undefined {
    const row = this.#sql.hosted.get(id);
    return row && { number: toNumber(row), list: row.list };
  }

  /** The number that a connection's provider knows by this id. */
  knownAs(connection: ConnectionName, numberId: PhoneNumberId): BusinessNumber | undefined {
    const row = this.#sql.knownAs.get(connection, numberId);
    return row && toNumber(row);
  }

  page({ after, limit }: DirectoryQuery<PhoneNumberId>): DirectoryPage<BusinessNumber> {
    return toDirectoryPage(this.#sql.page.all(after ?? '', limit + 1), limit, toNumber);
  }

  put(id: PhoneNumberId, patch: NumberPatch, at: number): NumberPut {
    const before = this.one(id);
    const number = changeNumber(id, before, patch, at);
    if (isNumberFault(number)) return number;
    const { account, upstream } = number;
    if (!this.#accounts.has(account)) return { kind: 'unknown_account', account };
    if (upstream && this.#connections.one(upstream.connection)?.account !== account)
      return { kind: 'unknown_connection', connection: upstream.connection };
    this.#write(number);
    this.#tables.states.create(id);
    if (upstream || before?.upstream) {
      const list = this.#tables.states.listOf(id);
      followUpstream(
        this.#tables.pushes,
        list,
        { before, after: number, isAskedAgain: patch.upstream !== undefined },
        at,
      );
    }
    return { kind: before ? 'changed' : 'created', number };
  }

  /** The counters and the log stay: should the number come again, its list goes on from there. */
  delete(number: PhoneNumberId, by: Actor, at: number): boolean {
    const hosted = this.one(number);
    if (!hosted) return false;
    const { states, people, entries, log, pushes, webhooks } = this.#tables;
    const before = states.open(number);
    const after = advance(before, { members: -before.count, events: 1 }, at);
    for (const statement of this.#deletes) statement.run(number);
    people.forgetAll(before.list);
    entries.removeAll(before.list);
    if (hosted.upstream) pushes.lists.end(before.list);
    webhooks.held.forgetList(before.list);
    webhooks.deliveries.forget({ kind: 'number', number });
    log.append({ number, action: 'delete_number', at, by, users: packUsers([{}]), firstSeq: after.seq });
    states.saveCounters(number, after);
    return true;
  }

  onlyOneOf(key: Key): BusinessNumber | undefined {
    const rows =
      key.numbers === 'all' ? this.#sql.ofAccount.all(key.account) : this.#sql.ofKey.all(key.id, key.account);
    const [only, another] = rows;
    return only && !another ? toNumber(only) : undefined;
  }

  #write(number: BusinessNumber): void {
    this.#sql.put.run(...numberValues(number));
  }
}

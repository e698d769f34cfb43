/** That rows can be spread over servers by their number: what the keys begin with, and what a transaction touches. */
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { afterwards } from '../../../test/helpers/cleanup.ts';
import { ownPostgres, startPostgres } from '../../../test/helpers/postgres.ts';
import type { Store } from '../../core/ports.ts';
import { openDatabase } from './database.ts';
import { lockLine } from './lines.ts';
import { openPostgresStore } from './open.ts';
import { readTransactions, recording, type Transaction } from './recorded.contract.ts';
import { assertUnspanned, copied, spreadBy, watchSpans } from './spans.contract.ts';
import { openTestStore } from './test-store.contract.ts';
import { first, numbers, second, touchEverything } from './workload.contract.ts';

/** The column that a key begins with, where it is not called `number`: the number itself, its account, or its app. */
const begins: Readonly<Record<string, string>> = {
  ...spreadBy,
  account: 'name',
  api_key: 'account',
  business_number: 'id',
  key_number: 'account',
};
/** Tables whose rows are of no number, account or app. */
const ofNobody = ['connection', 'gatehouse_schema', 'installation', 'lease'];

type Query = (sql: string) => Promise<object[]>;

/** Of every table its unique indexes, the key among them; without any, one row of nulls. */
const indexes = `
  SELECT relname AS "table", indisprimary AS "isKey", (
    SELECT array_agg(attname ORDER BY place) FROM unnest(indkey::int2[]) WITH ORDINALITY AS part (number, place)
    JOIN pg_attribute ON attrelid = pg_class.oid AND attnum = part.number
  )::text[] AS columns
  FROM pg_class LEFT JOIN pg_index ON indrelid = pg_class.oid AND indisunique
  WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY relname, indexrelid`;

interface Index {
  readonly table: string;
  readonly isKey: boolean | null;
  readonly columns: readonly string[] | null;
}

/** What stands in the way of spreading the tables. */
async function faultsOf(query: Query): Promise<string[]> {
  const found = (await query(indexes)) as Index[];
  const tables = [...new Set(found.map(({ table }) => table))];
  const faults = [...Object.keys(copied), ...Object.keys(begins), ...ofNobody]
    .filter((table) => !tables.includes(table))
    .map((table) => `${table} is not there`);
  for (const table of tables.filter((name) => !ofNobody.includes(name))) {
    const own = found.filter((index) => index.table === table);
    const column = begins[table] ?? 'number';
    const key = own.find(({ isKey }) => isKey)?.columns ?? [];
    if (key[0] !== column) faults.push(`the key of ${table} begins with ${key[0] ?? 'nothing'}, not with ${column}`);
    // What is unique is so at each server only.
    if (!(table in copied) && own.some(({ columns }) => columns && !columns.includes(column)))
      faults.push(`${table} is unique without its ${column}`);
  }
  return faults;
}

interface Recorded {
  readonly transactions: readonly Transaction[];
  /** The tables that rows were written to, of those that are spread. */
  readonly touched: readonly string[];
  /** All that are. */
  readonly spread: readonly string[];
}

const touchedSql = 'SELECT DISTINCT of FROM watched.touched ORDER BY of';
const spreadSql = `SELECT DISTINCT event_object_table::text AS of FROM information_schema.triggers ORDER BY of`;

/** Does the work on a server that writes down what it is told. */
async function record(t: TestContext, work: (store: Store, url: string) => Promise<void>): Promise<Recorded> {
  const cluster = await ownPostgres(t, recording);
  const url = await cluster.database(t);
  const store = await openPostgresStore(url);
  afterwards(t, () => store.close());
  const database = new URL(url).pathname.slice(1);
  await cluster.query(watchSpans, database);
  await work(store, url);
  const tables = async (sql: string) => (await cluster.query<{ of: string }>(sql, database)).map((row) => row.of);
  return {
    transactions: await readTransactions(cluster, database),
    touched: await tables(touchedSql),
    spread: await tables(spreadSql),
  };
}

function numbersIn({ statements }: Transaction): string[] {
  const said = statements.join('\n');
  return numbers.filter((number) => new RegExp(`\\b${number}\\b`).test(said));
}

function isOf(tables: readonly string[], { statements }: Transaction): boolean {
  return tables.some((table) => statements.some((text) => new RegExp(`\\b${table}\\b`).test(text)));
}

describe('every key', () => {
  it('begins with the number, the account or the app that a row is of', async (t) => {
    const { query } = await openTestStore(t);
    assert.deepEqual(await faultsOf(query), []);
    await query(`
      CREATE TABLE stray (id bigint PRIMARY KEY, number text);
      CREATE TABLE keyless (number text);
      CREATE UNIQUE INDEX ON held (seq)`);
    assert.deepEqual(await faultsOf(query), [
      'held is unique without its number',
      'the key of keyless begins with nothing, not with number',
      'the key of stray begins with id, not with number',
      'stray is unique without its number',
    ]);
  });
});

describe('rows that a transaction writes', () => {
  it('are of one number: which every test of the store looks at', async (t) => {
    const cluster = await startPostgres();
    const url = await cluster.database(t);
    const { sessions } = await openDatabase(url);
    afterwards(t, () => sessions.close());
    const query = (sql: string) => cluster.query<object>(sql, new URL(url).pathname.slice(1));
    await query(watchSpans);
    const begin = 'INSERT INTO number_state (number, count, version, seq, next_person) VALUES';
    await query(`${begin} ('1', 0, 0, 0, 1)`);
    await query(`${begin} ('2', 0, 0, 0, 1)`);
    await assertUnspanned(query);
    await query(`UPDATE number_state SET count = 1 WHERE number = '1'; DELETE FROM number_state WHERE number = '2'`);
    await assert.rejects(assertUnspanned(query), /number_state UPDATE/);
  });
});

describe('what a transaction says', () => {
  it('names one number, whatever is done to several at the same time, but for a key of several', async (t) => {
    const { transactions, touched, spread } = await record(t, touchEverything);
    // What does not begin with BEGIN reads, and may then name several, or commits by itself.
    const single = transactions.filter((one) => !one.isBegun && isOf(['UPDATE', 'INSERT', 'DELETE'], one));
    const begun = [...transactions.filter(({ isBegun }) => isBegun), ...single];
    assert.ok(begun.length > 100, 'the transactions were not found in the log');
    for (const number of numbers) {
      for (const some of [begun, single]) assert.ok(some.some((one) => numbersIn(one).includes(number)));
    }
    assert.deepEqual(touched, spread, 'the work writes to all tables that are spread');
    const spanning = begun.filter((one) => numbersIn(one).length > 1);
    assert.deepEqual(
      spanning.filter((one) => isOf(spread, one)),
      [],
    );
    assert.ok(spanning.length === 1 && spanning.every((one) => isOf(['key_number'], one)));
  });

  it('is seen where it names two', async (t) => {
    const { transactions, spread } = await record(t, async (_store, url) => {
      const { sessions } = await openDatabase(url);
      await sessions.transaction(async (session) => {
        await lockLine(session, first);
        await lockLine(session, second);
      });
      await sessions.close();
    });
    const found = transactions.filter((one) => one.isBegun && numbersIn(one).length > 1 && isOf(spread, one));
    assert.deepEqual(found.map(numbersIn), [[first, second]]);
  });
});

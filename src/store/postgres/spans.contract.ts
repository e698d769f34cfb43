/**
 * Whose rows each transaction writes. A test's database keeps a note of it beside the tables, so that whatever a test does to
 * the store is held against the rule: of one number, and of one account, at most.
 */
import assert from 'node:assert/strict';

/** Gives the rows of a statement. */
type Query = (sql: string) => Promise<object[]>;

/**
 * Tables with few rows, each with the reason why it is not spread: a copy of it would be at every server, where every number
 * can be compared with it.
 */
export const copied: Readonly<Record<string, string>> = {
  gatehouse_schema: 'one row: which steps the schema has taken',
  installation: 'one row: what the installation keeps for itself',
  account: 'a row for each customer',
  connection: 'a row for each way to a provider, which many numbers share',
  business_number: 'a row for each number, found by its phone number and by its id at the provider, too',
  api_key: 'a row for each key, found by its secret whatever the account',
  key_number: 'which numbers a key reaches: it names several by its nature',
  lease: 'a row for each piece of work that a node has taken on',
};

/** By which column the rows of a table would be spread; all other tables by their number. */
export const spreadBy: Readonly<Record<string, string>> = { delivery: 'app', delivery_count: 'app', seen: 'scope' };

/** Makes the notes; run once for the tables that are there. */
export const watchSpans = `
  CREATE SCHEMA watched;
  CREATE TABLE watched.touched (transaction xid8, of text, name text COLLATE "C", owner text COLLATE "C");
  CREATE FUNCTION watched.note() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      EXECUTE format(
        'INSERT INTO watched.touched SELECT DISTINCT pg_current_xact_id(), %L, %L, %I FROM rows', TG_TABLE_NAME, TG_OP, TG_ARGV[0]);
      RETURN NULL;
    END $$;
  DO $$
    DECLARE spread record;
    BEGIN
      FOR spread IN
        SELECT relname, CASE relname ${Object.entries(spreadBy)
          .map(([table, column]) => `WHEN '${table}' THEN '${column}'`)
          .join(' ')} ELSE 'number' END AS owner
        FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
          AND relname NOT IN (${Object.keys(copied)
            .map((table) => `'${table}'`)
            .join(', ')})
      LOOP
        EXECUTE format('CREATE TRIGGER note_added AFTER INSERT ON %I REFERENCING NEW TABLE AS rows
          FOR EACH STATEMENT EXECUTE FUNCTION watched.note(%L)', spread.relname, spread.owner);
        EXECUTE format('CREATE TRIGGER note_changed AFTER UPDATE ON %I REFERENCING NEW TABLE AS rows
          FOR EACH STATEMENT EXECUTE FUNCTION watched.note(%L)', spread.relname, spread.owner);
        EXECUTE format('CREATE TRIGGER note_removed AFTER DELETE ON %I REFERENCING OLD TABLE AS rows
          FOR EACH STATEMENT EXECUTE FUNCTION watched.note(%L)', spread.relname, spread.owner);
      END LOOP;
    END $$`;

/** An app is of a number or of an account, and what a connection tells of no number is nobody's but the connection's. */
const spanning = `
  SELECT array_agg(DISTINCT owner) AS owners, array_agg(DISTINCT of || ' ' || name) AS writes
  FROM (
    SELECT transaction, of, name, regexp_replace(owner, '^number:', '') AS owner FROM watched.touched
  ) AS touched
  GROUP BY transaction
  HAVING count(DISTINCT owner) FILTER (WHERE owner !~ '^(account:|@)') > 1
      OR count(DISTINCT owner) FILTER (WHERE owner ~ '^account:') > 1
      OR count(DISTINCT owner) FILTER (WHERE owner ~ '^@') > 1`;

/** No transaction so far has written rows of two numbers, accounts or connections. */
export async function assertUnspanned(query: Query): Promise<void> {
  assert.deepEqual(await query(spanning), [], 'a transaction wrote rows of several numbers');
}

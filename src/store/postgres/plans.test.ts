/** That a list is read by way of its keys, whatever PostgreSQL believes of what lies in its tables. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { afterwards } from '../../../test/helpers/cleanup.ts';
import { startPostgres } from '../../../test/helpers/postgres.ts';
import { asked, at, by, Caller, one, putNumber, two, user } from '../contract/fixture.contract.ts';
import { openPostgresStore } from './open.ts';

const entries = 20_000;
const fill = `
  INSERT INTO block_entry (number, seq, wa_id, blocked_at, dialect, key_id, request_id)
    SELECT '${one}', n, (4900000000000 + n)::text, ${at}, 'meta', 'key', 'request' FROM generate_series(1, ${entries}) AS n;
  INSERT INTO identity SELECT number, wa_id, seq FROM block_entry;
  INSERT INTO block_event SELECT number, seq, 1, blocked_at, 'block', 'meta', 'key', 'request', NULL, '[["' || wa_id || '"]]' FROM block_entry;
  UPDATE number_state SET count = ${entries}, seq = ${entries} WHERE number = '${one}';
  ANALYZE`;
const readWhole = `SELECT relname AS "table", seq_tup_read::int AS rows FROM pg_stat_user_tables
  WHERE relname IN ('block_entry', 'identity', 'block_event') AND seq_tup_read > 0`;

for (const parameters of ['', '?prepare=off']) {
  it(`reads no list from end to end ${parameters}`, async (t) => {
    const cluster = await startPostgres();
    const url = await cluster.database(t);
    const query = (sql: string) => cluster.query<object>(sql, new URL(url).pathname.slice(1));
    const first = await openPostgresStore(url);
    for (const number of [one, two]) await putNumber(first, number);
    await first.close();
    await query(fill);
    await query('SELECT pg_stat_reset()');
    const store = await openPostgresStore(`${url}${parameters}`);
    afterwards(t, () => store.close());
    for (const number of [one, two]) {
      const caller = new Caller(store, number);
      const [start, after] = [{ kind: 'start' } as const, { kind: 'after', seq: entries / 2 } as const];
      for (const position of [start, after, { kind: 'before', seq: entries / 2 } as const]) {
        await store.lists.pageOfIds(number, { position, limit: 10 });
        await store.lists.page(number, { position, limit: 10 });
      }
      await store.lists.events(number, entries / 2, 10);
      await store.lists.check(number, user('4900000000007'));
      await store.lists.removal(number, user('4900000000007'));
      await caller.block(['4900000000008', '4910000000000']);
      // Of a number that this node has written nothing is read before.
      await caller.block('4910000000001');
      await caller.receive('4900000000009', 'US.known');
      await store.lists.unblock({ number, users: asked('4900000000010'), by, at });
    }
    // The server has counted all once its connections are closed.
    await store.close();
    assert.deepEqual(await query(readWhole), []);
  });
}

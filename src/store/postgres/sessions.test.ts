import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { afterwards } from '../../../test/helpers/cleanup.ts';
import { startPostgres } from '../../../test/helpers/postgres.ts';
import { openDatabase } from './database.ts';
import type { Session, Sessions, Sql } from './session.ts';

const add: Sql = { name: 'add', text: 'INSERT INTO thing VALUES ($1, $2)' };
const lock: Sql = { name: 'lock', text: 'SELECT n, text FROM thing WHERE n = $1 FOR UPDATE' };
const count: Sql = { name: 'count', text: 'SELECT count(*) AS n FROM thing' };
const pid: Sql = { name: 'pid', text: 'SELECT pg_backend_pid() AS pid' };

async function open(t: TestContext, parameters = ''): Promise<Sessions> {
  const cluster = await startPostgres();
  const { sessions } = await openDatabase(`${await cluster.database(t)}${parameters}`);
  afterwards(t, () => sessions.close());
  await sessions.transaction((session) =>
    session.run({ name: '', text: 'CREATE TABLE thing (n bigint PRIMARY KEY, text text)' }),
  );
  return sessions;
}

function things(sessions: Sessions): Promise<number | undefined> {
  return sessions.read(async (session) => (await session.query<{ n: number }>(count))[0]?.n);
}

async function pidOf(session: Session): Promise<number | undefined> {
  return (await session.query<{ pid: number }>(pid))[0]?.pid;
}

for (const [how, parameters] of [
  ['with named statements', ''],
  ['without', '?prepare=off'],
] as const) {
  describe(`sessions ${how}`, () => {
    it('write all of a transaction or nothing', async (t) => {
      const sessions = await open(t, parameters);
      const result = await sessions.transaction(async (session) => {
        const before = await session.query(lock, [1]);
        session.send(add, [1, 'one']);
        return [before, await session.run(add, [2, 'two'])];
      });
      assert.deepEqual(result, [[], 1]);
      const failing = sessions.transaction(async (session) => {
        await session.run(add, [3, 'three']);
        throw new Error('stop');
      });
      await assert.rejects(failing, /stop/);
      assert.equal(await things(sessions), 2);
    });

    it('fail with what was sent last, and write nothing', async (t) => {
      const sessions = await open(t, parameters);
      const failing = sessions.transaction(async (session) => {
        session.send(add, [1, 'one']);
        session.send(add, [1, 'again']);
        session.send(add, [2, 'two']);
      });
      await assert.rejects(failing, { code: '23505' });
      assert.equal(await things(sessions), 0);
    });

    it('read one moment in a snapshot', async (t) => {
      const sessions = await open(t, parameters);
      const seen = await sessions.snapshot(async (session) => {
        const first = await session.query(count);
        await sessions.transaction((other) => other.run(add, [1, 'one']));
        return [first, await session.query(count)];
      });
      assert.deepEqual(seen, [[{ n: 0 }], [{ n: 0 }]]);
      assert.equal(await things(sessions), 1);
    });
  });
}

it('tries a transaction again that made way for another', async (t) => {
  const sessions = await open(t);
  await sessions.transaction((session) => session.run(add, [1, 'one']));
  await sessions.transaction((session) => session.run(add, [2, 'two']));
  let works = 0;
  const both = Promise.withResolvers<void>();
  const inOrder = (...numbers: readonly number[]) =>
    sessions.transaction(async (session) => {
      works += 1;
      await session.query(lock, [numbers[0]]);
      if (works === 2) both.resolve();
      await both.promise;
      await session.query(lock, [numbers[1]]);
    });
  await Promise.all([inOrder(1, 2), inOrder(2, 1)]);
  assert.ok(works > 2);
});

describe('a connection that is cut', () => {
  it('is no matter where it was idle, or before COMMIT', async (t) => {
    const sessions = await open(t);
    const cluster = await startPostgres();
    const cut = (backend: number | undefined) => cluster.query(`SELECT pg_terminate_backend(${backend}, 5000)`);
    const first = await sessions.read(pidOf);
    await cut(first);
    assert.notEqual(await sessions.read(pidOf), first);
    let works = 0;
    await sessions.transaction(async (session) => {
      works += 1;
      await session.run(add, [1, 'one']);
      if (works === 1) await cut(await pidOf(session));
      await session.run(add, [2, 'two']);
    });
    assert.equal(works, 2);
    assert.equal(await things(sessions), 2);
  });

  it('is a refusal where a new one is cut as well', async (t) => {
    const sessions = await open(t);
    const cluster = await startPostgres();
    const failing = sessions.read(async (session) => {
      await cluster.query(`SELECT pg_terminate_backend(${await pidOf(session)}, 5000)`);
      await session.query(count);
    });
    await assert.rejects(failing, { message: 'store_unavailable' });
    assert.equal(await things(sessions), 0);
  });
});

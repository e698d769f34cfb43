import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { afterwards } from '../../../test/helpers/cleanup.ts';
import { ownPostgres, startPostgres } from '../../../test/helpers/postgres.ts';
import { until } from '../../../test/helpers/until.ts';
import { openDatabase } from './database.ts';
import { all, create, openFar, things } from './far.contract.ts';
import { type Sessions, type Sql, UnknownOutcome } from './session.ts';
import { defaultTimeouts, type Timeouts } from './target.ts';

const unavailable = { message: 'store_unavailable' };
const add: Sql = { name: 'add', text: 'INSERT INTO thing VALUES ($1)' };
const lock: Sql = { name: 'lock', text: 'SELECT n FROM thing WHERE n = $1 FOR UPDATE' };
const linger: Sql = { name: 'linger', text: 'SELECT pg_sleep($1)' };

/** From here on time passes only by its `tick`, for what waits in this process; whoever asks again and again still may. */
function stopTime(t: TestContext) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  return t.mock.timers;
}

function isCommit(bytes: Buffer): boolean {
  return bytes.includes('COMMIT');
}

/** The two ways to commit. */
const ways = {
  'a COMMIT': (sessions: Sessions, n: number) => sessions.transaction((session) => session.run(add, [n])),
  'a statement that commits by itself': (sessions: Sessions, n: number) => sessions.write(add, [n]),
};
type Way = (typeof ways)[keyof typeof ways];

/** The server minds its standbys once its own processes have read that it has any. Gives how many were added before. */
async function addUntilUnknown(sessions: Sessions, why = /./, addOne: Way = ways['a COMMIT']): Promise<number> {
  let added = 0;
  await until(async () => {
    try {
      await addOne(sessions, added);
      added += 1;
      return false;
    } catch (error) {
      assert.ok(error instanceof UnknownOutcome && why.test(error.message), String(error));
      return true;
    }
  });
  return added;
}

/** A server of its own whose commits wait for a standby that is not there. */
async function openWithoutStandby(t: TestContext) {
  const cluster = await ownPostgres(t);
  const { sessions } = await openDatabase(cluster.url('postgres'));
  afterwards(t, () => sessions.close());
  await sessions.transaction((session) => session.run(create));
  cluster.set({ synchronous_standby_names: 'nobody' });
  await cluster.query('SELECT pg_reload_conf()');
  return { cluster, sessions };
}

describe('a commit whose answer does not come', () => {
  for (const [how, done] of [
    ['last', [{ n: 1 }]],
    ['cut', []],
  ] as const) {
    it(`is of unknown outcome, whether it was done or not (${how})`, async (t) => {
      const { sessions, proxy } = await openFar(t);
      proxy.watch((bytes) => (isCommit(bytes) ? how : undefined));
      const unknown = sessions.transaction((session) => session.run(add, [1]));
      await assert.rejects(unknown, UnknownOutcome);
      proxy.watch(undefined);
      assert.deepEqual(await things(sessions), done);
    });

    it(`is so without a transaction too (${how})`, async (t) => {
      const { sessions, proxy } = await openFar(t);
      proxy.watch((bytes) => (bytes.includes('INSERT') ? how : undefined));
      await assert.rejects(sessions.write(add, [1]), UnknownOutcome);
      proxy.watch(undefined);
      assert.deepEqual(await things(sessions), done);
      await assert.rejects(
        sessions.write(add, [1]).then(() => sessions.write(add, [1])),
        (error) => !(error instanceof UnknownOutcome),
      );
    });
  }

  it('is of unknown outcome as well where the connection stands still', async (t) => {
    const { sessions, proxy } = await openFar(t);
    const held = Promise.withResolvers<void>();
    proxy.watch((bytes) => {
      if (!isCommit(bytes)) return undefined;
      proxy.hold();
      held.resolve();
      return undefined;
    });
    const time = stopTime(t);
    const unknown = sessions.transaction((session) => session.run(add, [1]));
    await held.promise;
    time.tick(defaultTimeouts.answer);
    await assert.rejects(unknown, UnknownOutcome);
  });

  for (const [name, addOne] of Object.entries(ways))
    it(`is so too where the server gives up waiting for its standby: ${name}`, async (t) => {
      const { cluster, sessions } = await openWithoutStandby(t);
      const waits = "FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
      let isOver = false;
      const unknown = addUntilUnknown(sessions, /standby|synchronous/i, addOne).finally(() => {
        isOver = true;
      });
      await until(async () => isOver || (await cluster.query(`SELECT pg_cancel_backend(pid) ${waits}`)).length > 0);
      await unknown;
    });

  it('keeps nothing on the server that waits for ever', async (t) => {
    const { cluster, sessions } = await openWithoutStandby(t);
    const waiting = () => cluster.query("SELECT FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
    const time = stopTime(t);
    const unknown = addUntilUnknown(sessions);
    await until(async () => (await waiting()).length === 1);
    time.tick(defaultTimeouts.answer);
    const kept = await unknown;
    // It is seen, though no standby has it: that is why its outcome is not known.
    await until(async () => (await things(sessions)).length === kept + 1);
    await until(async () => (await waiting()).length === 0);
  });

  it('is a refusal where it was certainly not done', async (t) => {
    const { sessions, proxy } = await openFar(t);
    const failing = sessions.transaction(async (session) => {
      await session.run(add, [1]);
      proxy.cut();
      // The connection is known to be gone before COMMIT.
      await session.query(all).catch(() => {});
      proxy.watch(() => 'cut');
    });
    await assert.rejects(failing, unavailable);
    proxy.watch(undefined);
    assert.deepEqual(await things(sessions), []);
  });
});

describe('a network that stands still', () => {
  it('is a refusal after the time for an answer, and no matter once it is back', async (t) => {
    const { sessions, proxy } = await openFar(t);
    const time = stopTime(t);
    assert.deepEqual(await things(sessions), []);
    const { taken } = proxy;
    proxy.hold();
    const refused = things(sessions);
    await new Promise(setImmediate);
    time.tick(defaultTimeouts.answer);
    // It was idle before, so it is tried once more over another.
    await until(() => proxy.taken > taken);
    time.tick(defaultTimeouts.acquire);
    await assert.rejects(refused, unavailable);
    proxy.heal();
    await until(() => things(sessions).then(Array.isArray, () => false));
  });

  it('keeps from nobody what was locked before, if they are as patient as others', async (t) => {
    const timeouts = {
      lock: defaultTimeouts.lock / 5,
      idleInTransaction: defaultTimeouts.idleInTransaction / 5,
    };
    const { sessions, proxy, url } = await openFar(t, { timeouts });
    const { sessions: near } = await openDatabase(url, { timeouts });
    afterwards(t, () => near.close());
    await near.transaction((session) => session.run(add, [1]));
    const locked = Promise.withResolvers<void>();
    const holder = sessions.transaction(async (session) => {
      await session.query(lock, [1]);
      proxy.hold();
      locked.resolve();
    });
    const held = assert.rejects(holder, UnknownOutcome);
    await locked.promise;
    assert.deepEqual(await near.transaction((session) => session.query(lock, [1])), [{ n: 1 }]);
    proxy.heal();
    await held;
  });

  it('does not keep a store from closing', async (t) => {
    const { sessions, proxy } = await openFar(t);
    assert.deepEqual(await things(sessions), []);
    proxy.hold();
    await sessions.close();
    await assert.rejects(things(sessions), unavailable);
  });
});

describe('too much', () => {
  it('waits for a connection, refuses when it waited too long, and is back by itself', async (t) => {
    const { sessions, proxy } = await openFar(t, { parameters: '?pool=2&sslmode=disable' });
    const before = proxy.taken;
    const free = Promise.withResolvers<void>();
    const lent = [1, 2].map(() => Promise.withResolvers<void>());
    const busy = lent.map(({ resolve }) =>
      sessions.read(() => {
        resolve();
        return free.promise;
      }),
    );
    await Promise.all(lent.map(({ promise }) => promise));
    const time = stopTime(t);
    const refused = things(sessions);
    time.tick(defaultTimeouts.acquire);
    await assert.rejects(refused, unavailable);
    const patient = things(sessions);
    free.resolve();
    await Promise.all(busy);
    assert.deepEqual(await patient, []);
    await Promise.all(Array.from({ length: 20 }, () => things(sessions)));
    assert.ok(proxy.taken - before <= 2, 'two connections at most');
  });

  it('is refused where a lock or a statement takes too long', async (t) => {
    for (const parameters of ['', '?prepare=off']) {
      const { url, sessions } = await openFar(t, { parameters });
      await sessions.transaction((session) => session.run(add, [1]));
      const hasty = async (timeouts: Partial<Timeouts>) => {
        const opened = await openDatabase(`${url}${parameters}`, { timeouts });
        afterwards(t, () => opened.sessions.close());
        return opened.sessions;
      };
      const [noTime, noPatience] = [await hasty({ statement: 1000 }), await hasty({ lock: 500 })];
      const slow = noTime.transaction((session) => session.query(linger, [60]));
      await assert.rejects(slow, unavailable);
      const free = Promise.withResolvers<void>();
      const locked = Promise.withResolvers<void>();
      const holder = sessions.transaction(async (session) => {
        await session.query(lock, [1]);
        locked.resolve();
        await free.promise;
      });
      await locked.promise;
      await assert.rejects(
        noPatience.transaction((session) => session.query(lock, [1])),
        unavailable,
      );
      free.resolve();
      await holder;
    }
  });

  it('is refused where the server has no more connections', async (t) => {
    const cluster = await startPostgres();
    const url = await cluster.database(t);
    const { sessions } = await openDatabase(url);
    afterwards(t, () => sessions.close());
    const [name] = url.split('/').slice(-1);
    const role = `few_${name}`;
    await cluster.query(
      `CREATE ROLE ${role} LOGIN PASSWORD 'few' CONNECTION LIMIT 1; GRANT ALL ON ALL TABLES IN SCHEMA public TO ${role}`,
      name,
    );
    const few = await openDatabase(url.replace(/\/\/.*@/, `//${role}:few@`));
    afterwards(t, async () => {
      await few.sessions.close();
      await cluster.query(`DROP OWNED BY ${role}`, name);
      await cluster.query(`DROP ROLE ${role}`);
    });
    const free = Promise.withResolvers<void>();
    const taken = Promise.withResolvers<void>();
    const busy = few.sessions.read(() => {
      taken.resolve();
      return free.promise;
    });
    await taken.promise;
    const one: Sql = { name: 'one', text: 'SELECT 1 AS one' };
    await assert.rejects(
      few.sessions.read((session) => session.query(one)),
      unavailable,
    );
    free.resolve();
    await busy;
    assert.deepEqual(await few.sessions.read((session) => session.query(one)), [{ one: 1 }]);
  });
});

it('a server that was restarted, or crashed, is no matter to who asks afterwards', async (t) => {
  const cluster = await ownPostgres(t);
  const { sessions } = await openDatabase(cluster.url('postgres'));
  afterwards(t, () => sessions.close());
  await sessions.transaction((session) => session.run(create));
  for (const [n, end] of [() => cluster.stop(), () => cluster.stop('immediate'), () => cluster.kill()].entries()) {
    await sessions.transaction((session) => session.run(add, [n]));
    await end();
    await assert.rejects(things(sessions), unavailable);
    await cluster.start();
    assert.equal((await things(sessions)).length, n + 1);
  }
});

/** What is brought from one engine to the other, and back, is all there is. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { execPath } from 'node:process';
import { DatabaseSync } from 'node:sqlite';
import { describe, it, type TestContext } from 'node:test';
import { startPostgres } from '../../test/helpers/postgres.ts';
import { tempFolder } from '../../test/helpers/service.ts';
import type { Store } from '../core/ports.ts';
import { everybody, fill, secret, three } from './contract/everything.contract.ts';
import { at, Caller, hour, one, phones, putNumber, two } from './contract/fixture.contract.ts';
import { Pusher } from './contract/pushes.fixture.contract.ts';
import { ofOne, Taker } from './contract/webhooks.fixture.contract.ts';
import { openStore } from './index.ts';
import { movedTables } from './move-rows.ts';
import { openPostgresTarget } from './postgres/move-target.ts';
import { openSqliteTarget } from './sqlite/move-target.ts';
import { moveStore } from './upkeep.ts';

const quiet = () => {};

async function makeSource(t: TestContext): Promise<string> {
  const url = `sqlite:${path.join(tempFolder(t), 'a.db')}`;
  const store = await openStore(url);
  await fill(store);
  await store.close();
  return url;
}

async function emptyPostgres(t: TestContext): Promise<string> {
  return (await startPostgres()).database(t);
}

async function opened<Value>(url: string, work: (store: Store) => Promise<Value>): Promise<Value> {
  const store = await openStore(url);
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

function says(sentence: RegExp): (error: unknown) => true {
  return (error) => {
    assert.ok(error instanceof Error);
    assert.match(error.message, sentence);
    return true;
  };
}

/** All rows of all tables, but for what is not the same in two databases: which integer stands for a number, and tiers. */
function dump(url: string): Record<string, unknown[]> {
  using db = new DatabaseSync(url.replace('sqlite:', ''), { readOnly: true });
  const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'identity_tier'").all();
  const numbers = new Map(
    db
      .prepare('SELECT list, number FROM number_state')
      .all()
      .map(({ list, number }) => [list, number]),
  );
  return Object.fromEntries(
    tables.map(({ name }) => {
      const rows = db.prepare(`SELECT * FROM ${name}`).all();
      const told = rows
        .filter((row) => !['users', 'messages'].some((count) => row[count] === 0))
        .map(({ list, tier: _tier, ...row }) => ({
          ...row,
          ...(list !== undefined && { number: numbers.get(list) }),
          ...(name === 'seen' && { scope: numbers.get(row['scope'] as never) ?? row['scope'] }),
        }));
      return [name, told.map((row) => JSON.stringify(row)).toSorted()];
    }),
  );
}

/** What a store tells through its port. */
async function tell(store: Store): Promise<unknown> {
  const lists = [];
  for (const number of [one, two, three]) {
    const caller = new Caller(store, number);
    const pusher = new Pusher(store, number);
    lists.push({
      number: await store.directory.number(number),
      page: await caller.page(),
      events: await caller.events(),
      checks: await Promise.all(
        [...everybody, 'US.a', 'US.b', '5511987654321', '551187654321'].map((user) => caller.check(user)),
      ),
      due: number === three ? [] : await pusher.next(at + hour * 100),
    });
  }
  const taker = new Taker(store);
  return {
    lists,
    secret: Buffer.from(store.installation.cursorSecret).toString('hex'),
    admin: await store.installation.adminKeyHash(),
    key: await store.directory.keyBySecret(secret),
    waiting: await taker.waiting(),
    held: await taker.held(everybody[0] ?? ''),
    counts: { ...(await store.pushes.counts()), ...(await store.webhooks.counts()) },
  };
}

describe('a store that is moved', () => {
  it('is the same in PostgreSQL, goes on there, and comes back as it was', async (t) => {
    const from = await makeSource(t);
    const to = await emptyPostgres(t);
    const shown: string[] = [];
    const { tables, notes } = await moveStore(from, to, (step, done, total) =>
      shown.push(`${step} ${done} of ${total}`),
    );
    assert.deepEqual(notes, []);
    assert.deepEqual(
      tables.filter(({ rows }) => rows === 0).map(({ table }) => table),
      [],
      'every table was tried',
    );
    const rows = tables.reduce((sum, table) => sum + table.rows, 0);
    assert.ok(shown.includes(`copying ${rows} of ${rows}`) && shown.at(-1) === `comparing ${rows} of ${rows}`);
    assert.deepEqual(await opened(to, tell), await opened(from, tell));

    const back = `sqlite:${path.join(tempFolder(t), 'b.db')}`;
    assert.deepEqual((await moveStore(to, back, quiet)).tables, tables);
    assert.deepEqual(dump(back), dump(from));
    for (const url of [to, back]) await opened(url, goOn);
  });

  for (const engine of ['SQLite', 'PostgreSQL'] as const) {
    it(`is taken by no server of ${engine} before it is whole, and goes on where it was left`, async (t) => {
      const from = await makeSource(t);
      const long = '1005' as typeof one;
      await opened(from, async (store) => {
        await putNumber(store, long);
        await new Caller(store, long).block(phones(2500, 4_916_000_000_000));
      });
      const to = engine === 'SQLite' ? `sqlite:${path.join(tempFolder(t), 'b.db')}` : await emptyPostgres(t);
      // Within a table, of which a batch is there.
      const script = path.join(import.meta.dirname, 'upkeep-worker.contract.ts');
      const process = spawn(execPath, [script, 'migrate', from, to, 'copying', '2001'], { stdio: 'inherit' });
      assert.deepEqual(await once(process, 'exit'), [null, 'SIGKILL']);
      await assert.rejects(openStore(to, { lockWaitMs: 0 }), says(/is being filled by "gatehouse migrate"/));
      const other = await makeSource(t);
      await assert.rejects(moveStore(other, to, quiet), says(/is being filled from another database/));
      const copied: number[] = [];
      const untilAll = (step: string, done: number, total: number) => {
        if (step === 'copying') copied.push(done);
        if (done === total) throw new Error('cut');
      };
      await assert.rejects(moveStore(from, to, untilAll), /^Error: cut$/);
      const [before = 0, first = 0] = copied.slice(copied.findIndex((done) => done > 2000));
      assert.ok(
        before < 2100 && first > before && first < 2700,
        `${before}, ${first}: what was there is not copied again`,
      );
      await assert.rejects(openStore(to, { lockWaitMs: 0 }), says(/is being filled by "gatehouse migrate"/));
      await moveStore(from, to, quiet);
      assert.deepEqual(await opened(to, tell), await opened(from, tell));
      await assert.rejects(moveStore(from, to, quiet), says(/is not empty/));
    });
  }

  it('is compared row by row: what changed meanwhile is told, and no server takes it', async (t) => {
    const from = await makeSource(t);
    const to = await emptyPostgres(t);
    const cut = (step: string, done: number, total: number) => {
      if (step === 'copying' && done === total) throw new Error('cut');
    };
    await assert.rejects(moveStore(from, to, cut), /^Error: cut$/);
    using db = new DatabaseSync(from.replace('sqlite:', ''));
    db.exec('UPDATE person SET settled = 1 - settled WHERE id = (SELECT min(id) FROM person)');
    const sentence =
      /The table person is not the same in both databases: (\d+) rows of 1001 in .*a\.db, \1 in .*Begin again/;
    await assert.rejects(moveStore(from, to, quiet), says(sentence));
    await assert.rejects(openStore(to), says(/is being filled/));
  });

  it('is refused from where a server runs, or nothing is, and to where anything is', async (t) => {
    const from = await makeSource(t);
    const used = await emptyPostgres(t);
    await opened(used, fill);
    await assert.rejects(
      moveStore(from, used, quiet),
      says(/^The database 127\.0\.0\.1:\d+\/test_\w+ is not empty\.$/),
    );
    await assert.rejects(moveStore(used, from, quiet), says(/a\.db is not empty\.$/));
    await assert.rejects(moveStore(from, from, quiet), says(/name the same database/));
    await assert.rejects(moveStore(`${from}.none`, used, quiet), says(/^There is no database .*a\.db\.none\.$/));
    await assert.rejects(moveStore('mysql://u:p@h/d', used, quiet), says(/must be sqlite:PATH, .* or postgres:/));
    const empty = `sqlite:${path.join(tempFolder(t), 'b.db')}`;
    const running = /^A server runs on the database .*a\.db: stop it first\.$/;
    await opened(from, () => assert.rejects(moveStore(from, empty, quiet), says(running)));
    const connected = /^Others are connected to the database .* \("gatehouse"\): stop all servers first\.$/;
    await opened(used, () => assert.rejects(moveStore(used, empty, quiet), says(connected)));
  });

  it('is filled by one process', async (t) => {
    const url = await emptyPostgres(t);
    const table = movedTables.find(({ name }) => name === 'account');
    assert.ok(table);
    const row = ['shop', 1, null, null, null, null];
    await using first = await openPostgresTarget(url);
    await first.begin('source');
    await using second = await openPostgresTarget(url);
    await second.begin('source');
    await first.write(table, [row], { before: 0, after: '["shop"]' });
    const late = second.write(table, [row], { before: 0, after: '["shop"]' });
    await assert.rejects(late, says(/^Another process fills the database/));
  });

  for (const engine of ['SQLite', 'PostgreSQL'] as const) {
    it(`has rows and how far it is in one transaction of ${engine}`, async (t) => {
      const table = movedTables.find(({ name }) => name === 'account');
      assert.ok(table);
      await using target =
        engine === 'SQLite'
          ? await openSqliteTarget(path.join(tempFolder(t), 'b.db'))
          : await openPostgresTarget(await emptyPostgres(t));
      await target.begin('source');
      const row = (name: string) => [name, 1, null, null, null, null];
      const twice = target.write(table, [row('a'), row('b'), row('a')], { before: 0, after: '["b"]' });
      await assert.rejects(twice, /unique/i);
      assert.deepEqual([await target.count(table), (await target.begin('source')).size], [0, 0]);
      await target.write(table, [row('a')], { before: 0, after: '["a"]' });
      const filled = [...(await target.begin('source'))];
      assert.deepEqual([await target.count(table), filled], [1, [['account', { rows: 1, after: '["a"]' }]]]);
    });
  }

  it('has every column of every table, in both engines', async (t) => {
    const columns: string[] = [];
    for (const table of movedTables)
      columns.push(...Object.keys(table.columns).map((column) => `${table.name}.${column}`));
    const from = await makeSource(t);
    using db = new DatabaseSync(from.replace('sqlite:', ''));
    const inSqlite = db
      .prepare(
        "SELECT t.name || '.' || c.name AS place FROM pragma_table_list AS t, pragma_table_info(t.name) AS c WHERE t.schema = 'main'",
      )
      .all();
    // A list stands for its number; tiers are SQLite's own.
    const ours = /^(sqlite_|identity_tier\.|\w+\.list$|identity\.tier$)/;
    const to = await emptyPostgres(t);
    await opened(to, async () => {});
    const inPostgres = await (await startPostgres()).query<{ place: string }>(
      "SELECT table_name || '.' || column_name AS place FROM information_schema.columns WHERE table_schema = 'public'",
      new URL(to).pathname.slice(1),
    );
    // Of running processes, or made anew.
    const theirs =
      /^(gatehouse_schema|group_written|lease)\.|^(connection|push_list)\.(revision|epoch)$|^delivery_count\.slot$|^job\.token$|^number_state\.written(_by)?$/;
    for (const [places, own] of [
      [inSqlite, ours],
      [inPostgres, theirs],
    ] as const) {
      const unknown = places
        .map(({ place }) => String(place))
        .filter((place) => !own.test(place) && !columns.includes(place));
      assert.deepEqual(unknown, [], 'neither moved nor left out on purpose');
    }
  });
});

/** What comes next follows on what was. */
async function goOn(store: Store): Promise<void> {
  const caller = new Caller(store);
  const taker = new Taker(store);
  const [before] = (await caller.events()).slice(-1);
  const [last] = (await taker.waiting()).slice(-1);
  assert.equal((await taker.wrote(everybody[5] ?? '', 'g')).messages, 0, 'what came before is known');
  await taker.wrote('16505550000', 'new');
  await caller.block('16505550000');
  const [event] = (await caller.events()).slice(-1);
  const [delivery] = (await taker.waiting(ofOne)).slice(-1);
  assert.ok(event!.seq > before!.seq && delivery!.id > last!.id);
  await caller.unblock('US.a', { held: 'delete' });
}

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { constants, DatabaseSync } from 'node:sqlite';
import { describe, it, type TestContext } from 'node:test';
import { refusal } from '../contract/fixture.contract.ts';
import { Reader } from './reader.ts';
import { tempFolder } from './temp-folder.contract.ts';
import type { TimedGroup } from './timed-group.ts';
import { Writer, type WriterOptions } from './writer.ts';

interface Bench {
  readonly path: string;
  readonly db: DatabaseSync;
  readonly writer: Writer;
  /** Writes one row; a group of them is what the tests look at. */
  insert(value: string, cost?: number): Promise<void>;
  rows(): string[];
}

function begin(t: TestContext, options: WriterOptions = {}): Bench {
  const path = join(tempFolder(t), 'a.db');
  const db = new DatabaseSync(path);
  t.after(() => db.close());
  db.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE thing (value TEXT NOT NULL UNIQUE) STRICT',
  );
  const writer = new Writer(db, options);
  const sql = db.prepare('INSERT INTO thing (value) VALUES (?)');
  const insert = (value: string, cost?: number) =>
    writer.run(() => {
      sql.run(value);
    }, cost);
  const rows = () =>
    db
      .prepare('SELECT value FROM thing ORDER BY rowid')
      .all()
      .map((row) => String(row['value']));
  return { path, db, writer, insert, rows };
}

/** How many transactions SQLite's log holds: each ends with the one frame that tells the size of the database. */
function commits(path: string): number {
  const [headerBytes, frameBytes] = [32, 24 + 4096];
  const log = readFileSync(`${path}-wal`);
  const salts = log.subarray(16, 24);
  let found = 0;
  for (let at = headerBytes; at + frameBytes <= log.length; at += frameBytes) {
    if (log.subarray(at + 8, at + 16).equals(salts) && log.readUInt32BE(at + 4) > 0) found += 1;
  }
  return found;
}

const filler = 'x'.repeat(3000);

describe('the writer', () => {
  it('commits writes that wait together in one transaction', async (t) => {
    const { path, insert, rows } = begin(t);
    const before = commits(path);
    await Promise.all(Array.from({ length: 100 }, (_, index) => insert(`a${index}`)));
    assert.equal(commits(path) - before, 1);
    assert.equal(rows().length, 100);
    await insert('b');
    await insert('c');
    assert.equal(commits(path) - before, 3);
  });

  it('answers only when the transaction is committed', async (t) => {
    const { path, insert } = begin(t);
    const seen: number[] = [];
    using other = new DatabaseSync(path);
    const count = other.prepare('SELECT count(*) AS n FROM thing');
    await Promise.all(['a', 'b', 'c'].map((value) => insert(value).then(() => seen.push(Number(count.get()?.['n'])))));
    assert.deepEqual(seen, [3, 3, 3]);
  });

  it('keeps a transaction short: at most 256 writes, and about 1,000 rows', async (t) => {
    const { path, insert } = begin(t);
    const before = commits(path);
    await Promise.all(Array.from({ length: 600 }, (_, index) => insert(`a${index}`)));
    assert.equal(commits(path) - before, 3);
    await Promise.all(Array.from({ length: 6 }, (_, index) => insert(`b${index}`, 400)));
    assert.equal(commits(path) - before, 6);
    await Promise.all([insert('c', 5000), insert('d', 5000)]);
    assert.equal(commits(path) - before, 8);
  });

  it('takes along who asks a turn later, as long as each turn brings somebody, and for eight turns at most', async (t) => {
    const sizes: number[] = [];
    const { insert } = begin(t, { observer: { committed: ({ writes }) => sizes.push(writes) } });
    /** One in each of so many turns. */
    const ask = (turns: number, name: string): Promise<unknown> =>
      new Promise((resolve, reject) => {
        const all: Promise<void>[] = [];
        const next = () => {
          all.push(insert(`${name}${all.length}`));
          if (all.length < turns) setImmediate(next);
          else Promise.all(all).then(resolve, reject);
        };
        next();
      });
    await ask(1, 'lone');
    await ask(5, 'few');
    await ask(20, 'many');
    assert.deepEqual(sizes.slice(0, 2), [1, 5]);
    const [, , ...others] = sizes;
    assert.equal(
      others.reduce((sum, size) => sum + size, 0),
      20,
    );
    assert.ok(others.length >= 2 && Math.max(...others) <= 10, `groups of ${others}`);
  });

  it('lets others have a turn between two groups', async (t) => {
    const { insert } = begin(t);
    const order: string[] = [];
    const first = insert('a', 1000).then(() => order.push('first group'));
    const second = insert('b', 1000).then(() => order.push('second group'));
    setImmediate(() => order.push('another'));
    await Promise.all([first, second]);
    assert.deepEqual(order, ['first group', 'another', 'second group']);
  });

  it('undoes a write that throws as a whole, and rejects it alone', async (t) => {
    const { db, writer, insert, rows } = begin(t);
    const bug = new Error('a bug');
    const broken = writer.run(() => {
      db.exec("INSERT INTO thing (value) VALUES ('half done')");
      throw bug;
    });
    const answers = await Promise.allSettled([insert('a'), broken, insert('a'), insert('b')]);
    assert.deepEqual(
      answers.map(({ status }) => status),
      ['fulfilled', 'rejected', 'rejected', 'fulfilled'],
    );
    assert.equal(answers[1]!.status === 'rejected' && answers[1]!.reason, bug);
    assert.equal(answers[2]!.status === 'rejected' && answers[2]!.reason.code, 'ERR_SQLITE_ERROR');
    assert.deepEqual(rows(), ['a', 'b']);
  });

  it('begins a group anew when a write throws, and expects that of the groups after it until none throws', async (t) => {
    const { writer } = begin(t);
    let called = '';
    const group = async (values: string) => {
      called = '';
      const write = (value: string) => () => {
        called += value;
        if (value === 'x') throw new Error('a bug');
      };
      const answers = await Promise.allSettled([...values].map((value) => writer.run(write(value))));
      const refused = [...values].filter((_, index) => answers[index]!.status === 'rejected').join('');
      assert.equal(refused, values.replace(/[^x]/g, ''));
      return called;
    };
    assert.equal(await group('abc'), 'abc');
    assert.equal(await group('axb'), 'axaxb');
    assert.equal(await group('axb'), 'axb');
    assert.equal(await group('abc'), 'abc');
    assert.equal(await group('axb'), 'axaxb');
  });

  it('refuses all that wait when the disk is full, applies nothing of them, and goes on when there is room', async (t) => {
    const { db, insert, rows } = begin(t);
    await insert('before');
    const { page_count: pages } = db.prepare('PRAGMA page_count').get() as { page_count: number };
    db.exec(`PRAGMA max_page_count = ${pages + 3}`);
    const answers = await Promise.allSettled(Array.from({ length: 20 }, (_, index) => insert(`${filler}${index}`)));
    for (const answer of answers) {
      assert.ok(answer.status === 'rejected');
      assert.deepEqual(answer.reason.reason, { kind: 'store_unavailable' });
      assert.match(String(answer.reason.cause.message), /full/);
    }
    assert.equal(db.isTransaction, false);
    assert.deepEqual(rows(), ['before']);
    db.exec('PRAGMA max_page_count = 100000');
    await Promise.all(Array.from({ length: 20 }, (_, index) => insert(`${filler}${index}`)));
    assert.equal(rows().length, 21);
  });

  it('refuses all that wait when the commit fails, and goes on when it works again', async (t) => {
    const { db, insert, rows } = begin(t);
    db.setAuthorizer((action, operation) =>
      action === constants.SQLITE_TRANSACTION && operation === 'COMMIT' ? constants.SQLITE_DENY : constants.SQLITE_OK,
    );
    const answers = await Promise.allSettled([insert('a'), insert('b')]);
    for (const answer of answers) {
      assert.ok(answer.status === 'rejected');
      assert.deepEqual(answer.reason.reason, { kind: 'store_unavailable' });
    }
    assert.equal(db.isTransaction, false);
    db.setAuthorizer(null);
    await insert('c');
    assert.deepEqual(rows(), ['c']);
  });

  it('lets nobody read what a failed commit left, should it not be possible to roll back', async (t) => {
    const { db, insert, rows } = begin(t);
    const reader = new Reader(db);
    const denied = ['COMMIT', 'ROLLBACK'];
    db.setAuthorizer((action, operation) =>
      action === constants.SQLITE_TRANSACTION && denied.includes(String(operation))
        ? constants.SQLITE_DENY
        : constants.SQLITE_OK,
    );
    await assert.rejects(insert('a'), refusal('store_unavailable'));
    await assert.rejects(reader.read(rows), refusal('store_unavailable'));
    await assert.rejects(insert('b'), refusal('store_unavailable'));
    db.setAuthorizer(null);
    await insert('c');
    assert.deepEqual(await reader.read(rows), ['c']);
  });

  it('refuses a write that meets a failing disk, and a read that does', async (t) => {
    const { db, writer, insert, rows } = begin(t);
    const failure = Object.assign(new Error('disk I/O error'), { code: 'ERR_SQLITE_ERROR', errcode: 10 | (3 << 8) });
    const failing = () => {
      throw failure;
    };
    const answers = await Promise.allSettled([insert('a'), writer.run(failing), new Reader(db).read(failing)]);
    for (const answer of answers.slice(1)) {
      assert.ok(answer.status === 'rejected');
      assert.deepEqual([answer.reason.reason, answer.reason.cause], [{ kind: 'store_unavailable' }, failure]);
    }
    assert.deepEqual(rows(), ['a']);
  });

  it('refuses a write while another program writes', async (t) => {
    const { path, insert, rows } = begin(t);
    using other = new DatabaseSync(path);
    other.exec('BEGIN IMMEDIATE');
    await assert.rejects(insert('a'), refusal('store_unavailable'));
    other.exec('COMMIT');
    await insert('b');
    assert.deepEqual(rows(), ['b']);
  });

  it('tells its observer of each group that is on disk, and of none that is not', async (t) => {
    const told: TimedGroup[] = [];
    const { db, insert } = begin(t, { observer: { committed: (group) => told.push(group) } });
    await Promise.all(['a', 'b', 'c'].map((value) => insert(value)));
    await insert('d', 1000);
    db.setAuthorizer((action, operation) =>
      action === constants.SQLITE_TRANSACTION && operation === 'COMMIT' ? constants.SQLITE_DENY : constants.SQLITE_OK,
    );
    await assert.rejects(insert('e'), refusal('store_unavailable'));
    assert.deepEqual(
      told.map(({ writes, smallRows }) => [writes, smallRows]),
      [
        [3, 3],
        [1, 3],
      ],
    );
    for (const { milliseconds, commitMilliseconds, workMilliseconds } of told) {
      assert.ok(workMilliseconds > 0 && workMilliseconds < 10_000);
      assert.ok(commitMilliseconds > 0 && commitMilliseconds < milliseconds && milliseconds < 10_000);
    }
  });

  it('closes when all that waited is settled, also over several groups', async (t) => {
    const { writer, insert, rows } = begin(t);
    const waiting = Array.from({ length: 600 }, (_, index) => insert(`a${index}`));
    await writer.close();
    assert.equal(rows().length, 600);
    await Promise.all(waiting);
    await assert.rejects(insert('late'), refusal('store_unavailable'));
    await writer.close();
  });
});

/** Copies of a database that a server writes, and what is not taken for one. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { describe, it } from 'node:test';
import { at, Caller, nameOf, one, putNumber } from '../contract/fixture.contract.ts';
import { openStore } from '../index.ts';
import { backUp } from './backup.ts';
import { migrations } from './migrations/index.ts';
import { restore } from './restore.ts';
import { tempFolder } from './temp-folder.contract.ts';

const quiet = { force: false, progress: () => {} };
const phone = '4915100000001';

/** A store with one blocked user, closed; gives its file. */
async function makeStore(folder: string, { user = phone, name = 'a.db' } = {}): Promise<string> {
  const file = path.join(folder, name);
  const store = await openStore(`sqlite:${file}`);
  await putNumber(store, one);
  await new Caller(store).block([user]);
  await store.close();
  return file;
}

async function namesIn(file: string): Promise<string[]> {
  const store = await openStore(`sqlite:${file}`, { lockWaitMs: 0 });
  try {
    return await new Caller(store).names();
  } finally {
    await store.close();
  }
}

/** Pages enough for several steps. */
function grow(file: string): void {
  using db = new DatabaseSync(file);
  db.exec(`INSERT INTO held (list, person, id, at, kept_at, bytes, body)
    SELECT 1, 1, value, 0, 0, 0, hex(zeroblob(1000000)) FROM json_each('[1,2,3,4,5]')`);
}

/** Runs a backup or restore that is killed at a step; gives the signal. */
async function killed(task: string, from: string, to: string, step: 'copying' | 'checking'): Promise<unknown> {
  const script = path.join(import.meta.dirname, '..', 'upkeep-worker.contract.ts');
  const args = [script, task, from, to, step, step === 'copying' ? '1' : '0'];
  const [, signal] = await once(spawn(process.execPath, args, { stdio: 'inherit' }), 'exit');
  return signal;
}

async function refuses(work: Promise<unknown>, sentence: RegExp): Promise<void> {
  await assert.rejects(work, (error) => {
    assert.ok(error instanceof Error);
    assert.match(error.message, sentence);
    return true;
  });
}

describe('a backup', () => {
  it('has all that was acknowledged before it began, and is whole, while another process writes', async (t) => {
    const folder = tempFolder(t);
    const file = path.join(folder, 'a.db');
    grow(await makeStore(folder));
    const script = path.join(import.meta.dirname, 'store-worker.contract.ts');
    const server = spawn(process.execPath, [script, file, '0', 'block'], { stdio: ['pipe', 'pipe', 'inherit'] });
    t.after(() => server.kill('SIGKILL'));
    const lines = createInterface(server.stdout);
    const reported: string[] = [];
    lines.on('line', (line) => reported.push(line));
    while (reported.length < 200) await once(lines, 'line');
    const before = reported.slice(1);
    const steps: number[] = [];
    const progress = (step: string, done: number) => step === 'copying' && steps.push(done);
    const copy = await backUp(file, path.join(folder, 'copies', 'b.db'), { force: false, progress });
    const written = reported.length;
    while (reported.length < written + 100) await once(lines, 'line');

    assert.ok(steps.length > 2, `${steps.length} steps`);
    assert.deepEqual(
      steps,
      steps.toSorted((a, b) => a - b),
      'it never began anew',
    );
    assert.deepEqual(readdirSync(path.join(folder, 'copies')), ['b.db'], 'one file, all by itself');
    assert.equal(statSync(copy.path).mode & 0o777, 0o600);
    assert.equal(statSync(copy.path).size, copy.bytes);
    const store = await openStore(`sqlite:${copy.path}`);
    t.after(() => store.close());
    const page = await new Caller(store).page({ kind: 'start' }, 1_000_000);
    const blocked = new Set(page.entries.map(nameOf));
    assert.deepEqual(
      before.filter((user) => !blocked.has(user)),
      [],
    );
    assert.equal(page.count, page.entries.length);
    const { events } = await store.lists.events(one, 0, 1_000_000);
    assert.deepEqual(
      events.map(({ seq }) => seq),
      page.entries.map(({ seq }) => seq),
    );
  });

  it('leaves nothing under its name when it is killed, and the next one removes what is left', async (t) => {
    const folder = tempFolder(t);
    const file = await makeStore(folder);
    grow(file);
    const to = path.join(folder, 'copies', 'b.db');
    for (const step of ['copying', 'checking'] as const) {
      assert.equal(await killed('backup', file, to, step), 'SIGKILL');
      const left = readdirSync(path.dirname(to));
      assert.ok(left.length > 0 && left.every((name) => name.startsWith('b.db.part-')), String(left));
    }
    await backUp(file, to, quiet);
    assert.deepEqual(readdirSync(path.dirname(to)), ['b.db']);
    const good = readFileSync(to);
    assert.equal(await killed('backup', file, to, 'checking'), 'SIGKILL');
    assert.deepEqual(readFileSync(to), good, 'the one that was there stays');
  });

  it('replaces a file only if that was asked for, and the database itself never', async (t) => {
    const folder = tempFolder(t);
    const file = await makeStore(folder);
    const to = path.join(folder, 'b.db');
    writeFileSync(to, 'mine');
    await refuses(backUp(file, to, quiet), /b\.db is there already; --force replaces it/);
    await refuses(backUp(file, file, { ...quiet, force: true }), /is the database itself/);
    assert.equal(readFileSync(to, 'utf8'), 'mine');
    await backUp(file, to, { ...quiet, force: true });
    assert.deepEqual(await namesIn(to), [phone]);
    // Somebody takes the name while the copy is made.
    const late = path.join(folder, 'late.db');
    const progress = () => writeFileSync(late, 'theirs');
    await refuses(backUp(file, late, { force: false, progress }), /late\.db is there already/);
    assert.equal(readFileSync(late, 'utf8'), 'theirs');
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.includes('.part-')),
      [],
    );
  });

  it('is refused of what is no database of ours, of a damaged, a newer and an empty one', async (t) => {
    const folder = tempFolder(t);
    for (const [file, sentence] of await makeFaulty(folder)) {
      await refuses(backUp(file, path.join(folder, 'never.db'), quiet), sentence);
      assert.deepEqual(
        readdirSync(folder).filter((name) => name.startsWith('never')),
        [],
      );
    }
  });
});

/** Files that are no backup, and what is said of them. */
async function makeFaulty(folder: string): Promise<[file: string, sentence: RegExp][]> {
  const make = (name: string) => makeStore(folder, { name });
  const text = path.join(folder, 'text.db');
  writeFileSync(text, 'a text, longer than the header of a database\n'.repeat(100));
  const theirs = path.join(folder, 'theirs.db');
  new DatabaseSync(theirs).exec('CREATE TABLE theirs (a)');
  const newer = await make('newer.db');
  new DatabaseSync(newer).exec(`PRAGMA user_version = ${migrations.length + 1}`);
  const torn = await make('torn.db');
  truncateSync(torn, statSync(torn).size / 2);
  const wrong = await make('wrong.db');
  const bytes = readFileSync(wrong);
  writeFileSync(wrong, bytes.fill(0xff, bytes.length - 4096));
  const empty = path.join(folder, 'empty.db');
  writeFileSync(empty, '');
  return [
    [path.join(folder, 'none.db'), /^There is no (database|file) .*none\.db/],
    [text, /not a database|not a Gatehouse database/],
    [theirs, /is not a Gatehouse database/],
    [newer, /which a later release of Gatehouse made/],
    [torn, /damaged|malformed/],
    [wrong, /damaged|malformed/],
    [empty, /is empty: no Gatehouse was started on it yet/],
  ];
}

describe('a restore', () => {
  it('puts a backup in the place of the database, keeps that, and the server goes on', async (t) => {
    const folder = tempFolder(t);
    const file = await makeStore(folder);
    const to = path.join(folder, 'b.db');
    await backUp(file, to, quiet);
    const store = await openStore(`sqlite:${file}`);
    await new Caller(store).block(['US.later']);
    await refuses(restore(to, file, { ...quiet, now: at }), /^A server runs on the database .*: stop it first/);
    assert.deepEqual(await new Caller(store).names(), [phone, 'US.later']);
    await store.close();

    const { kept = '' } = await restore(to, file, { ...quiet, now: at });
    assert.deepEqual(await namesIn(kept), [phone, 'US.later']);
    const again = await openStore(`sqlite:${file}`);
    t.after(() => again.close());
    await new Caller(again).block(['US.other']);
    assert.deepEqual(await new Caller(again).names(), [phone, 'US.other']);
  });

  it('goes where nothing is, and leaves nothing beside the backup', async (t) => {
    const folder = tempFolder(t);
    const to = path.join(folder, 'new', 'a.db');
    const restored = await restore(await makeStore(folder), to, { ...quiet, now: at });
    assert.equal(restored.kept, undefined);
    assert.deepEqual(await namesIn(to), [phone]);
    assert.deepEqual(readdirSync(folder).sort(), ['a.db', 'a.db-lock', 'new']);
  });

  it('replaces a damaged database, and lets nothing of its log into the new one', async (t) => {
    const folder = tempFolder(t);
    const file = await makeStore(folder);
    const backup = await makeStore(folder, { name: 'b.db', user: 'US.good' });
    await leaveLog(file);
    writeFileSync(file, 'what a failing disk leaves');
    const { kept = '' } = await restore(backup, file, { ...quiet, now: at });
    assert.deepEqual(await namesIn(file), ['US.good']);
    assert.equal(readFileSync(kept, 'utf8'), 'what a failing disk leaves');
    assert.ok(existsSync(`${kept}-wal`));
  });

  it('takes the log of a killed server into the database that it keeps', async (t) => {
    const folder = tempFolder(t);
    const file = await makeStore(folder);
    const backup = await makeStore(folder, { name: 'b.db', user: 'US.good' });
    await leaveLog(file);
    const { kept = '' } = await restore(backup, file, { ...quiet, now: at });
    assert.deepEqual(await namesIn(file), ['US.good']);
    assert.deepEqual(await namesIn(kept), [phone, 'US.late']);
  });

  it('changes nothing if it is killed before the new one is whole', async (t) => {
    const folder = tempFolder(t);
    const file = await makeStore(folder);
    const backup = await makeStore(folder, { name: 'b.db', user: 'US.good' });
    assert.equal(await killed('restore', backup, file, 'checking'), 'SIGKILL');
    assert.deepEqual(await namesIn(file), [phone]);
    await restore(backup, file, { ...quiet, now: at });
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.includes('.part-')),
      [],
    );
  });

  it('is refused from what is no backup, and leaves the database as it is', async (t) => {
    const folder = tempFolder(t);
    const file = await makeStore(folder);
    const before = readFileSync(file);
    const faulty = path.join(folder, 'faulty');
    mkdirSync(faulty);
    for (const [backup, sentence] of await makeFaulty(faulty)) {
      await refuses(restore(backup, file, { ...quiet, now: at }), sentence);
      assert.deepEqual(readFileSync(file), before);
      assert.deepEqual(readdirSync(folder).sort(), ['a.db', 'a.db-lock', 'faulty']);
    }
    await refuses(restore(file, file, { ...quiet, now: at }), /is the database itself/);
    const theirs = path.join(faulty, 'theirs.db');
    await refuses(restore(file, theirs, { ...quiet, now: at }), /is not a Gatehouse database/);
  });
});

/** Beside the file lies what a killed server wrote last: a block of US.late. */
async function leaveLog(file: string): Promise<void> {
  const store = await openStore(`sqlite:${file}`);
  await new Caller(store).block(['US.late']);
  for (const end of ['', '-wal']) copyFileSync(`${file}${end}`, `${file}${end}.then`);
  await store.close();
  for (const end of ['', '-wal']) copyFileSync(`${file}${end}.then`, `${file}${end}`);
}

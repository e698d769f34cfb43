import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, it } from 'node:test';
import { at, Caller, one, putNumber } from '../contract/fixture.contract.ts';
import { openStore } from '../index.ts';
import { StoreOpenError } from '../open-error.ts';
import { closeDatabase, openDatabase } from './database.ts';
import { migrate } from './migrate.ts';
import { migrations } from './migrations/index.ts';
import { tempFolder } from './temp-folder.contract.ts';

/** The refusal of opening `path` with this sentence. */
function says(path: string, sentence: RegExp): (error: unknown) => true {
  return (error) => {
    assert.ok(error instanceof StoreOpenError);
    assert.equal(error.path, path);
    assert.match(error.message, sentence);
    assert.ok(error.message.includes(path));
    return true;
  };
}

function pragma(path: string, name: string): unknown {
  using db = new DatabaseSync(path);
  return db.prepare(`PRAGMA ${name}`).get()?.[name];
}

describe('opening a SQLite store', () => {
  it('makes missing folders and the file, for their owner only', async (t) => {
    const folder = tempFolder(t);
    const path = join(folder, 'a', 'b', 'c.db');
    const store = await openStore(`sqlite:${path}`);
    const modes = [join(folder, 'a'), join(folder, 'a', 'b'), path, `${path}-wal`].map(
      (name) => statSync(name).mode & 0o777,
    );
    assert.deepEqual(modes, [0o700, 0o700, 0o600, 0o600]);
    await store.close();
    assert.deepEqual(readdirSync(join(folder, 'a', 'b')).sort(), ['c.db', 'c.db-lock']);
    assert.equal(pragma(path, 'user_version'), migrations.length);
    assert.equal(pragma(path, 'journal_mode'), 'wal');
  });

  it('has every commit on the disk before it is answered', async (t) => {
    const { db, lock } = await openDatabase(join(tempFolder(t), 'a.db'));
    t.after(() => closeDatabase({ db, lock, path: '' }));
    const full = 2;
    assert.deepEqual({ ...db.prepare('PRAGMA synchronous').get() }, { synchronous: full });
  });

  it('takes an empty file for a new database', async (t) => {
    const path = join(tempFolder(t), 'a.db');
    writeFileSync(path, '');
    await (await openStore(`sqlite:${path}`)).close();
    assert.equal(pragma(path, 'user_version'), migrations.length);
  });

  it('finds again what was there, with the same installation secret', async (t) => {
    const path = join(tempFolder(t), 'a.db');
    const first = await openStore(`sqlite:${path}`);
    await putNumber(first, one);
    await new Caller(first).block(['4915100000001', 'US.abc']);
    await first.close();
    const second = await openStore(`sqlite:${path}`);
    t.after(() => second.close());
    assert.deepEqual(second.installation.cursorSecret, first.installation.cursorSecret);
    assert.deepEqual(await new Caller(second).names(), ['4915100000001', 'US.abc']);
    assert.equal((await new Caller(second).page()).version, at * 1000);
  });

  it('refuses a database that a later release made, and leaves it as it is', async (t) => {
    const path = join(tempFolder(t), 'a.db');
    await (await openStore(`sqlite:${path}`)).close();
    const db = new DatabaseSync(path);
    db.exec(`PRAGMA user_version = ${migrations.length + 1}`);
    db.close();
    await assert.rejects(
      openStore(`sqlite:${path}`),
      says(path, new RegExp(`schema version ${migrations.length + 1}, which a later release`)),
    );
    assert.equal(pragma(path, 'user_version'), migrations.length + 1);
  });

  it('refuses the database of another program, and leaves nothing beside it', async (t) => {
    const folder = tempFolder(t);
    const path = join(folder, 'other.db');
    const db = new DatabaseSync(path);
    db.exec('CREATE TABLE theirs (a)');
    db.close();
    const before = readFileSync(path);
    await assert.rejects(openStore(`sqlite:${path}`), says(path, /is not a Gatehouse database/));
    assert.deepEqual(readFileSync(path), before);
    assert.deepEqual(readdirSync(folder), ['other.db']);
  });

  it('refuses a file that is no database, and a folder', async (t) => {
    const folder = tempFolder(t);
    const path = join(folder, 'text.txt');
    writeFileSync(path, 'a text, longer than the header of a database\n'.repeat(100));
    await assert.rejects(openStore(`sqlite:${path}`), says(path, /is not a Gatehouse database/));
    assert.match(readFileSync(path, 'utf8'), /^a text/);
    mkdirSync(join(folder, 'folder'));
    await assert.rejects(
      openStore(`sqlite:${join(folder, 'folder')}`),
      says(join(folder, 'folder'), /is a folder: name a file in it, for example sqlite:.*folder\/gatehouse\.db\.$/),
    );
    assert.deepEqual(readdirSync(folder), ['folder', 'text.txt']);
  });

  it('says which file it was when a folder cannot be made or written', async (t) => {
    const folder = tempFolder(t);
    writeFileSync(join(folder, 'file'), '');
    const path = join(folder, 'file', 'a.db');
    await assert.rejects(
      openStore(`sqlite:${path}`),
      says(path, /cannot be opened \(\S+file is no folder\): it needs a folder/),
    );
    await assert.rejects(openStore('sqlite:/proc/none/a.db'), says('/proc/none/a.db', /cannot be opened \(E\w+: /));
    mkdirSync(join(folder, 'a.db-lock'));
    await assert.rejects(openStore(`sqlite:${join(folder, 'a.db')}`), says(join(folder, 'a.db'), /cannot be opened/));
  });

  it('refuses a second store on the same file in one process, under any name', async (t) => {
    const folder = tempFolder(t);
    const path = join(folder, 'a.db');
    const store = await openStore(`sqlite:${path}`);
    symlinkSync(path, join(folder, 'link.db'));
    for (const name of [path, join(folder, 'link.db')]) {
      await assert.rejects(openStore(`sqlite:${name}`, { lockWaitMs: 0 }), says(path, /in use by another process/));
    }
    await putNumber(store, one);
    await store.close();
    await (await openStore(`sqlite:${path}`, { lockWaitMs: 0 })).close();
  });

  it('leaves the file free when it cannot write beside it', async (t) => {
    const path = join(tempFolder(t), 'a.db');
    mkdirSync(`${path}-wal`);
    await assert.rejects(openStore(`sqlite:${path}`), says(path, /cannot be opened/));
    rmdirSync(`${path}-wal`);
    await (await openStore(`sqlite:${path}`, { lockWaitMs: 0 })).close();
  });

  it('leaves the file free when something in it is missing', async (t) => {
    const path = join(tempFolder(t), 'a.db');
    await (await openStore(`sqlite:${path}`)).close();
    const db = new DatabaseSync(path);
    db.exec(
      'DELETE FROM installation; CREATE TRIGGER no BEFORE INSERT ON installation BEGIN SELECT RAISE(IGNORE); END',
    );
    db.close();
    await assert.rejects(openStore(`sqlite:${path}`), says(path, /cannot be opened/));
    const mended = new DatabaseSync(path);
    mended.exec('DROP TRIGGER no');
    mended.close();
    await (await openStore(`sqlite:${path}`, { lockWaitMs: 0 })).close();
  });

  it('knows no other scheme, and tells nothing of a password', async () => {
    for (const url of ['mysql://u:secret@host/db', 'postgres://u:secret@host', 'gatehouse.db', 'sqlite:', '']) {
      await assert.rejects(openStore(url), (error) => {
        assert.ok(error instanceof StoreOpenError);
        assert.match(error.message, /must be sqlite:PATH|it names no database/);
        assert.doesNotMatch(error.message, /secret/);
        return true;
      });
    }
  });
});

describe('migrations', () => {
  it('are taken all or none', async (t) => {
    const path = join(tempFolder(t), 'a.db');
    using db = new DatabaseSync(path);
    // The last table may not be made, so that the step fails at its end.
    db.setAuthorizer((_action, name) => (name === 'push_count' ? 1 : 0));
    assert.throws(() => migrate(db, path));
    db.setAuthorizer(null);
    assert.equal(db.isTransaction, false);
    assert.deepEqual(db.prepare('SELECT name FROM sqlite_schema').all(), []);
    assert.equal(pragma(path, 'user_version'), 0);
    migrate(db, path);
    migrate(db, path);
    assert.equal(pragma(path, 'user_version'), migrations.length);
    assert.equal(existsSync(`${path}-journal`), false);
  });
});

import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { constants } from 'node:sqlite';
import { describe, it, type TestContext } from 'node:test';
import { refusal } from '../contract/fixture.contract.ts';
import { openDatabase } from './database.ts';
import { openParts } from './parts.ts';
import { createProbe } from './probe.ts';
import { tempFolder } from './temp-folder.contract.ts';
import { Writer } from './writer.ts';
import { createWrites, LocalWrites } from './writes.ts';

async function begin(t: TestContext) {
  const folder = tempFolder(t);
  const { db, lock, path } = await openDatabase(join(folder, 'a.db'));
  t.after(() => {
    db.close();
    lock.close();
  });
  const time = { now: 0 };
  const probe = createProbe(new LocalWrites(new Writer(db), createWrites(db, openParts(db))), {
    path,
    now: () => time.now,
  });
  const probes = () => Number(db.prepare('SELECT probes FROM installation').get()?.['probes']);
  return { db, path, folder, time, probe, probes };
}

describe('the probe', () => {
  it('writes once a second at most, however often it is asked, and leaves nothing behind', async (t) => {
    const { folder, time, probe, probes } = await begin(t);
    await Promise.all([probe(), probe(), probe()]);
    time.now = 999;
    await probe();
    assert.equal(probes(), 1);
    time.now = 1000;
    await probe();
    assert.equal(probes(), 2);
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.includes('probe')),
      [],
    );
  });

  it('does not make the database longer', async (t) => {
    const { db, time, probe } = await begin(t);
    const pages = () => db.prepare('PRAGMA page_count').get()?.['page_count'];
    const before = pages();
    for (time.now = 0; time.now < 50_000; time.now += 1000) await probe();
    assert.equal(pages(), before);
  });

  it('finds that the database cannot be written, and that it can again', async (t) => {
    const { db, probe } = await begin(t);
    db.setAuthorizer((action) =>
      action === constants.SQLITE_TRANSACTION ? constants.SQLITE_DENY : constants.SQLITE_OK,
    );
    await assert.rejects(probe(), refusal('store_unavailable'));
    db.setAuthorizer(null);
    await probe();
  });

  it('finds that the folder has no room, and that it has again', async (t) => {
    const { path, probe } = await begin(t);
    mkdirSync(`${path}-probe`);
    await assert.rejects(probe(), refusal('store_unavailable'));
    rmSync(`${path}-probe`, { recursive: true });
    await probe();
  });
});

/** What the command line does to a database itself: backups of one in use, and the way back. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { it } from 'node:test';
import { adminKey } from '../helpers/client.ts';
import { startTestService, tempFolder } from '../helpers/service.ts';
import { open, run } from './run.ts';

it('backs up while the server runs, and restores once it is stopped', async (t) => {
  const data = tempFolder(t);
  const start = () => startTestService(t, { data, env: { GATEHOUSE_DEMO: 'on' } });
  const cwd = tempFolder(t);
  const env = { GATEHOUSE_DATABASE: `sqlite:${path.join(data, 'gatehouse.db')}` };
  const gatehouse = (...args: string[]) => run(args, { env, cwd });
  const service = await start();
  const blocked = async (url: string) => {
    const key = { GATEHOUSE_URL: url, GATEHOUSE_ADMIN_KEY: adminKey };
    const { out } = await run(['list', open, '--json'], { env: key, cwd });
    return out.match(/\d{11}/g) ?? [];
  };
  const block = (user: string) => service.admin('PUT', `/numbers/${open}/blocks/${user}`, {});
  await block('16505550101');

  const made = await gatehouse('backup', 'copies/b.db');
  assert.deepEqual(
    [made.code, made.out],
    [0, made.out.match(/^Backed up to .*copies\/b\.db, [\d.]+ KiB, and checked\.\n$/)?.[0]],
  );
  assert.match(made.err, /^copying\nchecking\nGATEHOUSE_SECRET_KEY is not in it: keep that key elsewhere\./);
  await block('16505550102');
  const again = await gatehouse('backup', 'copies/b.db');
  assert.deepEqual([again.code, again.out], [1, '']);
  assert.match(again.err, /^gatehouse: .*b\.db is there already; --force replaces it\.\n$/);
  const early = await gatehouse('restore', 'copies/b.db');
  assert.deepEqual([early.code, early.out], [1, '']);
  assert.match(early.err, /^gatehouse: A server runs on the database .*gatehouse\.db: stop it first\.\n$/);
  assert.deepEqual(await blocked(service.base), ['16505550101', '16505550102']);
  await service.close();

  const restored = await gatehouse('restore', 'copies/b.db', '--json');
  assert.equal(restored.code, 0, restored.err);
  const { file, kept } = JSON.parse(restored.out);
  assert.equal(file, path.join(data, 'gatehouse.db'));
  assert.ok(existsSync(kept));
  const next = await start();
  assert.deepEqual(await blocked(next.base), ['16505550101']);

  writeFileSync(path.join(cwd, 'text'), 'no backup');
  const wrong = await gatehouse('restore', 'text', '--database', 'sqlite:other.db');
  assert.equal(wrong.code, 1);
  assert.match(wrong.err, /^gatehouse: The file .*text is not a Gatehouse database\.\n$/);
  const other = await gatehouse('backup', 'c.db', '--database', 'postgres://u:secret@h/d');
  assert.equal(other.code, 1);
  assert.match(other.err, /^gatehouse: A PostgreSQL database is backed up by its own means, for example pg_dump\.\n$/);
  assert.deepEqual(readdirSync(cwd).sort(), ['copies', 'text']);
});

it('moves a database to another, once', async (t) => {
  const data = tempFolder(t);
  const service = await startTestService(t, { data, env: { GATEHOUSE_DEMO: 'on' } });
  await service.admin('PUT', `/numbers/${open}/blocks/16505550101`, {});
  const [from, cwd] = [`sqlite:${path.join(data, 'gatehouse.db')}`, tempFolder(t)];
  const env = { GATEHOUSE_DATABASE: 'sqlite:new.db' };
  const early = await run(['migrate', '--from', from], { env, cwd });
  assert.deepEqual([early.code, early.out], [1, '']);
  assert.match(early.err, /^gatehouse: A server runs on the database .*gatehouse\.db: stop it first\.\n$/);
  await service.close();

  const { code, out, err } = await run(['migrate', '--from', from], { env, cwd });
  assert.equal(code, 0, err);
  assert.match(out, /^TABLE +ROWS +OF +SHA-256\ninstallation +1 +1 +[0-9a-f]{16}\n/);
  assert.match(out, /^block_entry +1 +1 +[0-9a-f]{16}$/m);
  assert.match(
    err,
    /^copying 0 %\n(copying \d+ %\n)+comparing \d+ %\n[\s\S]*All rows were read again on both sides and are the same/,
  );
  const again = await run(['migrate', '--from', from], { env, cwd });
  assert.deepEqual([again.code, again.out], [1, '']);
  assert.match(again.err, /^gatehouse: The database .*new\.db is not empty\.\n$/);
});

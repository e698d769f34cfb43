/** The first start, later ones, and what a start says when it may not be. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, it } from 'node:test';
import { openStore } from '../../src/store/index.ts';
import { StoreOpenError } from '../../src/store/open-error.ts';
import { adminKey, dialectsOf, users } from '../helpers/client.ts';
import { filesOf, isOnPostgres, onlyOnSqlite } from '../helpers/database.ts';
import { spawnGatehouse, startProcess } from '../helpers/process.ts';
import { expectStatus, startTestService, tempFolder } from '../helpers/service.ts';

const demo = { open: '106540352242922', meta: '106540352242923' };
const [curl] = ['/usr/bin/curl', '/bin/curl', '/usr/local/bin/curl'].filter((file) =>
  statSync(file, { throwIfNoEntry: false }),
);

describe('the first start', { concurrency: 2 }, () => {
  it('prints address, keys and curls at any log level, and keeps them for the owner alone', async (t) => {
    for (const level of ['silent', 'trace']) {
      const data = tempFolder(t);
      const server = await startProcess(t, data, { env: { GATEHOUSE_LOG_LEVEL: level, GATEHOUSE_ADMIN_KEY: '' } });
      await server.said(/Kept in .*first-start\.txt/);
      const file = path.join(filesOf(data), 'first-start.txt');
      const kept = readFileSync(file, 'utf8');
      assert.equal(statSync(file).mode & 0o777, 0o600);
      assert.ok(server.output().includes(kept), 'what is kept is not what was printed');
      assert.ok(kept.includes(server.base));
      for (const id of Object.values(demo)) assert.match(kept, new RegExp(`^  ${id} .*key: gh_`, 'm'));
      for (const header of ['Authorization: Bearer', 'D360-API-KEY', 'X-API-Key']) {
        assert.equal(curlsIn(kept).filter((line) => line.includes(header)).length, 3, header);
      }
      assert.match(kept, /^Admin key, for .*: gh_/m);
    }
  });

  it('prints curls that block, list and unblock as they are', async (t) => {
    const server = await startProcess(t, tempFolder(t));
    const { length } = curlsIn(server.output());
    assert.equal(length, 9);
    for (const line of curlsIn(server.output())) {
      const { status, body } = await runCurl(line);
      assert.equal(status, 200, `${line}\n${body}`);
      if (!line.includes('-X')) assert.match(body, /16505550123/, 'the block is not listed');
    }
  });

  it('makes an admin key when none is set, which works from then on', async (t) => {
    const data = tempFolder(t);
    const first = await startProcess(t, data, { env: { GATEHOUSE_ADMIN_KEY: undefined } });
    const [, made = ''] = await first.said(/Admin key.*: (gh_\S+)/);
    const asks = (base: string, key: string) =>
      fetch(`${base}/api/v1/numbers`, { headers: { authorization: `Bearer ${key}` } }).then(({ status }) => status);
    assert.equal(await asks(first.base, made), 200);
    assert.equal(await asks(first.base, adminKey), 401);
    await first.end();

    const second = await startProcess(t, data, { env: { GATEHOUSE_ADMIN_KEY: undefined } });
    assert.equal(await asks(second.base, made), 200);
    await second.end();

    const third = await startProcess(t, data);
    assert.deepEqual([await asks(third.base, adminKey), await asks(third.base, made)], [200, 401]);
  });

  it('makes no demo numbers where that is off, or where strangers may come', async (t) => {
    for (const env of [{ GATEHOUSE_DEMO: 'off' }, { GATEHOUSE_HOST: '0.0.0.0' }]) {
      const server = await startProcess(t, tempFolder(t), { env });
      assert.deepEqual((await server.admin('GET', '/numbers')).json.data, []);
      assert.doesNotMatch(server.output(), /curl|10654035224292/);
    }
  });

  it('keeps earlier keys when a later one only makes an admin key', async (t) => {
    const data = tempFolder(t);
    const file = path.join(data, 'first-start.txt');
    const first = await startTestService(t, { data, env: { GATEHOUSE_DEMO: 'on' } });
    await first.close();
    const before = readFileSync(file, 'utf8');
    await startTestService(t, { data, env: { GATEHOUSE_ADMIN_KEY: '' } });
    const after = readFileSync(file, 'utf8');
    assert.match(after, /^Admin key, for .*: gh_/m);
    assert.ok(after.endsWith(before));
  });

  it('keeps the keys of another database in the same folder', async (t) => {
    const data = tempFolder(t);
    const file = path.join(data, 'first-start.txt');
    const start = (name: string) =>
      startTestService(t, {
        data,
        env: { GATEHOUSE_DEMO: 'on', GATEHOUSE_DATABASE: `sqlite:${path.join(data, name)}` },
      });
    await start('one.db');
    const before = readFileSync(file, 'utf8');
    await start('two.db');
    const after = readFileSync(file, 'utf8');
    assert.ok(after.length > before.length && after.endsWith(before), after);
  });
});

describe('a later start', { concurrency: 2 }, () => {
  it('is one line of the log, which names first-start.txt', async (t) => {
    const data = tempFolder(t);
    const first = await startProcess(t, data);
    assert.equal(await first.end(), 0);
    const second = await startProcess(t, data);
    const lines = second
      .output()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    // The PostgreSQL of tests is warned of.
    const [line, ...others] = lines.filter(({ msg }) => msg !== 'settings of the database');
    assert.deepEqual(others, []);
    assert.deepEqual(
      [line.first_start, line.msg],
      [
        isOnPostgres ? 'data/first-start.txt' : path.join(data, 'first-start.txt'),
        `Gatehouse listens on ${second.base}`,
      ],
    );
  });

  it('waits for the one before, and takes over what that one had', async (t) => {
    const data = tempFolder(t);
    const first = await startProcess(t, data);
    const secret = await first.number('106540352242990');
    const second = startProcess(t, data);
    expectStatus(await dialectsOf(first, '106540352242990', secret).meta('POST', users('16505551234')), 200);
    assert.equal(await first.end(), 0);
    const { json } = await dialectsOf(await second, '106540352242990', secret).d360('GET');
    assert.equal(json.data[0].wa_id, '16505551234');
  });

  it('on a database that is in use is refused', { skip: onlyOnSqlite('many nodes may use PostgreSQL') }, async (t) => {
    const { data } = await startTestService(t);
    const opening = openStore(`sqlite:${path.join(data, 'gatehouse.db')}`, { lockWaitMs: 20, lockPollMs: 10 });
    await assert.rejects(opening, (error) => {
      assert.ok(error instanceof StoreOpenError);
      assert.match(error.message, /^The database .*gatehouse\.db is in use by another process, .*\.$/);
      return true;
    });
  });

  const tested = onlyOnSqlite('src/store/postgres/database.test.ts shows it');

  it('on a database of a later release is refused with a sentence', { skip: tested }, async (t) => {
    const data = tempFolder(t);
    await (await startTestService(t, { data })).close();
    const db = new DatabaseSync(path.join(data, 'gatehouse.db'));
    db.exec('PRAGMA user_version = 9999');
    db.close();
    const { ended, output } = spawnGatehouse(t, data);
    assert.equal(await ended, 1);
    assert.match(output(), /^gatehouse: The database .* has schema version 9999, which a later release .*\.\n$/);
  });

  it('on a file that is no database of ours is refused with a sentence, and the file stays', {
    skip: tested,
  }, async (t) => {
    const data = tempFolder(t);
    const file = path.join(data, 'gatehouse.db');
    writeFileSync(file, 'my diary, dear to me\n'.repeat(100));
    const before = readFileSync(file);
    const { ended, output } = spawnGatehouse(t, data);
    assert.equal(await ended, 1);
    assert.match(output(), /^gatehouse: The file .*gatehouse\.db is not a Gatehouse database\.\n$/);
    assert.deepEqual(readFileSync(file), before);
  });
});

function curlsIn(text: string): string[] {
  return text.split('\n').filter((line) => line.startsWith('curl '));
}

/** Pastes a printed curl into a shell; where there is no curl, the shell takes it apart and `fetch` sends it. */
async function runCurl(line: string): Promise<{ status: number; body: string }> {
  if (curl !== undefined) {
    const output = execFileSync('sh', ['-c', `${line} -s -w '\\n%{http_code}'`], { encoding: 'utf8' });
    const at = output.lastIndexOf('\n');
    return { status: Number(output.slice(at)), body: output.slice(0, at) };
  }
  const split = `curl() { for word; do printf '%s\\0' "$word"; done; }; ${line}`;
  const words = execFileSync('sh', ['-c', split], { encoding: 'utf8' }).split('\0');
  const after = (flag: string) => words.flatMap((word, index) => (words[index - 1] === flag ? [word] : []));
  const response = await fetch(words.find((word) => word.startsWith('http')) ?? '', {
    method: after('-X')[0] ?? 'GET',
    headers: after('-H').map((header): [string, string] => [header.split(': ')[0] ?? '', header.split(': ')[1] ?? '']),
    body: after('-d')[0] ?? null,
  });
  return { status: response.status, body: await response.text() };
}

/**
 * A disk that takes no more. A limit on the size of files makes every write behind it fail (EFBIG) as on a full disk;
 * it needs no root and can be lifted while the server runs.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { type Answer, dialectsOf, users } from '../helpers/client.ts';
import { onlyOnSqlite } from '../helpers/database.ts';
import { root, spawnGatehouse, startCommand, startProcess } from '../helpers/process.ts';
import { expectStatus, tempFolder } from '../helpers/service.ts';
import { until } from '../helpers/until.ts';

const id = '106540352242961';
/** In units of 512 bytes; the log of SQLite reaches 512 KiB after some dozen requests. */
const limit = 1024;
const limited = ['sh', '-c', `trap "" XFSZ; ulimit -S -f ${limit}; exec "$@"`, 'sh', ...startCommand] as const;

const noPrlimit = process.platform !== 'linux' || !runs('prlimit', '--version');
const otherDisk = onlyOnSqlite('PostgreSQL has a disk of its own: test/cluster/failures.test.ts fills it');
const skip = otherDisk || (noPrlimit && 'prlimit, which lifts the limit of a running process, is not here');

describe('a full disk', { skip }, () => {
  it('is told as it is in every dialect, hides no reading, and is over when there is room again', async (t) => {
    const data = tempFolder(t);
    const server = await startProcess(t, data, { command: [...limited], env: { GATEHOUSE_DEMO: 'off' } });
    const secret = await server.number(id);
    const dialects = dialectsOf(server, id, secret);
    const acknowledged: string[] = [];
    const block = async (dialect: keyof typeof dialects) => {
      const some = Array.from({ length: 20 }, (_, index) => String(16_500_000_000 + attempts * 20 + index));
      attempts += 1;
      const answer = await dialects[dialect]('POST', users(...some));
      if (answer.status === 200) acknowledged.push(...some);
      return answer;
    };
    let attempts = 0;
    const listed = async (of = dialects) => {
      const { json } = await of.meta('GET', undefined, '?limit=1000');
      return json.data.map((row: { wa_id: string }) => row.wa_id);
    };

    let last: Answer;
    do last = await block('meta');
    while (last.status === 200);
    assert.ok(acknowledged.length > 0, 'nothing fitted on the disk');

    for (let again = 0; again < 3; again += 1) {
      const [meta, d360, kapso] = await Promise.all([block('meta'), block('d360'), block('kapso')]);
      for (const { status, json, text } of [meta, kapso]) {
        assert.deepEqual([status, json.error.code, json.error.is_transient], [500, 139103, true], text);
      }
      assert.deepEqual([d360.status, d360.json], [500, { error: 'Internal server error' }]);
    }
    assert.deepEqual(await listed(), acknowledged);

    // What is small may still fit behind what was too large: fill that up too.
    for (let name = 0; (await server.admin('PUT', `/accounts/a${name}`)).status === 201; name += 1);
    expectStatus(await dialects.d360('DELETE', users(acknowledged[0] ?? '')), 500);
    expectStatus(await server.admin('PUT', `/numbers/${id}/blocks/16505551234`), 503);
    assert.deepEqual(await listed(), acknowledged);
    await until(async () => (await server.call('GET', '/health/ready')).status === 503);
    expectStatus(await server.call('GET', '/health/live'), 200);

    execFileSync('prlimit', ['--pid', String(server.pid), '--fsize=unlimited:']);
    expectStatus(await server.call('GET', '/health/ready'), 200);
    for (const dialect of ['meta', 'd360', 'kapso'] as const) expectStatus(await block(dialect), 200);
    expectStatus(await dialects.d360('DELETE', users(acknowledged.shift() ?? '')), 200);
    assert.deepEqual(await listed(), acknowledged);
    assert.equal(await server.end(), 0);

    const restarted = await startProcess(t, data);
    assert.deepEqual(await listed(dialectsOf(restarted, id, secret)), acknowledged);
    assert.equal((await restarted.admin('GET', `/numbers/${id}`)).json.blocked_users, acknowledged.length);
    assert.equal(await restarted.end(), 0);
    assert.deepEqual(readdirSync(data).sort(), ['gatehouse.db', 'gatehouse.db-lock']);
  });

  it('from the very start stops it with a sentence', async (t) => {
    const none = ['sh', '-c', 'trap "" XFSZ; ulimit -f 0; exec "$@"', 'sh', ...startCommand] as const;
    const { ended, output } = spawnGatehouse(t, tempFolder(t), { command: [...none] });
    assert.equal(await ended, 1);
    assert.match(output(), /^gatehouse: The database .*gatehouse\.db cannot be opened .*free space on the disk\.\n$/);
  });
});

/** Root may write everywhere: under it, the server runs as nobody. */
const nobody = process.getuid?.() === 0 ? 65_534 : undefined;
const unreachable = nobody !== undefined && !runsAs(nobody);

const noFile = onlyOnSqlite('PostgreSQL is no file of ours') || (unreachable && 'nobody may not read this folder');

describe('a database that may not be written', { skip: noFile }, () => {
  const own = (file: string) => nobody !== undefined && chownSync(file, nobody, nobody);
  const as = nobody === undefined ? {} : { uid: nobody };

  it('in a folder that is read-only: the start is refused with a sentence', async (t) => {
    const data = tempFolder(t);
    own(data);
    chmodSync(data, 0o500);
    const { ended, output } = spawnGatehouse(t, data, as);
    assert.equal(await ended, 1);
    assert.match(output(), /^gatehouse: The database .*gatehouse\.db cannot be opened .*may read and write.*\n$/);
    assert.deepEqual(readdirSync(data), []);
  });

  it('in a folder that cannot be made: the start is refused with a sentence', async (t) => {
    const data = tempFolder(t);
    own(data);
    chmodSync(data, 0o500);
    const { ended, output } = spawnGatehouse(t, path.join(data, 'below'), as);
    assert.equal(await ended, 1);
    assert.match(output(), /^gatehouse: The database .*gatehouse\.db cannot be opened .*\n$/);
    assert.ok(!existsSync(path.join(data, 'below')));
  });

  it('as a file that is read-only: the start is refused with a sentence, and what it holds stays', async (t) => {
    const data = tempFolder(t);
    own(data);
    const first = await startProcess(t, data, { ...as, env: { GATEHOUSE_DEMO: 'off' } });
    const secret = await first.number(id);
    expectStatus(await dialectsOf(first, id, secret).meta('POST', users('16505551234')), 200);
    assert.equal(await first.end(), 0);

    const file = path.join(data, 'gatehouse.db');
    chmodSync(file, 0o400);
    const second = spawnGatehouse(t, data, as);
    assert.equal(await second.ended, 1);
    assert.match(
      second.output(),
      /^gatehouse: The database .*gatehouse\.db cannot be opened .*may read and write.*\n$/,
    );

    for (const one of readdirSync(data)) chmodSync(path.join(data, one), 0o600);
    const third = await startProcess(t, data, as);
    const { json } = await dialectsOf(third, id, secret).meta('GET');
    assert.deepEqual(
      json.data.map((row: { wa_id: string }) => row.wa_id),
      ['16505551234'],
    );
  });
});

function runs(program: string, ...args: string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function runsAs(uid: number): boolean {
  try {
    execFileSync(startCommand[0], [path.join(root, 'bin', 'gatehouse.mjs'), '--version'], { uid, stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Ends: what is under way is finished, everything is let go of, and the exit code says so. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { adminKey, clientOf } from '../helpers/client.ts';
import { filesOf, isOnPostgres, onlyOnSqlite } from '../helpers/database.ts';
import { type ProcessOptions, root, spawnGatehouse, startProcess } from '../helpers/process.ts';
import { exchange, RawConnection, request } from '../helpers/raw.ts';
import { expectStatus, startTestService, tempFolder } from '../helpers/service.ts';
import { until } from '../helpers/until.ts';

const number = '{"display_phone_number":"+15550001111"}';
const putNumber = (id: string) =>
  request(`PUT /api/v1/numbers/${id}`, [`Authorization: Bearer ${adminKey}`, 'Content-Type: application/json'], number);

/** Sends all but the end of a request; gives what sends the rest and waits for the answer. */
async function beginRequest(base: string, id: string): Promise<() => Promise<number | undefined>> {
  const connection = new RawConnection(base);
  const bytes = putNumber(id);
  await connection.send(bytes.subarray(0, -9)).flushed();
  return async () => {
    using finished = connection;
    return (await finished.send(bytes.subarray(-9)).next())?.status;
  };
}

/** No new connection is taken any more: the end has begun. */
async function refusesNewcomers(base: string): Promise<void> {
  await until(async () => (await exchange(base, request('GET /health/live'))) === undefined);
}

describe('a server that is told to end', { concurrency: 2 }, () => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`by ${signal}, even twice, finishes what is under way and exits 0`, async (t) => {
      const data = tempFolder(t);
      const server = await startProcess(t, data);
      const finish = await beginRequest(server.base, '106540352242992');
      // The server has taken this one up for sure once a later request on another connection is answered.
      expectStatus(await server.call('GET', '/health/ready'), 200);
      server.child.kill(signal);
      await refusesNewcomers(server.base);
      server.child.kill(signal);
      assert.equal(await finish(), 201);
      assert.equal(await server.ended, 0);
      const again = await startProcess(t, data);
      expectStatus(await again.admin('GET', '/numbers/106540352242992'), 200);
      assert.equal(await again.end(), 0);
      const database = isOnPostgres ? [] : ['gatehouse.db', 'gatehouse.db-lock'];
      assert.deepEqual(readdirSync(filesOf(data)).sort(), ['first-start.txt', ...database]);
    });
  }

  it('does not wait for connections on which nothing is under way', async (t) => {
    const server = await startProcess(t, tempFolder(t));
    const idle = Array.from({ length: 5 }, () => new RawConnection(server.base));
    for (const one of idle) assert.equal((await one.send(request('GET /health/live')).next())?.status, 200);
    assert.equal(await server.end(), 0);
    for (const one of idle) assert.equal(await one.closed(), '');
  });

  it('exits although nobody reads its log any more', async (t) => {
    for (let round = 0; round < 4; round += 1) {
      const server = await startProcess(t, tempFolder(t));
      server.child.stdout?.destroy();
      expectStatus(await server.call('GET', '/health/live'), 200);
      assert.equal(await Promise.race([server.end(), sleep(5000, 'still there', { ref: false })]), 0);
    }
  });

  const skip = onlyOnSqlite('it is ended when it has made the file');

  it('while it starts exits 0 and leaves a database that opens', { skip }, async (t) => {
    const data = tempFolder(t);
    const { end, output } = spawnGatehouse(t, data);
    await until(() => readdirSync(data).includes('gatehouse.db-lock'));
    assert.equal(await end(), 0, output());
    const again = await startProcess(t, data);
    expectStatus(await again.call('GET', '/health/ready'), 200);
  });

  it('closes once, however often it is asked', async (t) => {
    const service = await startTestService(t);
    await Promise.all([service.close(), service.close()]);
    await service.close();
    await assert.rejects(fetch(service.base), TypeError);
  });
});

describe('npm start', { skip: runs('npm', '--version') ? false : 'there is no npm here' }, () => {
  const options = (env: ProcessOptions['env'] = {}): ProcessOptions => ({
    command: ['npm', 'start', '--silent'],
    cwd: root,
    group: true,
    env: { GATEHOUSE_DEMO: 'off', npm_config_logs_max: '0', npm_config_update_notifier: 'false', ...env },
  });

  it('passes SIGTERM on, twice too, exits 0 and leaves no process behind', async (t) => {
    const server = await startProcess(t, tempFolder(t), options());
    const finish = await beginRequest(server.base, '106540352242993');
    expectStatus(await server.call('GET', '/health/ready'), 200);
    server.child.kill('SIGTERM');
    await refusesNewcomers(server.base);
    server.child.kill('SIGTERM');
    assert.equal(await finish(), 201);
    assert.equal(await server.ended, 0);
    assert.ok(!isAlive(server.pid), 'a process of its group is left');
  });

  it('passes on the exit code and the arguments', async (t) => {
    const faulty = spawnGatehouse(t, tempFolder(t), options({ GATEHOUSE_PORT: 'eighty' }));
    assert.equal(await faulty.ended, 1);
    const asked = spawnGatehouse(t, tempFolder(t), { ...options(), args: ['--', '--version'] });
    assert.equal(await asked.ended, 0);
    assert.match(asked.output(), /^\d+\.\d+\.\d+\n$/);
  });
});

const oldNode = findOldNode();

describe('under a Node that is too old', { skip: oldNode ? false : 'no Node before 24 is on this machine' }, () => {
  const options: ProcessOptions = {
    command: [oldNode ?? '', `${root}/bin/gatehouse.mjs`],
    group: true,
    env: { GATEHOUSE_DEMO: 'off' },
  };

  it('it runs on the one that npm installed, and passes signals on', async (t) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      const server = await startProcess(t, tempFolder(t), options);
      expectStatus(await clientOf(server.base).call('GET', '/health/ready'), 200);
      assert.equal(await server.end(signal), 0);
      assert.ok(!isAlive(server.pid), 'a process of its group is left');
    }
  });

  it('it passes on the exit code', async (t) => {
    const version = spawnGatehouse(t, tempFolder(t), { ...options, args: ['--version'] });
    assert.equal(await version.ended, 0);
    const faulty = spawnGatehouse(t, tempFolder(t), { ...options, env: { GATEHOUSE_PORT: 'eighty' } });
    assert.equal(await faulty.ended, 1);
    assert.match(faulty.output(), /GATEHOUSE_PORT must be/);
  });

  it('it dies as the server dies', async (t) => {
    const server = await startProcess(t, tempFolder(t), options);
    const [, pid = ''] = /"pid":(\d+)/.exec(server.output()) ?? [];
    const below = pid || execFileSync('ps', ['-o', 'pid=', '--ppid', String(server.pid)], { encoding: 'utf8' });
    process.kill(Number(below), 'SIGKILL');
    assert.equal(await server.ended, 128 + 9);
  });
});

/** Whether any process of the group is there. */
function isAlive(group: number): boolean {
  try {
    process.kill(-group, 0);
    return true;
  } catch {
    return false;
  }
}

function findOldNode(): string | undefined {
  const folders = ['/usr/bin', '/usr/local/bin', ...(process.env['PATH'] ?? '').split(':')];
  return folders
    .map((folder) => `${folder}/node`)
    .find((node) => Number(/^v(\d+)\./.exec(output(node, '--version'))?.[1] ?? 24) < 24);
}

function runs(program: string, ...args: string[]): boolean {
  return output(program, ...args) !== '';
}

function output(program: string, ...args: string[]): string {
  try {
    return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return '';
  }
}

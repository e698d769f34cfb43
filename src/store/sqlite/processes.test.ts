/** What several processes, and processes that are killed, do to one file. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { describe, it, type TestContext } from 'node:test';
import { Caller, nameOf, one } from '../contract/fixture.contract.ts';
import { openStore } from '../index.ts';
import { tempFolder } from './temp-folder.contract.ts';

interface Worker {
  readonly process: ChildProcess;
  readonly lines: AsyncIterator<string>;
  next(): Promise<string>;
  /** All lines until it ends. */
  rest(): Promise<string[]>;
}

function work(
  t: TestContext,
  path: string,
  task: 'hold' | 'block' | 'block-in-thread' | 'once',
  lockWaitMs = 0,
): Worker {
  const script = join(import.meta.dirname, 'store-worker.contract.ts');
  const child = spawn(process.execPath, [script, path, String(lockWaitMs), task], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const next = async () => String((await lines.next()).value);
  const rest = async () => {
    const all: string[] = [];
    for (let line = await lines.next(); !line.done; line = await lines.next()) all.push(line.value);
    return all;
  };
  return { process: child, lines, next, rest };
}

async function kill({ process: child }: Worker): Promise<void> {
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

describe('a SQLite store and other processes', () => {
  for (const [task, how] of [
    ['block', ''],
    ['block-in-thread', ' while it writes in a thread'],
  ] as const) {
    it(`keeps all it said was blocked when it is killed${how}, and frees the file`, async (t) => {
      const path = join(tempFolder(t), 'a.db');
      const worker = work(t, path, task);
      assert.match(await worker.next(), /^open/);
      const reported = [];
      for (let count = 0; count < 300; count += 1) reported.push(await worker.next());
      await kill(worker);
      reported.push(...(await worker.rest()));

      const store = await openStore(`sqlite:${path}`, { lockWaitMs: 0 });
      t.after(() => store.close());
      const caller = new Caller(store);
      const page = await caller.page({ kind: 'start' }, 1_000_000);
      const blocked = new Set(page.entries.map(nameOf));
      assert.deepEqual(
        reported.filter((phone) => !blocked.has(phone)),
        [],
      );
      assert.equal(page.count, page.entries.length);
      const events = await store.lists.events(one, 0, 1_000_000);
      assert.deepEqual(
        events.events.map(({ seq }) => seq),
        page.entries.map(({ seq }) => seq),
      );
    });
  }

  it('refuses a second process that waited in vain, and lets in one that waited enough', async (t) => {
    const path = join(tempFolder(t), 'a.db');
    const holder = work(t, path, 'hold');
    assert.match(await holder.next(), /^open/);
    assert.deepEqual(await work(t, path, 'once', 20).rest(), [
      `StoreOpenError: The database ${path} is in use by another process, which kept it for 0.02 seconds.`,
    ]);
    const patient = openStore(`sqlite:${path}`, { lockPollMs: 5 });
    holder.process.stdin?.end('close\n');
    await (await patient).close();
  });

  it('lets in a second process when the first is killed', async (t) => {
    const path = join(tempFolder(t), 'a.db');
    const holder = work(t, path, 'hold');
    await holder.next();
    await assert.rejects(openStore(`sqlite:${path}`, { lockWaitMs: 0 }), { name: 'StoreOpenError' });
    const patient = openStore(`sqlite:${path}`, { lockPollMs: 5 });
    await kill(holder);
    await (await patient).close();
  });

  it('is made once by processes that race for a fresh file', async (t) => {
    const path = join(tempFolder(t), 'new', 'a.db');
    const workers = Array.from({ length: 4 }, () => work(t, path, 'once', 10_000));
    const lines = await Promise.all(workers.map((worker) => worker.rest()));
    assert.equal(lines.flat().length, 4);
    assert.equal(new Set(lines.flat()).size, 1, 'all see the one installation secret');
    assert.match(String(lines[0]?.[0]), /^open [0-9a-f]{64}$/);
  });

  it('can be read by another program while it is open', async (t) => {
    const path = join(tempFolder(t), 'a.db');
    const store = await openStore(`sqlite:${path}`);
    t.after(() => store.close());
    using other = new DatabaseSync(path, { readOnly: true });
    assert.deepEqual({ ...other.prepare('SELECT count(*) AS n FROM block_entry').get() }, { n: 0 });
  });
});

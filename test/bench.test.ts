import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { root } from './helpers/process.ts';

const run = promisify(execFile);

/** What an earlier run would have kept, had the check been a thousand times as fast as any. */
const planted = {
  date: '2026-01-01T00:00:00Z',
  commit: 'planted',
  rounds: 1,
  quick: true,
  machine: {},
  scenarios: [
    {
      name: 'check',
      contenders: [{ name: 'gatehouse', summary: { rate: { median: 1e8, min: 1e8, max: 1e8 } } }],
    },
  ],
};

describe('the benchmark', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'gatehouse-test-'));
  const fileEnding = (end: string) => path.join(folder, readdirSync(folder).find((name) => name.endsWith(end)) ?? '');
  let said = '';
  before(async () => {
    const before = path.join(folder, 'planted');
    writeFileSync(before, JSON.stringify(planted));
    const small = ['--quick', '--rounds', '1', '--only', 'check', '--data', folder, '--out', folder];
    said = (await run(process.execPath, ['bench/run.ts', ...small, '--compare', before], { cwd: root })).stdout;
  });
  after(() => rmSync(folder, { recursive: true }));

  it('keeps what it measured, and with what and on which machine', () => {
    const { scenarios, versions, machine } = JSON.parse(readFileSync(fileEnding('.json'), 'utf8'));
    const [check, ...others] = scenarios;
    assert.deepEqual([check.name, others], ['check', []]);
    assert.deepEqual(
      check.contenders.map(({ name }: { name: string }) => name),
      ['gatehouse', 'bare node:http'],
    );
    for (const { samples, summary } of check.contenders) {
      assert.equal(samples.length, 1);
      for (const metric of ['rate', 'p50', 'p99']) {
        const { median, min, max } = summary[metric];
        assert.ok(min > 0 && min <= median && median <= max, `${metric}: ${min}, ${median}, ${max}`);
      }
    }
    for (const name of ['node', 'fastify', 'sqlite', 'prism', 'mockoon']) assert.match(versions[name], /^\d+\./);
    for (const name of ['cpu', 'cores', 'memory_gib', 'kernel', 'file_system', 'fsync_p50_ms']) {
      assert.ok(machine[name], name);
    }
  });

  it('says which floors of what was played hold, in a table and a chart', () => {
    const { floors } = JSON.parse(readFileSync(fileEnding('.json'), 'utf8'));
    assert.deepEqual(
      floors.map(({ name, holds }: { name: string; holds?: boolean }) => [name, typeof holds]),
      [['check against bare node:http', 'boolean']],
    );
    const row = /\| check against bare node:http \| at least 0.6× \| \d/;
    assert.match(readFileSync(fileEnding('.md'), 'utf8'), row);
    assert.match(said, row);
    assert.match(readFileSync(fileEnding('-floors.svg'), 'utf8'), /^<svg /);
  });

  it('names what got slower than in another result', () => {
    const [, slower = ''] = /Slower or larger:\n([\s\S]*?)Faster or smaller: nothing/.exec(said) ?? [];
    assert.match(slower, /^ {2}check, gatehouse: rate ×0.00/);
  });

  it('says when there is no scenario of a name', async () => {
    const asked = run(process.execPath, ['bench/run.ts', '--only', 'nothing'], { cwd: root });
    await assert.rejects(asked, /no scenario is called nothing/);
  });
});

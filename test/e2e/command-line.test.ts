/** What the command line and the settings say, before anything starts. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { type ProcessOptions, root, spawnGatehouse } from '../helpers/process.ts';
import { tempFolder } from '../helpers/service.ts';

/** Runs to the end; gives how it ended and what it printed. */
async function run(t: TestContext, args: readonly string[], env: ProcessOptions['env'] = {}) {
  const spawned = spawnGatehouse(t, tempFolder(t), { args, env });
  return { end: await spawned.ended, output: spawned.output() };
}

describe('the command line', { concurrency: 2 }, () => {
  it('--help names every setting and exits 0', async (t) => {
    for (const flag of ['--help', '-h']) {
      const { end, output } = await run(t, [flag]);
      assert.equal(end, 0);
      for (const name of ['HOST', 'PORT', 'DATABASE', 'ADMIN_KEY', 'PUBLIC_URL', 'LOG_LEVEL', 'DEMO']) {
        assert.match(output, new RegExp(`^  GATEHOUSE_${name} .*\\(.+\\)`, 'm'));
      }
    }
  });

  it('--version prints the version of package.json and exits 0', async (t) => {
    const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
    assert.deepEqual(await run(t, ['--version']), { end: 0, output: `${version}\n` });
  });

  it('refuses what it does not know, and shows the help', async (t) => {
    for (const args of [['--prot', '80'], ['serv'], ['serve', '--port'], ['--version=1']]) {
      const { end, output } = await run(t, args);
      assert.equal(end, 2, args.join(' '));
      assert.match(output, /^gatehouse: .*(--prot|serv|--port|--version)[\s\S]*Usage: gatehouse/);
    }
  });

  it('names every mistyped setting at once, and no secret', async (t) => {
    const { end, output } = await run(t, [], {
      GATEHOUSE_PORT: 'eighty',
      GATEHOUSE_LOG_LEVEL: 'loud',
      GATEHOUSE_DATABASE: 'gatehouse.db',
      GATEHOUSE_ADMIN_KEY: 'too short',
      GATEHOUSE_PUBLIC_URL: 'example.com',
      GATEHOUSE_DEMO: 'yes',
      GATEHOUSE_HOST: 'not a host',
      GATEHOUSE_ADMINKEY: 'no-setting-of-ours-0123456789',
    });
    assert.equal(end, 1);
    for (const name of ['PORT', 'LOG_LEVEL', 'DATABASE', 'ADMIN_KEY', 'PUBLIC_URL', 'DEMO', 'HOST', 'ADMINKEY']) {
      assert.match(output, new RegExp(`^  GATEHOUSE_${name} `, 'm'));
    }
    assert.doesNotMatch(output, /too short|no-setting-of-ours/);
    assert.doesNotMatch(output, /^\s+at /m);
  });
});

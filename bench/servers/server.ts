import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../test/helpers/free-port.ts';

export interface ServerOptions {
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** A file to write before it starts. */
  readonly config?: { readonly file: string; readonly text: string };
  /** Where what it prints is kept. */
  readonly log: string;
  /** A GET that is answered with 2xx once it is ready. */
  readonly ready: string;
  readonly readyHeaders?: Readonly<Record<string, string>>;
}

/** How long a start may take, in ms. */
const patience = 120_000;
const grace = 20_000;

/** Those that run end with us, however we end. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** A server as a process of its own, on a free port. */
export class Server {
  readonly port: number;
  /** From its start until it answered, in ms. */
  readonly startMs: number;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, port: number, startMs: number) {
    this.#child = child;
    this.port = port;
    this.startMs = startMs;
  }

  /** Resolves when it is ready. `PORT` in command, env and config is replaced by the port to listen on. */
  static async start({ command, env = {}, config, log, ready, readyHeaders = {} }: ServerOptions): Promise<Server> {
    const port = await freePort();
    const put = (text: string) => text.replaceAll('{PORT}', String(port));
    const [program = process.execPath, ...args] = command.map(put);
    if (config) writeFileSync(config.file, put(config.text));
    const output = openSync(log, 'a');
    const began = performance.now();
    const child = spawn(program, args, {
      env: { ...process.env, ...Object.fromEntries(Object.entries(env).map(([name, value]) => [name, put(value)])) },
      stdio: ['ignore', output, output],
    });
    closeSync(output);
    running.add(child);
    child.once('exit', () => running.delete(child));
    try {
      await becomesReady(child, { port, path: ready, headers: { connection: 'close', ...readyHeaders } }, began);
    } catch (error) {
      child.kill('SIGKILL');
      throw new Error(`${command.join(' ')}: ${(error as Error).message}\n${readFileSync(log, 'utf8').slice(-2000)}`);
    }
    return new Server(child, port, performance.now() - began);
  }

  /** Resident memory, of its children too, in MiB. */
  memoryMib(): number {
    return residentMib(this.#child.pid ?? 0, 'VmRSS');
  }

  /** The part of it that is no file's: the kernel cannot have it back. */
  ownMemoryMib(): number {
    return residentMib(this.#child.pid ?? 0, 'RssAnon');
  }

  /** Processor time that it has taken so far, of its children too, in ms. */
  cpuMs(): number {
    return processorMs(this.#child.pid ?? 0);
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    const late = setTimeout(() => this.#child.kill('SIGKILL'), grace);
    await ended;
    clearTimeout(late);
  }
}

async function becomesReady(child: ChildProcess, options: http.RequestOptions, began: number): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode} before it was ready`);
    if (performance.now() - began > patience) throw new Error('it did not become ready');
    // A refused connection is a cheaper question than a request.
    if ((await listens(options.port as number)) && (await answersWell(options))) return;
    await delay(2);
  }
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

function answersWell(options: http.RequestOptions): Promise<boolean> {
  return new Promise((resolve) => {
    const request = http.get({ host: '127.0.0.1', agent: false, ...options }, (answer) => {
      answer.resume().once('end', () => resolve(answer.statusCode === 200));
    });
    request.once('error', () => resolve(false));
  });
}

function residentMib(pid: number, kind: 'VmRSS' | 'RssAnon'): number {
  const line = new RegExp(`^${kind}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return childrenOf(pid).reduce((sum, child) => sum + residentMib(child, kind), Number(line?.[1] ?? 0) / 1024);
}

/** User and system time of a process and its children, also of those that ended. */
export function processorMs(pid: number): number {
  try {
    const own = timesOf(pid).reduce((sum, time) => sum + time, 0);
    return childrenOf(pid).reduce((sum, child) => sum + processorMs(child), own);
  } catch (error) {
    // A child that ends meanwhile is among its parent's the next time.
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return 0;
    throw error;
  }
}

/** That of this process's children which ended. */
export function endedChildrenMs(): number {
  const [, , user = 0, system = 0] = timesOf('self');
  return user + system;
}

/** User and system time, its own and that of children which ended: the kernel counts it in hundredths of a second. */
function timesOf(pid: number | 'self'): number[] {
  const [, rest = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
  return rest
    .split(' ')
    .slice(11, 15)
    .map((ticks) => Number(ticks) * 10);
}

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
}

import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { afterwards } from './cleanup.ts';
import { adminKey, type Client, clientOf } from './client.ts';
import { databaseOf, isOnPostgres } from './database.ts';

export const root = path.join(import.meta.dirname, '..', '..');

/** How a process ended: its exit code, or the name of the signal that ended it. */
export type End = number | string | null;

export interface Spawned {
  readonly child: ChildProcess;
  readonly pid: number;
  /** Resolves when it has ended and all that it printed was read. */
  readonly ended: Promise<End>;
  /** What it printed so far, on both streams. */
  output(): string;
  /** Resolves when it has printed this; rejects if it ends first. */
  said(pattern: RegExp): Promise<RegExpExecArray>;
  /** Sends the signal and waits for the end. */
  end(signal?: NodeJS.Signals): Promise<End>;
}

export interface GatehouseProcess extends Client, Spawned {}

export interface ProcessOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly args?: readonly string[];
  /** What to run instead of Gatehouse's own start, for example under a shell with limits. */
  readonly command?: readonly [string, ...string[]];
  /** Where it is started; absent: in the project. */
  readonly cwd?: string;
  /** Whose user id it runs under. */
  readonly uid?: number;
  /** Gives it a process group of its own, which is killed as a whole after the test. */
  readonly group?: boolean;
}

/** How the project starts: this Node, and the file that `npm start` runs. */
export const startCommand: readonly [string, ...string[]] = [process.execPath, path.join(root, 'bin', 'gatehouse.mjs')];

/** Starts a process, with a database of SQLite unless its variables say otherwise, and collects what it prints; it is killed with the test if it still runs. */
export function spawnGatehouse(t: TestContext, data: string, options: ProcessOptions = {}): Spawned {
  const [program, ...args] = options.command ?? startCommand;
  const child = spawn(program, [...args, ...(options.args ?? [])], {
    cwd: options.cwd ?? root,
    env: {
      ...process.env,
      NODE_TEST_CONTEXT: undefined,
      GATEHOUSE_PORT: '0',
      GATEHOUSE_DATABASE: `sqlite:${path.join(data, 'gatehouse.db')}`,
      GATEHOUSE_ADMIN_KEY: adminKey,
      GATEHOUSE_LOG_LEVEL: 'info',
      ...options.env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: options.group ?? false,
    ...(options.uid !== undefined && { uid: options.uid, gid: options.uid }),
  });
  const pid = child.pid ?? 0;
  let output = '';
  const ended = new Promise<End>((resolve, reject) => {
    child.on('close', (code, signal) => resolve(code ?? signal));
    child.on('error', reject);
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      output += chunk;
    });
  }
  afterwards(t, async () => {
    if (options.group) killGroup(pid);
    else child.kill('SIGKILL');
    await ended;
  });
  return {
    child,
    pid,
    ended,
    output: () => output,
    said: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = pattern.exec(output);
          if (found) resolve(found);
        };
        for (const stream of [child.stdout, child.stderr]) stream?.on('data', look);
        look();
        ended.then((how) => reject(new Error(`it ended (${how}) before it said ${pattern}: ${output}`)), reject);
      }),
    end(signal = 'SIGTERM') {
      child.kill(signal);
      return ended;
    },
  };
}

/** Starts Gatehouse as a process of its own, on a free port; resolves when it says where it listens. */
export async function startProcess(
  t: TestContext,
  data: string,
  options: ProcessOptions = {},
): Promise<GatehouseProcess> {
  const { GATEHOUSE_DATABASE: database = await databaseOf(t, data) } = options.env ?? {};
  const spawned = spawnGatehouse(t, data, {
    // Files for the operator are put where it is started, if they cannot be beside the database.
    ...(isOnPostgres && { cwd: data }),
    ...options,
    env: { ...options.env, GATEHOUSE_DATABASE: database },
  });
  const [, url = ''] = await spawned.said(/listens on (http:\/\/[^\s"]+)/);
  return { ...clientOf(url), ...spawned };
}

/** Ends every process of a group, if there is any. */
function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nobody is left.
  }
}

/** What is cleaned up however a process ends: by a shell, whose input ends with the process, and which so outlives it for a moment. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { RunAs } from './postgres-programs.ts';

/** Starts a shell that runs this, with the folder as `$1`, once this process ends. Gives what has it done now, and waits for it. */
export function startGuard(cleanUp: string, folder: string, user: RunAs = {}): () => Promise<void> {
  const shell = spawn('/bin/sh', ['-c', `read -r _\n${cleanUp}`, 'sh', folder], {
    ...user,
    cwd: '/',
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  release(shell);
  return async () => {
    const ended = once(shell, 'exit');
    shell.ref();
    shell.stdin.end();
    await ended;
  };
}

/** Lets this process end though a child runs. */
export function release(child: ChildProcess): void {
  child.unref();
  for (const stream of [child.stdin, child.stderr]) (stream as Socket | null)?.unref();
}

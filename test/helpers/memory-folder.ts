/** A folder in memory: files that live as long as a test cost no disk there, and none waits for it. */
import { execFileSync } from 'node:child_process';
import { accessSync, chmodSync, constants, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { startGuard } from './guard.ts';

const gibibyte = 1024 ** 3;

/** Whoever has files in it may take a moment to end: a server of PostgreSQL is known by them to whoever ends it. */
const cleanUp = `n=0
while ls -d "$1"/gatehouse-postgres-* >/dev/null 2>&1 && [ $n -lt 500 ]; do n=$((n + 1)); sleep 0.02; done
n=0; until rm -rf "$1" || [ $n -ge 500 ]; do n=$((n + 1)); sleep 0.02; done`;

export interface MemoryFolder {
  readonly path: string;
  /** Deletes it, and all that is in it. */
  end(): Promise<void>;
}

/** Makes one that all users share, as they do the system's own for temporary files; it ends with this process at the latest. Absent: there is no place for it here. */
export async function makeMemoryFolder(place = '/dev/shm'): Promise<MemoryFolder | undefined> {
  if (!hasRoom(place)) return undefined;
  const folder = mkdtempSync(path.join(place, 'gatehouse-tests-'));
  chmodSync(folder, 0o1777);
  const end = startGuard(cleanUp, folder);
  if (runsPrograms(folder)) return { path: folder, end };
  await end();
  return undefined;
}

/** What is there may be less than what may be taken: a container has its own bounds. */
function hasRoom(place: string): boolean {
  try {
    accessSync(place, constants.W_OK);
    const { bavail, bsize } = statfsSync(place);
    return bavail * bsize >= 2 * gibibyte && process.availableMemory() >= 4 * gibibyte;
  } catch {
    return false;
  }
}

/** Containers may forbid it there. */
function runsPrograms(folder: string): boolean {
  const program = path.join(folder, 'program');
  writeFileSync(program, '#!/bin/sh\n', { mode: 0o755 });
  try {
    execFileSync(program);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(program);
  }
}

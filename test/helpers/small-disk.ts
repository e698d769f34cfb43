/** A disk of few megabytes, which somebody fills: memory that is mounted in a namespace of one process, which takes no root. */
import { execFileSync } from 'node:child_process';
import { type RunAs, unprivileged } from './postgres-programs.ts';

/** Runs what follows it, where a disk of so many MiB is mounted at the folder, as a user who may mount nothing. */
export function onSmallDisk(folder: string, mebibytes: number): readonly [string, ...string[]] {
  const mount = `mount -t tmpfs -o size=${mebibytes}m,mode=0700 tmpfs "$0" && exec unshare --map-user=1000 "$@"`;
  return ['unshare', '--map-root-user', '--mount', 'sh', '-c', mount, folder];
}

/** Why there can be none here. */
export function noSmallDisk(user: RunAs = unprivileged()): string | false {
  const [program, ...args] = onSmallDisk('/tmp', 1);
  try {
    execFileSync(program, [...args, 'true'], { ...user, cwd: '/', stdio: 'ignore' });
    return false;
  } catch {
    return 'this system gives no namespace to mount in (unshare --map-root-user --mount)';
  }
}

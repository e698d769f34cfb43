/**
 * What all files of one run of the tests share: a folder in memory for what they put into temporary files, and a server of
 * PostgreSQL. A file that is run by itself has neither, and finds the same: it then has files on the disk and a server of its own.
 */
import path from 'node:path';
import { type MemoryFolder, makeMemoryFolder } from './helpers/memory-folder.ts';
import { type Running, runPostgres } from './helpers/postgres.ts';

let folder: MemoryFolder | undefined;
let postgres: Running | undefined;

export async function globalSetup(): Promise<void> {
  const { env } = process;
  const { NODE_COMPILE_CACHE: cache } = env;
  // Some processes are started elsewhere.
  if (cache !== undefined) env['NODE_COMPILE_CACHE'] = path.resolve(cache);
  // Whoever names a folder wants that one.
  folder = env['TMPDIR'] === undefined ? await makeMemoryFolder() : undefined;
  if (folder) env['TMPDIR'] = folder.path;
  try {
    postgres = await runPostgres({ max_connections: 300 });
  } catch {
    // Each file that needs one then says why there is none; the others go on.
    return;
  }
  const { port, password } = postgres.cluster;
  env['TEST_POSTGRES'] = `${port} ${password}`;
}

export async function globalTeardown(): Promise<void> {
  await postgres?.end();
  await folder?.end();
}

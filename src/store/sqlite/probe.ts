import { rm, writeFile } from 'node:fs/promises';
import { seldom } from '../seldom.ts';
import { storeUnavailable } from '../unavailable.ts';
import type { WriteQueue } from './writes.ts';

/** How much room on the disk there must be. */
const spare = Buffer.alloc(64 * 1024);

/** `now` is any clock that never goes back, in ms. */
export interface ProbeOptions {
  readonly path: string;
  readonly now?: () => number;
}

/**
 * Finds out whether the store can be written. A write that leaves the database as long as it is goes the whole way, fsync
 * included. As SQLite writes over its old log first, that succeeds on a full disk too, until suddenly it does not: so a file
 * beside the database, deleted at once, shows that there is room.
 */
export function createProbe(writes: WriteQueue, options: ProbeOptions): () => Promise<void> {
  const { path, now } = options;
  const probe = async () => {
    await writes.run('probe');
    await findRoom(`${path}-probe`);
  };
  return seldom(probe, now);
}

async function findRoom(file: string): Promise<void> {
  try {
    await writeFile(file, spare).finally(() => rm(file, { force: true }));
  } catch (cause) {
    throw storeUnavailable(cause);
  }
}

import { rm, writeFile } from 'node:fs/promises';
import { storeUnavailable } from '../unavailable.ts';
import type { WriteQueue } from './writes.ts';

/** How much room on the disk there must be. */
const spare = Buffer.alloc(64 * 1024);
/** How long a good answer holds: many monitors cost one probe a second. */
const holdsMs = 1000;

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
  const { path, now = () => performance.now() } = options;
  let goodUntil = -Infinity;
  let running: Promise<void> | undefined;

  async function probe(): Promise<void> {
    await writes.run('probe');
    await findRoom(`${path}-probe`);
    goodUntil = now() + holdsMs;
  }

  return async () => {
    if (now() < goodUntil) return;
    running ??= probe().finally(() => {
      running = undefined;
    });
    await running;
  };
}

async function findRoom(file: string): Promise<void> {
  try {
    await writeFile(file, spare).finally(() => rm(file, { force: true }));
  } catch (cause) {
    throw storeUnavailable(cause);
  }
}

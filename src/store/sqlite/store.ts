import type { Store } from '../../core/ports.ts';
import type { MaxWaiting } from '../bound.ts';
import type { BoundsOptions } from '../changes/webhook-bounds.ts';
import { storeUnavailable } from '../unavailable.ts';
import { BoundedWrites } from './bounded-writes.ts';
import { closeDatabase, type Database, type OpenOptions, openDatabase, toOpenError } from './database.ts';
import { createDirectory } from './directory.ts';
import { DirectoryMemory } from './directory-memory.ts';
import { Handover } from './handover.ts';
import { IdentityFilter } from './identity-filter.ts';
import { IdentityScan } from './identity-scan.ts';
import { createInstallation } from './installation.ts';
import { createJobs } from './jobs.ts';
import { OwnLeases } from './leases.ts';
import { ListReader } from './list-reader.ts';
import { createLists } from './lists.ts';
import { Pace, type PaceLimits } from './pace.ts';
import { openParts, type Parts } from './parts.ts';
import { createProbe } from './probe.ts';
import { createPushes } from './pushes.ts';
import { Reader } from './reader.ts';
import { sizeOf } from './size.ts';
import { type ThreadEvents, ThreadedWrites } from './threaded-writes.ts';
import { createWebhooks } from './webhooks.ts';
import { Writer, type WriterOptions } from './writer.ts';
import { createWrites, LocalWrites, type WriteQueue } from './writes.ts';

export interface AssembleOptions {
  readonly maxWaiting?: MaxWaiting;
}

export interface StoreOptions extends OpenOptions, WriterOptions, AssembleOptions, BoundsOptions {
  /** When writes get a thread of their own. */
  readonly pace?: PaceLimits;
}

/** Reads in this thread, and writes as long as they are short; long ones in another, so that no read waits for them. */
export async function openSqliteStore(file: string, options: StoreOptions = {}): Promise<Store> {
  const database = await openDatabase(file, options);
  const { db, path } = database;
  const pace = new Pace(options.pace);
  const observed = { ...options, observer: pace.watch(options.observer) };
  let writes: WriteQueue | undefined;
  try {
    const filter = new IdentityFilter();
    const parts = openParts(db, filter);
    const here = new LocalWrites(new Writer(db, observed), createWrites(db, parts, options));
    const startThread = (events: ThreadEvents) => new ThreadedWrites(path, { ...observed, filter }, events);
    writes = new Handover({ here, startThread, pace });
    return assembleStore(database, parts, writes, options);
  } catch (error) {
    await writes?.close();
    closeDatabase(database);
    throw toOpenError(path, error);
  }
}

/** A store that reads and writes over an open database's one connection; closing it closes that. */
export function createStore(database: Database, options: WriterOptions & AssembleOptions & BoundsOptions = {}): Store {
  const { db } = database;
  const parts = openParts(db, new IdentityFilter());
  const writes = new LocalWrites(new Writer(db, options), createWrites(db, parts, options));
  return assembleStore(database, parts, writes, options);
}

export function assembleStore(
  database: Database,
  parts: Parts,
  queue: WriteQueue,
  { maxWaiting }: AssembleOptions = {},
): Store {
  const { db, path } = database;
  const reader = new Reader(db);
  const memory = new DirectoryMemory();
  const bounded = new BoundedWrites(queue, maxWaiting);
  const writes = memory.watch(bounded);
  const listReader = new ListReader(reader, memory, parts.numbers);
  const leases = new OwnLeases();
  const probe = createProbe(writes, { path });
  const scan = parts.filter && new IdentityScan(db, parts.filter);
  scan?.start();
  let closing: Promise<void> | undefined;
  return {
    lists: createLists({ db, tables: parts.tables, reader, listReader, writes }),
    directory: createDirectory({ parts, reader, memory, writes }),
    pushes: createPushes({ db, tables: parts.tables.pushes, reader, writes }),
    webhooks: createWebhooks({ db, tables: parts.tables, reader, listReader, writes }),
    installation: createInstallation({ db, reader, memory, writes }),
    leases,
    jobs: createJobs({ db, leases, reader, writes }),
    probe: async () => {
      if (closing) throw storeUnavailable(new Error('the store is closed'));
      await probe();
    },
    usage: async () => ({ bytes: await sizeOf(path), waitingWrites: bounded.waiting }),
    close: () => {
      scan?.stop();
      closing ??= writes.close().then(() => closeDatabase(database));
      return closing;
    },
  };
}

import type { Store } from '../../core/ports.ts';
import { closeDatabase, type Database, type OpenOptions, openDatabase, toOpenError } from './database.ts';
import { createDirectory } from './directory.ts';
import { storeUnavailable } from './failures.ts';
import { createInstallation } from './installation.ts';
import { createLists, openTables } from './lists.ts';
import { createProbe } from './probe.ts';
import { Reader } from './reader.ts';
import { sizeOf } from './size.ts';
import { Writer, type WriterOptions } from './writer.ts';

export async function openSqliteStore(file: string, options: OpenOptions & WriterOptions = {}): Promise<Store> {
  const database = await openDatabase(file, options);
  try {
    return createStore(database, options);
  } catch (error) {
    closeDatabase(database);
    throw toOpenError(database.path, error);
  }
}

/** A store over an open database; closing it closes that. */
export function createStore(database: Database, options: WriterOptions = {}): Store {
  const { db, path } = database;
  const writer = new Writer(db, options);
  const reader = new Reader(db);
  const tables = openTables(db);
  const probe = createProbe(db, writer, { path });
  let closing: Promise<void> | undefined;
  return {
    lists: createLists(tables, reader, writer),
    directory: createDirectory(db, tables, reader, writer),
    installation: createInstallation(db, reader, writer),
    probe: async () => {
      if (closing) throw storeUnavailable(new Error('the store is closed'));
      await probe();
    },
    usage: async () => ({ bytes: await sizeOf(path), waitingWrites: writer.waiting }),
    close: () => {
      closing ??= writer.close().then(() => closeDatabase(database));
      return closing;
    },
  };
}

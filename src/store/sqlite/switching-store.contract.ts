/** A store that writes in this thread and in one of its own, as its pace asks. */
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Store } from '../../core/ports.ts';
import type { BoundsOptions } from '../changes/webhook-bounds.ts';
import { type Database, openDatabase } from './database.ts';
import { Handover, type HandoverParts } from './handover.ts';
import { IdentityFilter } from './identity-filter.ts';
import { openParts } from './parts.ts';
import { type AssembleOptions, assembleStore } from './store.ts';
import { tempFolder } from './temp-folder.contract.ts';
import { ThreadedWrites } from './threaded-writes.ts';
import { Writer, type WriterOptions } from './writer.ts';
import { createWrites, LocalWrites } from './writes.ts';

export interface SwitchingStore {
  readonly database: Database;
  readonly store: Store;
  /** The threads started so far. */
  readonly threads: ThreadedWrites[];
  /** Resolves when so many threads have been ready; nothing else keeps the process alive until then. */
  ready(count: number): Promise<void>;
}

export interface SwitchingOptions extends WriterOptions, AssembleOptions, BoundsOptions {
  readonly pace: HandoverParts['pace'];
}

/** Asks for the thread always. */
export const inThread: HandoverParts['pace'] = { asksForThread: () => true, forget: () => {} };
/** Asks at each write for the other side. */
export const toAndFro: HandoverParts['pace'] = { asksForThread: (isInThread) => !isInThread, forget: () => {} };

export async function openSwitching(t: TestContext, options: SwitchingOptions): Promise<SwitchingStore> {
  const database = await openDatabase(join(tempFolder(t), 'a.db'));
  const { db, path } = database;
  const filter = new IdentityFilter();
  const parts = openParts(db, filter);
  const threads: ThreadedWrites[] = [];
  const readiness: PromiseWithResolvers<void>[] = [];
  const nth = (count: number) => {
    while (readiness.length < count) readiness.push(Promise.withResolvers());
    return readiness[count - 1];
  };
  const writes = new Handover({
    pace: options.pace,
    here: new LocalWrites(new Writer(db, options), createWrites(db, parts, options)),
    startThread: ({ onReady, onEnd }) => {
      const count = threads.length + 1;
      const ready = () => {
        onReady?.();
        nth(count)?.resolve();
      };
      const thread = new ThreadedWrites(path, { ...options, filter }, { onReady: ready, ...(onEnd && { onEnd }) });
      threads.push(thread);
      return thread;
    },
  });
  const store = assembleStore(database, parts, writes, options);
  t.after(() => store.close());
  const ready = async (count: number) => {
    // A thread that is idle keeps no process alive.
    const alive = setInterval(() => {}, 1000);
    await nth(count)?.promise.finally(() => clearInterval(alive));
  };
  return { database, store, threads, ready };
}

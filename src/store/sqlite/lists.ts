import type { DatabaseSync } from 'node:sqlite';
import { Refusal } from '../../core/errors.ts';
import type { BlockLists } from '../../core/ports.ts';
import type { Tables } from './change-list.ts';
import { createCheck } from './check.ts';
import { Checkpoints } from './checkpoints.ts';
import { ListedIds } from './listed-ids.ts';
import { readIds, readPage } from './read-page.ts';
import type { Reader } from './reader.ts';
import type { WriteQueue } from './writes.ts';

export function createLists(db: DatabaseSync, tables: Tables, reader: Reader, writes: WriteQueue): BlockLists {
  const { states, entries, log } = tables;
  const ids = new ListedIds(db);
  const source = { entries, ids, checkpoints: new Checkpoints(entries) };
  return {
    block: (change) => writes.run('block', change),
    unblock: (change) => writes.run('unblock', change),
    receive: (message) => writes.run('receive', message),
    page: (number, request) => reader.read(() => readPage(source, number, request)),
    pageOfIds: (number, request) => {
      const { position, limit } = request;
      if (position.kind !== 'after' || limit === 0) return reader.read(() => readIds(source, number, request));
      return reader.readOne(() => ids.forward(number, position.seq, limit));
    },
    check: createCheck(tables, reader),
    events: (number, after, limit) =>
      reader.read(() => {
        if (!states.counters(number)) throw new Refusal({ kind: 'number_not_found', asked: number });
        return log.page(number, after, limit);
      }),
  };
}

import type { DatabaseSync } from 'node:sqlite';
import { Refusal } from '../../core/errors.ts';
import type { BlockLists } from '../../core/ports.ts';
import type { Tables } from './change-list.ts';
import { Checks } from './check.ts';
import { Checkpoints } from './checkpoints.ts';
import type { ListReader } from './list-reader.ts';
import { ListedIds } from './listed-ids.ts';
import { readIds, readPage } from './read-page.ts';
import type { Reader } from './reader.ts';
import type { WriteQueue } from './writes.ts';

export interface ListsParts {
  readonly db: DatabaseSync;
  readonly tables: Tables;
  readonly reader: Reader;
  readonly listReader: ListReader;
  readonly writes: WriteQueue;
}

export function createLists({ db, tables, reader, listReader, writes }: ListsParts): BlockLists {
  const { states, entries, log } = tables;
  const ids = new ListedIds(db);
  const checks = new Checks(db, tables, reader);
  const source = { entries, ids, checkpoints: new Checkpoints(entries) };
  return {
    block: (change) => writes.run('block', change),
    unblock: (change) => writes.run('unblock', change),
    receive: (message) => writes.run('receive', message),
    page: (number, request) => listReader.read(number, (list) => readPage(source, list, request)),
    pageOfIds: (number, request) => {
      const { kind } = request.position;
      const work = (list: number) => readIds(source, list, request);
      return kind === 'after' || kind === 'start' ? listReader.readOne(number, work) : listReader.read(number, work);
    },
    check: (number, user) => listReader.readOne(number, (list) => checks.check(list, user)),
    events: (number, after, limit) =>
      reader.read(() => {
        if (!states.counters(number)) throw new Refusal({ kind: 'number_not_found', asked: number });
        return log.page(number, after, limit);
      }),
  };
}

import type { DatabaseSync } from 'node:sqlite';
import { Refusal } from '../../core/errors.ts';
import type { BlockLists } from '../../core/ports.ts';
import type { UserId } from '../../core/user.ts';
import { targetsOf } from '../changes/push-changes.ts';
import { Checks } from './check.ts';
import { Checkpoints } from './checkpoints.ts';
import { lazily } from './lazily.ts';
import type { ListReader } from './list-reader.ts';
import { ListedIds } from './listed-ids.ts';
import type { HostedNumber } from './numbers.ts';
import { readIds, readPage } from './read-page.ts';
import type { Reader } from './reader.ts';
import { Syncs } from './syncs.ts';
import type { SqliteTables } from './tables.ts';
import type { WriteQueue } from './writes.ts';

export interface ListsParts {
  readonly db: DatabaseSync;
  readonly tables: SqliteTables;
  readonly reader: Reader;
  readonly listReader: ListReader;
  readonly writes: WriteQueue;
}

export function createLists({ db, tables, reader, listReader, writes }: ListsParts): BlockLists {
  const { states, people, entries, log } = tables;
  const ids = new ListedIds(db);
  const checks = new Checks(db, tables, reader);
  const syncs = lazily(() => new Syncs(db));
  const source = { entries, ids, checkpoints: new Checkpoints(entries) };
  const checkPushed = (list: number, user: UserId) => {
    const check = checks.check(list, user);
    const [entry] = check ? syncs().of(list, [check.entry]) : [];
    return check && entry && { ...check, entry };
  };
  /** Nearly nobody is blocked: only who is needs more than one statement, and a transaction around them. */
  const checkInFront = (list: number, user: UserId) =>
    checks.check(list, user) && reader.together(() => checkPushed(list, user));
  return {
    block: (change) => writes.run('block', change),
    unblock: (change) => writes.run('unblock', change),
    receive: (message) => writes.run('receive', message),
    page: (number, request) =>
      listReader.read(number, ({ list, number: { upstream } }) => {
        const page = readPage(source, list, request);
        return upstream && page.kind === 'page' ? { ...page, entries: syncs().of(list, page.entries) } : page;
      }),
    pageOfIds: (number, request) => {
      const { kind } = request.position;
      const work = ({ list }: HostedNumber) => readIds(source, list, request);
      return kind === 'after' || kind === 'start' ? listReader.readOne(number, work) : listReader.read(number, work);
    },
    isBlocked: (number, user) => listReader.readOne(number, ({ list }) => checks.check(list, user) !== undefined),
    check: (number, user) =>
      listReader.readOne(number, ({ list, number: { upstream } }) =>
        upstream ? checkInFront(list, user) : checks.check(list, user),
      ),
    removal: (number, user) =>
      listReader.read(number, ({ list, number: { upstream } }) => {
        if (!upstream) return undefined;
        const find = people.find(list, [user]);
        return find(user)?.person.blockedSeq === undefined
          ? syncs().removal(list, targetsOf({ find }, user))
          : undefined;
      }),
    events: (number, after, limit) =>
      reader.read(() => {
        if (!states.counters(number)) throw new Refusal({ kind: 'number_not_found', asked: number });
        return log.page(number, after, limit);
      }),
  };
}

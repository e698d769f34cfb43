/** Where the users of a pushed list stand at the provider. */
import type { DatabaseSync } from 'node:sqlite';
import type { BlockEntry } from '../../core/ports.ts';
import type { Sync } from '../../core/push.ts';
import type { Target } from '../changes/push-targets.ts';
import { type SyncRow, toRemoval, toSync } from '../changes/sync-rows.ts';
import { prepare } from './statement.ts';

const columns = 'state, code, detail, last_attempt_at, due';

export class Syncs {
  readonly #sql;

  constructor(db: DatabaseSync) {
    this.#sql = {
      within: prepare<SyncRow & { readonly seq: number }>(
        db,
        `SELECT entry.seq, ${columns}
         FROM push_list
         CROSS JOIN block_entry AS entry ON entry.list = push_list.list
         CROSS JOIN push ON push.list = entry.list AND push.target = ifnull(entry.wa_id, entry.user_id)
         WHERE push_list.list = ? AND entry.seq BETWEEN ? AND ? AND goal = 'block' AND generation > enqueue_through`,
      ),
      removal: prepare<SyncRow>(
        db,
        `SELECT ${columns} FROM push
         WHERE list = ? AND target IN (SELECT value FROM json_each(?)) AND goal = 'unblock' LIMIT 1`,
      ),
    };
  }

  /** The entries, which are in list order and all that the list has between their ends, with where each stands. */
  of(list: number, entries: readonly BlockEntry[]): BlockEntry[] {
    const [first, last] = [entries.at(0), entries.at(-1)];
    if (!first || !last) return [];
    const syncs = new Map(this.#sql.within.all(list, first.seq, last.seq).map((row) => [row.seq, toSync(row)]));
    return entries.map((entry) => ({ ...entry, sync: syncs.get(entry.seq) ?? { state: 'pending' } }));
  }

  /** Of a user who is not blocked, by the ids that the provider may have been told. */
  removal(list: number, targets: readonly Target[]): Sync | undefined {
    const row = this.#sql.removal.get(list, JSON.stringify(targets));
    return row && toRemoval(row);
  }
}

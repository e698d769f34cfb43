/** What was taken in of late: a provider repeats what was not confirmed, and sometimes what was. */
import { hash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { WebhookItem } from '../../core/webhook.ts';
import type { SeenTable } from '../changes/tables.ts';
import { prepare } from './statement.ts';

/** Of a SHA-256: two ids that share so many bytes will not be met. */
const keyBytes = 16;

export class Seen implements SeenTable {
  readonly #sql;

  constructor(db: DatabaseSync) {
    this.#sql = {
      add: prepare(
        db,
        `INSERT INTO seen (key, at, scope)
         VALUES (?, ?, coalesce((SELECT list FROM number_state WHERE number = ?4), ?4))
         ON CONFLICT DO UPDATE SET at = excluded.at, scope = excluded.scope WHERE seen.at <= ?3`,
      ),
      expire: prepare(db, 'DELETE FROM seen WHERE key IN (SELECT key FROM seen WHERE at <= ? ORDER BY at LIMIT ?)'),
    };
  }

  /** Keeps that an item was taken in at `at`. False: it was already, after `since`. `scope` is within what its id is unique. */
  add(scope: string, kind: WebhookItem['kind'], id: string, { at, since }: { at: number; since: number }): boolean {
    const key = hash('sha256', `${scope}\n${kind}\n${id}`, 'buffer').subarray(0, keyBytes);
    return Number(this.#sql.add.run(key, at, since, scope).changes) === 1;
  }

  /** Gives how many were forgotten. */
  expire(through: number, limit: number): number {
    return Number(this.#sql.expire.run(through, limit).changes);
  }
}

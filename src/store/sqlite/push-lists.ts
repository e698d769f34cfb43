/** The lists that are pushed: from where on a provider's list is filled, and how full it is. */
import type { DatabaseSync } from 'node:sqlite';
import type { ConnectionName, PhoneNumberId } from '../../core/ids.ts';
import type { Upstream } from '../../core/numbers.ts';
import type { SyncCount } from '../../core/ports.ts';
import type { PushedList, PushListsTable } from '../changes/tables.ts';
import { prepare } from './statement.ts';

interface Enqueueing extends PushedList<number> {
  readonly after: number;
  /** The last sequence number that was given. */
  readonly seq: number;
}

interface Slice {
  readonly size: number;
  readonly end: number | null;
}

const ofConnection = `(
  SELECT list FROM business_number JOIN number_state ON number_state.number = business_number.id WHERE connection = ?1)`;

export class PushLists implements PushListsTable<number> {
  readonly #sql;
  readonly #removals;

  constructor(db: DatabaseSync) {
    this.#sql = {
      of: prepare<PushedList<number>>(
        db,
        `SELECT push_list.list, enqueue_through AS through
         FROM number_state JOIN push_list ON push_list.list = number_state.list WHERE number = ?`,
      ),
      ofUpstream: prepare<PushedList<number>>(
        db,
        `SELECT push_list.list, enqueue_through AS through
         FROM business_number
         JOIN number_state ON number_state.number = business_number.id
         JOIN push_list ON push_list.list = number_state.list
         WHERE business_number.id = ? AND connection = ? AND upstream_number_id = ?`,
      ),
      begin: prepare(
        db,
        `INSERT INTO push_list (list, enqueue_after, enqueue_through, occupied, import_pending)
         SELECT list, iif(count = 0, NULL, 0), seq, 0, 1 FROM number_state WHERE list = ?`,
      ),
      beginAgain: prepare(
        db,
        `UPDATE push_list
         SET enqueue_after = iif(count = 0, NULL, 0), enqueue_through = seq, import_pending = 1
         FROM number_state WHERE number_state.list = push_list.list AND push_list.list IN ${ofConnection}`,
      ),
      step: prepare(db, `UPDATE number_state SET seq = seq + 1 WHERE list IN ${ofConnection}`),
      removeAgain: prepare(
        db,
        `UPDATE push
         SET generation = seq, state = 'pending', code = NULL, detail = NULL, attempts = 0, due = ?2
         FROM number_state
         WHERE number_state.list = push.list AND goal = 'unblock' AND push.list IN ${ofConnection}`,
      ),
      enqueueing: prepare<Enqueueing>(
        db,
        `SELECT push_list.list, enqueue_after AS after, enqueue_through AS through, seq
         FROM number_state JOIN push_list ON push_list.list = number_state.list
         WHERE number = ? AND enqueue_after IS NOT NULL`,
      ),
      slice: prepare<Slice>(
        db,
        `SELECT count(*) AS size, max(seq) AS end
         FROM (SELECT seq FROM block_entry WHERE list = ? AND seq > ? AND seq <= ? ORDER BY seq LIMIT ?)`,
      ),
      enqueue: prepare(
        db,
        `INSERT INTO push
           (list, target, goal, generation, state, occupies, code, detail, attempts, last_attempt_at, due)
         SELECT list, ifnull(wa_id, user_id), 'block', ?1 + row_number() OVER (ORDER BY seq),
                'pending', 0, NULL, NULL, 0, NULL, ?2
         FROM block_entry WHERE list = ?3 AND seq > ?4 AND seq <= ?5
         ON CONFLICT DO UPDATE SET
           goal = 'block', generation = excluded.generation, state = 'pending', occupies = 0,
           code = NULL, detail = NULL, attempts = 0, last_attempt_at = NULL, due = excluded.due
         WHERE push.generation <= ?6`,
      ),
      enqueued: prepare(db, 'UPDATE push_list SET enqueue_after = ? WHERE list = ?'),
      imported: prepare(
        db,
        `UPDATE push_list SET import_pending = 0
         WHERE list = (SELECT list FROM number_state WHERE number = ?) AND enqueue_through = ?`,
      ),
      saveSeq: prepare(db, 'UPDATE number_state SET seq = ? WHERE list = ?'),
      // Whoever is blocked has a row, or will get one: what is not counted otherwise is pending.
      counts: prepare<SyncCount>(
        db,
        `WITH pushed AS MATERIALIZED (
           SELECT connection, list, count
           FROM business_number JOIN number_state ON number_state.number = business_number.id
           WHERE connection IS NOT NULL
         ), counted AS (
           SELECT connection, state, users FROM pushed JOIN push_count USING (list) WHERE state <> 'pending'
           UNION ALL
           SELECT connection, 'pending', count - ifnull((
             SELECT sum(users) FROM push_count
             WHERE push_count.list = pushed.list AND state NOT IN ('pending', 'removing')), 0)
           FROM pushed
         )
         SELECT connection, state, sum(users) AS users FROM counted
         GROUP BY connection, state HAVING sum(users) > 0 ORDER BY connection, state`,
      ),
    };
    // The counters go first: to count each row down would cost more than to delete it.
    this.#removals = ['push_list', 'push_count', 'push_intent', 'push'].map((table) =>
      prepare(db, `DELETE FROM ${table} WHERE list = ?`),
    );
  }

  /** The list of a number that is pushed. */
  of(number: PhoneNumberId): PushedList<number> | undefined {
    return this.#sql.of.get(number);
  }

  /** The same, if it is pushed to this list and none has taken its place since. */
  ofUpstream(number: PhoneNumberId, { connection, numberId }: Upstream, asOf: number): PushedList<number> | undefined {
    const pushed = this.#sql.ofUpstream.get(number, connection, numberId);
    return pushed && pushed.through <= asOf ? pushed : undefined;
  }

  /** The list is pushed from now on, to a provider's list of which nothing is known. */
  begin(list: number): void {
    this.end(list);
    this.#sql.begin.run(list);
  }

  /** The list is not pushed any more. */
  end(list: number): void {
    for (const removal of this.#removals) removal.run(list);
  }

  /**
   * All lists of a connection have another list at the other end. Their entries are gone through again, and the unblocks
   * that were not confirmed are said there, too. What is under way is of an earlier generation.
   */
  beginAgain(connection: ConnectionName, at: number): void {
    this.#sql.beginAgain.run(connection);
    this.#sql.step.run(connection);
    this.#sql.removeAgain.run(connection, at);
  }

  /** Gives up to `limit` entries their pushes, unless they have a new one. False: all entries have theirs. */
  enqueue(number: PhoneNumberId, at: number, limit: number): boolean {
    const state = this.#sql.enqueueing.get(number);
    if (!state) return false;
    const { list, after, through, seq } = state;
    const { size, end } = this.#sql.slice.get(list, after, through, limit) ?? { size: 0, end: null };
    if (end !== null) {
      this.#sql.enqueue.run(seq, at, list, after, end, through);
      this.#sql.saveSeq.run(seq + size, list);
    }
    const hasMore = size === limit && end !== through;
    this.#sql.enqueued.run(hasMore ? end : null, list);
    return hasMore;
  }

  /** What the provider listed when that was the last sequence number is blocked here now. */
  imported(number: PhoneNumberId, asOf: number): void {
    this.#sql.imported.run(number, asOf);
  }

  counts(): SyncCount[] {
    return this.#sql.counts.all().map((row) => ({ ...row }));
  }
}

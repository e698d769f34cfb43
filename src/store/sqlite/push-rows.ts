/** Whom providers were told of, or are to be told of: a row per user and list. */
import type { DatabaseSync } from 'node:sqlite';
import type { ConnectionName } from '../../core/ids.ts';
import type { PushGoal, Settlement } from '../../core/push.ts';
import type { PackedUsers } from '../changes/packed-users.ts';
import type { Target } from '../changes/push-targets.ts';
import type { Asked, Halt, Place, PushRowsTable, Retry } from '../changes/tables.ts';
import { prepare } from './statement.ts';

const columns = 'list, target, goal, generation, state, occupies, code, detail, attempts, last_attempt_at, due';

/** Who may have been told of already stays counted until the provider has answered to the new goal. */
const replace = `ON CONFLICT DO UPDATE SET
  goal = excluded.goal, generation = excluded.generation, state = excluded.state,
  occupies = max(push.occupies, excluded.occupies,
                 excluded.goal = 'unblock' AND push.goal = 'block' AND push.state = 'pending'),
  code = NULL, detail = NULL, attempts = 0, last_attempt_at = NULL, due = excluded.due`;

const again = `state = 'pending', code = NULL, detail = NULL, attempts = 0, due = ?`;

export class PushRows implements PushRowsTable<number> {
  readonly #sql;

  constructor(db: DatabaseSync) {
    this.#sql = {
      askMany: prepare(
        db,
        `INSERT INTO push (${columns})
         SELECT ?1, iif(type = 'array', value ->> 0, value), ?2, ?3 + key, 'pending', 0, NULL, NULL, 0, NULL, ?4
         FROM json_each(?5) WHERE true
         ${replace}`,
      ),
      ask: prepare(
        db,
        `INSERT INTO push (${columns}) VALUES (?, ?, ?, ?, 'pending', ?, NULL, NULL, 0, NULL, ?) ${replace}`,
      ),
      latest: prepare<Place>(
        db,
        'SELECT occupies FROM push WHERE list = ? AND target = ? AND goal = ? AND generation = ?',
      ),
      take: prepare<Place>(db, 'DELETE FROM push WHERE list = ? AND target = ? RETURNING occupies'),
      confirmRemoval: prepare<Place>(
        db,
        "DELETE FROM push WHERE list = ? AND target = ? AND goal = 'unblock' RETURNING occupies",
      ),
      sync: prepare(
        db,
        `UPDATE push SET state = 'synced', occupies = 1, code = NULL, detail = NULL, attempts = 0,
                         last_attempt_at = ?, due = NULL
         WHERE list = ? AND target = ? AND goal = 'block'`,
      ),
      isOf: prepare(db, "SELECT 1 FROM push WHERE list = ? AND target = ? AND goal = 'block' AND generation > ?"),
      adopt: prepare(
        db,
        `INSERT INTO push (${columns}) VALUES (?, ?, 'block', ?, 'synced', 1, NULL, NULL, 0, ?, NULL)
         ON CONFLICT DO UPDATE SET
           goal = 'block', generation = excluded.generation, state = 'synced', occupies = 1,
           code = NULL, detail = NULL, attempts = 0, last_attempt_at = excluded.last_attempt_at, due = NULL`,
      ),
      removing: prepare<{ readonly target: Target }>(
        db,
        `SELECT target FROM push
         WHERE list = ? AND target IN (SELECT value FROM json_each(?)) AND goal = 'unblock'`,
      ),
      halt: prepare(
        db,
        `UPDATE push SET state = iif(goal = 'block', ?, 'failed'), occupies = iif(goal = 'block', 0, occupies),
                         code = ?, detail = ?, last_attempt_at = ?, due = NULL
         WHERE list = ? AND target = ?`,
      ),
      retry: prepare(
        db,
        `UPDATE push SET state = 'pending', attempts = attempts + 1, code = ?, detail = ?, last_attempt_at = ?, due = ?
         WHERE list = ? AND target = ?`,
      ),
      release: prepare(
        db,
        `UPDATE push SET ${again}
         WHERE list = ? AND target IN (
           SELECT target FROM push JOIN push_list ON push_list.list = push.list
           WHERE push.list = ? AND state = 'overflow' AND generation > enqueue_through
           ORDER BY generation LIMIT ?)`,
      ),
      wrote: prepare(
        db,
        `UPDATE push SET ${again} WHERE list = ? AND target = ? AND goal = 'block' AND state = 'waiting'`,
      ),
      askAgain: prepare(
        db,
        `UPDATE push SET ${again} WHERE list = ? AND target = ? AND goal = 'block' AND state IN ('waiting', 'failed')`,
      ),
      // SQLite would rather read the whole list.
      retryFailed: prepare(db, `UPDATE push INDEXED BY push_failed SET ${again} WHERE list = ? AND state = 'failed'`),
      retryFailedOf: prepare(
        db,
        `UPDATE push INDEXED BY push_failed SET ${again}
         WHERE state = 'failed' AND list IN (
           SELECT list FROM business_number JOIN number_state ON number_state.number = business_number.id
           WHERE connection = ?)`,
      ),
    };
  }

  /** The provider is to be told of these users, in their order; the first push gets `generation`, the others follow on. */
  askAll(list: number, goal: PushGoal, generation: number, { users, json }: PackedUsers, at: number): void {
    const [first] = users;
    const target = first?.waId ?? first?.userId;
    if (users.length > 1) this.#sql.askMany.run(list, goal, generation, at, json);
    else if (target !== undefined) this.ask(list, { target, goal, generation, mayBeThere: false }, at);
  }

  ask(list: number, { target, goal, generation, mayBeThere }: Asked, at: number): void {
    this.#sql.ask.run(list, target, goal, generation, Number(mayBeThere), at);
  }

  /** What is known of a push, if it is what was asked for last. */
  latest(list: number, target: Target, { goal, generation }: Settlement['push']): Place | undefined {
    return this.#sql.latest.get(list, target, goal, generation);
  }

  /** Forgets what is said of a user. */
  take(list: number, target: Target): Place | undefined {
    return this.#sql.take.get(list, target);
  }

  /** The provider has no block of this user any more. Gives how many places came free. */
  confirmRemoval(list: number, target: Target): number {
    return this.#sql.confirmRemoval.get(list, target)?.occupies ?? 0;
  }

  /** The provider has the block of this user. */
  sync(list: number, target: Target, at: number): void {
    this.#sql.sync.run(at, list, target);
  }

  /** Whether there is a row of the user's block that was asked for after `through`. */
  isOf(list: number, target: Target, through: number): boolean {
    return this.#sql.isOf.get(list, target, through) !== undefined;
  }

  /** The provider has the block of this user, of whom it was not told. */
  adopt(list: number, target: Target, generation: number, at: number): void {
    this.#sql.adopt.run(list, target, generation, at);
  }

  /** Those of whom the provider is to be told that they are free. */
  removing(list: number, targets: readonly Target[]): Target[] {
    return this.#sql.removing.all(list, JSON.stringify(targets)).map(({ target }) => target);
  }

  /** Only a block can wait for a message or for room: an unblock that is refused has failed. */
  halt(list: number, target: Target, { state, code, detail }: Halt, at: number): void {
    this.#sql.halt.run(state, code, detail, at, list, target);
  }

  retry(list: number, target: Target, { due, code, detail }: Retry, at: number): void {
    this.#sql.retry.run(code, detail, at, due, list, target);
  }

  /** So many places came free on the provider's list: they are for those blocked longest of whom it had no room for. */
  release(list: number, places: number, at: number): void {
    if (places > 0) this.#sql.release.run(at, list, list, places);
  }

  /** The user wrote: the provider takes the block now, if it waited for that. False: it did not. */
  wrote(list: number, target: Target, at: number): boolean {
    return Number(this.#sql.wrote.run(at, list, target).changes) > 0;
  }

  /** Somebody insists: what the provider refused is pushed once more. */
  askAgain(list: number, target: Target, at: number): void {
    this.#sql.askAgain.run(at, list, target);
  }

  /** Tries again what had failed on a list. */
  retryFailed(list: number, at: number): void {
    this.#sql.retryFailed.run(at, list);
  }

  /** The same on all lists that are pushed through a connection. */
  retryFailedOf(connection: ConnectionName, at: number): void {
    this.#sql.retryFailedOf.run(at, connection);
  }
}

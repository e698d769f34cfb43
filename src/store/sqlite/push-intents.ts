/** What was asked for under `push: "wait"` and is not settled yet. */
import type { DatabaseSync } from 'node:sqlite';
import type { KeyId } from '../../core/ids.ts';
import type { ListChange } from '../../core/ports.ts';
import type { PushGoal, Settlement } from '../../core/push.ts';
import type { Target } from '../changes/push-targets.ts';
import type { Intent, IntentsTable, NewIntents } from '../changes/tables.ts';
import { prepare } from './statement.ts';

interface IntentRow {
  readonly dialect: string;
  readonly key_id: KeyId | null;
  readonly request_id: string;
  readonly reason: string | null;
  readonly held: ListChange['held'] | null;
}

export class PushIntents implements IntentsTable<number> {
  readonly #sql;

  constructor(db: DatabaseSync) {
    this.#sql = {
      any: prepare(db, 'SELECT 1 FROM push_intent WHERE list = ? LIMIT 1'),
      add: prepare(
        db,
        `INSERT INTO push_intent
           (list, target, goal, generation, attempts, due, dialect, key_id, request_id, reason, held)
         SELECT ?, value, ?, ? + key, 0, ?, ?, ?, ?, ?, ? FROM json_each(?)`,
      ),
      one: prepare<IntentRow>(
        db,
        `SELECT dialect, key_id, request_id, reason, held FROM push_intent
         WHERE list = ? AND target = ? AND generation = ? AND goal = ?`,
      ),
      asked: prepare<{ readonly target: Target }>(
        db,
        'SELECT target FROM push_intent WHERE list = ? AND target IN (SELECT value FROM json_each(?))',
      ),
      retry: prepare(
        db,
        'UPDATE push_intent SET attempts = attempts + 1, due = ? WHERE list = ? AND target = ? AND generation = ?',
      ),
      forget: prepare(db, 'DELETE FROM push_intent WHERE list = ? AND target = ? AND generation = ?'),
      forgetContrary: prepare(
        db,
        'DELETE FROM push_intent WHERE list = ? AND target IN (SELECT value FROM json_each(?)) AND goal <> ?',
      ),
    };
  }

  /** Whether there is any on a list: nearly always there is none. */
  any(list: number): boolean {
    return this.#sql.any.get(list) !== undefined;
  }

  /** The users' intents follow on from `generation`, and are due then. */
  add(list: number, goal: PushGoal, { generation, targets, change, due }: NewIntents): void {
    const { by, reason = null, held = null } = change;
    const { dialect, keyId, requestId } = by;
    const asked = [dialect, keyId, requestId, reason, held];
    this.#sql.add.run(list, goal, generation, due, ...asked, JSON.stringify(targets));
  }

  find(list: number, target: Target, { goal, generation }: Settlement['push']): Intent | undefined {
    const row = this.#sql.one.get(list, target, generation, goal);
    if (!row) return undefined;
    const { dialect, key_id: keyId, request_id: requestId, reason, held } = row;
    return { by: { dialect, keyId, requestId }, reason, held };
  }

  /** Those of these for whom something is asked. */
  asked(list: number, targets: readonly Target[]): Target[] {
    if (!this.any(list)) return [];
    return this.#sql.asked.all(list, JSON.stringify(targets)).map(({ target }) => target);
  }

  retry(list: number, target: Target, generation: number, due: number): void {
    this.#sql.retry.run(due, list, target, generation);
  }

  forget(list: number, target: Target, generation: number): void {
    this.#sql.forget.run(list, target, generation);
  }

  /** Forgets what was asked for to the contrary, under any of these ids of one user. False: nothing was. */
  forgetContrary(list: number, goal: PushGoal, targets: readonly Target[]): boolean {
    return Number(this.#sql.forgetContrary.run(list, JSON.stringify(targets), goal).changes) > 0;
  }
}

/** What is to be said to providers, for who says it. */
import type { DatabaseSync } from 'node:sqlite';
import type { ConnectionName, PhoneNumberId } from '../../core/ids.ts';
import type { DueNumber, DuePushes, Pushes } from '../../core/ports.ts';
import type { Push, PushGoal } from '../../core/push.ts';
import { type Target, userOfTarget } from '../changes/push-targets.ts';
import { Imports, Unconfirmed } from './imports.ts';
import { lazily } from './lazily.ts';
import type { PushTables } from './push-tables.ts';
import type { Reader } from './reader.ts';
import { prepare } from './statement.ts';
import type { WriteQueue } from './writes.ts';

export interface PushesParts {
  readonly db: DatabaseSync;
  readonly tables: PushTables;
  readonly reader: Reader;
  readonly writes: WriteQueue;
}

interface ListRow {
  readonly list: number;
  readonly through: number;
  readonly isComplete: 0 | 1;
  /** How many places the provider's list has left; negative: it holds more than it should. */
  readonly free: number;
}

interface DueRow {
  readonly target: Target;
  readonly goal: PushGoal;
  readonly generation: number;
  readonly attempts: number;
  readonly isIntent: 0 | 1;
  readonly occupies: 0 | 1;
}

interface DueNumberRow {
  readonly number: PhoneNumberId;
  readonly dueAt: number | null;
}

/** While an intent is under way, what the provider was to be told of the same user before has to wait. */
const isFree = `NOT EXISTS (
  SELECT 1 FROM push_intent WHERE push_intent.list = push.list AND push_intent.target = push.target)`;
const never = Number.MAX_SAFE_INTEGER;

export function createPushes({ db, tables, reader, writes }: PushesParts): Pushes {
  const due = lazily(() => new DueRows(db));
  const unconfirmed = lazily(() => new Unconfirmed(db));
  const imports = lazily(() => new Imports(db));
  return {
    due: (connection) => reader.readOne(() => due().numbers(connection)),
    next: (number, at, limit) => reader.read(() => due().next(number, at, limit)),
    enqueue: (number, at, limit) => writes.run('enqueue', number, at, limit),
    settle: (number, settlements, at) => writes.run('settle', number, settlements, at),
    intend: (goal, change, settleBy) => writes.run('intend', goal, change, settleBy),
    adopt: (goal, change) => writes.run('adopt', goal, change),
    ask: (goal, change) => writes.run('ask', goal, change),
    removals: (number) => reader.read(() => unconfirmed().of(number)),
    imports: (connection) => reader.readOne(() => imports().of(connection)),
    importing: (number) => reader.readOne(() => imports().asOf(number)),
    imported: (number, asOf) => writes.run('imported', number, asOf),
    counts: () => reader.readOne(() => tables.lists.counts()),
  };
}

class DueRows {
  readonly #sql;

  constructor(db: DatabaseSync) {
    this.#sql = {
      numbers: prepare<DueNumberRow>(
        db,
        `SELECT business_number.id AS number, nullif(iif(enqueue_after IS NOT NULL, 0, min(
           ifnull((
             SELECT due FROM push
             WHERE push.list = push_list.list AND due IS NOT NULL AND generation > enqueue_through AND ${isFree}
             ORDER BY due LIMIT 1), ${never}),
           ifnull((SELECT min(due) FROM push_intent WHERE push_intent.list = push_list.list), ${never})
         )), ${never}) AS dueAt
         FROM business_number
         JOIN number_state ON number_state.number = business_number.id
         JOIN push_list ON push_list.list = number_state.list
         WHERE connection = ?`,
      ),
      list: prepare<ListRow>(
        db,
        `SELECT push_list.list, enqueue_through AS through, enqueue_after IS NULL AS isComplete,
                rule_push_capacity - occupied AS free
         FROM business_number
         JOIN number_state ON number_state.number = business_number.id
         JOIN push_list ON push_list.list = number_state.list
         WHERE business_number.id = ?`,
      ),
      next: prepare<DueRow>(
        db,
        `SELECT target, goal, generation, attempts, isIntent, occupies FROM (
           SELECT * FROM (
             SELECT target, goal, generation, attempts, 0 AS isIntent, occupies, due FROM push
             WHERE list = ?1 AND due <= ?2 AND generation > ?3 AND ${isFree}
             ORDER BY due, generation LIMIT ?4)
           UNION ALL
           SELECT * FROM (
             SELECT target, goal, generation, attempts, 1, 0, due FROM push_intent
             WHERE list = ?1 AND due <= ?2
             ORDER BY due, generation LIMIT ?4)
         ) ORDER BY due, generation LIMIT ?4`,
      ),
    };
  }

  numbers(connection: ConnectionName): DueNumber[] {
    return this.#sql.numbers.all(connection).flatMap(({ number, dueAt }) => (dueAt === null ? [] : { number, dueAt }));
  }

  /** Of a number that is not pushed, nothing is. */
  next(number: PhoneNumberId, at: number, limit: number): DuePushes {
    const state = this.#sql.list.get(number);
    if (!state) return { pushes: [], room: 0, isComplete: true };
    const { list, through, isComplete, free } = state;
    const rows = this.#sql.next.all(list, at, through, limit);
    const [there, others] = [rows.filter(isThere), rows.filter((row) => !isThere(row))];
    const room = Math.max(0, free + there.length);
    return { pushes: [...there, ...others].map(toPush), room, isComplete: isComplete === 1 };
  }
}

/** Who is blocked again before the provider has let go of them needs no new place: theirs is kept for them. */
function isThere({ goal, occupies }: DueRow): boolean {
  return goal === 'block' && occupies === 1;
}

function toPush({ target, goal, generation, attempts, isIntent }: DueRow): Push {
  return { user: userOfTarget(target), goal, generation, attempts, isIntent: isIntent === 1 };
}

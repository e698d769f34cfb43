/** Whom a provider was told of, or is to be told of, as far as a group of requests may touch it. */
import type { PhoneNumberId } from '../../core/ids.ts';
import type { PushGoal, Settlement, SyncState } from '../../core/push.ts';
import type { PackedUsers } from '../changes/packed-users.ts';
import type { Target } from '../changes/push-targets.ts';
import type { Asked, Halt, Place, PushRowsTable, Retry } from '../changes/tables.ts';
import type { WorkingPushLists } from './working-push-lists.ts';
import { WorkingRows } from './working-rows.ts';
import type { WorkingContext } from './working-table.ts';
import { toWrite, type Write } from './write.ts';

export interface PushRow {
  readonly goal: PushGoal;
  readonly generation: number;
  /** Of an unblock `pending` or `failed`. */
  readonly state: Exclude<SyncState, 'removing'>;
  /** The user may be on the provider's list. */
  readonly occupies: boolean;
  readonly code: number | null;
  readonly detail: string | null;
  readonly attempts: number;
  readonly lastAttemptAt: number | null;
  readonly due: number | null;
}

const fresh = { code: null, detail: null, attempts: 0, lastAttemptAt: null };
/** What was refused is said again; when it was said last stays. */
const again = { state: 'pending', code: null, detail: null, attempts: 0 } as const;

export class WorkingPushRows implements PushRowsTable<PhoneNumberId> {
  readonly #number: string;
  readonly #lists: WorkingPushLists;
  readonly #rows: WorkingRows<Target, PushRow>;
  /** As they were read. */
  readonly #before = new Map<Target, PushRow>();
  /** Who may be among those that the provider had no room for. */
  readonly #overflowing = new Set<Target>();

  constructor({ line, journal }: WorkingContext, lists: WorkingPushLists) {
    this.#number = line;
    this.#lists = lists;
    this.#rows = new WorkingRows('the push of', journal);
  }

  /**
   * These are the rows of `targets`, and so many of whom the provider had no room for longest that places which come free
   * by what is done to `targets` are for them.
   */
  load(targets: readonly Target[], rows: readonly (readonly [Target, PushRow])[]): void {
    for (const [target, row] of rows) {
      this.#rows.load(target, row);
      this.#before.set(target, row);
      if (row.state === 'overflow') this.#overflowing.add(target);
    }
    for (const target of targets) this.#rows.load(target, undefined);
  }

  askAll(list: PhoneNumberId, goal: PushGoal, generation: number, { users }: PackedUsers, at: number): void {
    for (const [index, { waId, userId }] of users.entries()) {
      const target = waId ?? userId;
      if (target !== undefined) this.ask(list, { target, goal, generation: generation + index, mayBeThere: false }, at);
    }
  }

  /** Who may have been told of already stays counted until the provider has answered to the new goal. */
  ask(_list: PhoneNumberId, { target, goal, generation, mayBeThere }: Asked, at: number): void {
    const before = this.#rows.get(target);
    const isUnderWay = goal === 'unblock' && before?.goal === 'block' && before.state === 'pending';
    const occupies = mayBeThere || isUnderWay || (before?.occupies ?? false);
    this.#rows.put(target, { ...fresh, goal, generation, state: 'pending', occupies, due: at });
  }

  latest(_list: PhoneNumberId, target: Target, { goal, generation }: Settlement['push']): Place | undefined {
    const row = this.#rows.get(target);
    return row?.goal === goal && row.generation === generation ? toPlace(row) : undefined;
  }

  take(_list: PhoneNumberId, target: Target): Place | undefined {
    const row = this.#rows.get(target);
    if (row) this.#rows.delete(target);
    return row && toPlace(row);
  }

  confirmRemoval(list: PhoneNumberId, target: Target): number {
    return this.#rows.get(target)?.goal === 'unblock' ? (this.take(list, target)?.occupies ?? 0) : 0;
  }

  sync(_list: PhoneNumberId, target: Target, at: number): void {
    this.#change(target, (row) => row.goal === 'block' && { ...row, ...syncedAt(at) });
  }

  isOf(_list: PhoneNumberId, target: Target, through: number): boolean {
    const row = this.#rows.get(target);
    return row?.goal === 'block' && row.generation > through;
  }

  adopt(_list: PhoneNumberId, target: Target, generation: number, at: number): void {
    this.#rows.put(target, { goal: 'block', generation, ...syncedAt(at) });
  }

  removing(_list: PhoneNumberId, targets: readonly Target[]): Target[] {
    return targets.filter((target) => this.#rows.get(target)?.goal === 'unblock');
  }

  halt(_list: PhoneNumberId, target: Target, { state, code, detail }: Halt, at: number): void {
    if (state === 'overflow') this.#overflowing.add(target);
    this.#change(target, (row) => {
      const isBlock = row.goal === 'block';
      const told = { code, detail, lastAttemptAt: at, due: null };
      return { ...row, ...told, state: isBlock ? state : 'failed', occupies: !isBlock && row.occupies };
    });
  }

  retry(_list: PhoneNumberId, target: Target, { due, code, detail }: Retry, at: number): void {
    this.#change(target, (row) => {
      return { ...row, state: 'pending', attempts: row.attempts + 1, code, detail, lastAttemptAt: at, due };
    });
  }

  release(_list: PhoneNumberId, places: number, at: number): void {
    if (places <= 0) return;
    const { through } = this.#lists;
    const waiting = [...this.#overflowing]
      .map((target) => ({ target, row: this.#rows.get(target) }))
      .filter(({ row }) => row?.state === 'overflow' && row.generation > through)
      .sort((a, b) => (a.row?.generation ?? 0) - (b.row?.generation ?? 0));
    for (const { target } of waiting.slice(0, places)) this.#change(target, (row) => ({ ...row, ...again, due: at }));
  }

  wrote(_list: PhoneNumberId, target: Target, at: number): boolean {
    return this.#change(
      target,
      (row) => row.goal === 'block' && row.state === 'waiting' && { ...row, ...again, due: at },
    );
  }

  askAgain(_list: PhoneNumberId, target: Target, at: number): void {
    this.#change(target, (row) => {
      const isRefused = row.goal === 'block' && (row.state === 'waiting' || row.state === 'failed');
      return isRefused && { ...row, ...again, due: at };
    });
  }

  takeWrites(): Write[] {
    const { put, deleted } = this.#rows.takeChanges();
    if (put.length === 0 && deleted.length === 0) return [];
    const counted = new Map<string, number>();
    const count = (row: PushRow | undefined, by: number) => {
      if (!row) return;
      const state = row.goal === 'unblock' ? 'removing' : row.state;
      counted.set(state, (counted.get(state) ?? 0) + by);
      if (row.occupies) this.#lists.occupy(by);
    };
    for (const [target, row] of put) {
      count(this.#before.get(target), -1);
      count(row, 1);
    }
    for (const target of deleted) count(this.#before.get(target), -1);
    return [...this.#put(put), ...this.#delete(deleted), ...this.#count(counted)];
  }

  /** Puts what `to` makes of a row in its place, if there is a row and `to` makes something of it. */
  #change(target: Target, to: (row: PushRow) => PushRow | false): boolean {
    const before = this.#rows.get(target);
    const after = before && to(before);
    if (!after) return false;
    this.#rows.put(target, after);
    return true;
  }

  #put(rows: readonly (readonly [Target, PushRow])[]): Write[] {
    if (rows.length === 0) return [];
    const column = <Value>(of: (row: PushRow) => Value) => rows.map(([, row]) => of(row));
    const values = [
      this.#number,
      rows.map(([target]) => target),
      column(({ goal }) => goal),
      column(({ generation }) => generation),
      column(({ state }) => state),
      column(({ occupies }) => occupies),
      column(({ code }) => code),
      column(({ detail }) => detail),
      column(({ attempts }) => attempts),
      column(({ lastAttemptAt }) => lastAttemptAt),
      column(({ due }) => due),
    ];
    return [toWrite(putSql, values)];
  }

  #delete(targets: readonly Target[]): Write[] {
    return targets.length === 0 ? [] : [toWrite(deleteSql, [this.#number, targets])];
  }

  #count(counted: ReadonlyMap<string, number>): Write[] {
    const changed = [...counted].filter(([, by]) => by !== 0);
    const [states, users] = [changed.map(([state]) => state), changed.map(([, by]) => by)];
    return changed.length === 0 ? [] : [toWrite(countSql, [this.#number, states, users])];
  }
}

function syncedAt(at: number): Omit<PushRow, 'goal' | 'generation'> {
  return { ...fresh, state: 'synced', occupies: true, lastAttemptAt: at, due: null };
}

function toPlace({ occupies }: PushRow): Place {
  return { occupies: Number(occupies) };
}

const columns = 'goal, generation, state, occupies, code, detail, attempts, last_attempt_at, due';

const putSql = {
  name: 'push_put',
  text: `INSERT INTO push (number, target, ${columns})
    SELECT $1, * FROM unnest(
      $2::text[], $3::text[], $4::bigint[], $5::text[], $6::boolean[], $7::int[], $8::text[], $9::int[],
      $10::bigint[], $11::bigint[])
    ON CONFLICT (number, target) DO UPDATE SET
      goal = excluded.goal, generation = excluded.generation, state = excluded.state, occupies = excluded.occupies,
      code = excluded.code, detail = excluded.detail, attempts = excluded.attempts,
      last_attempt_at = excluded.last_attempt_at, due = excluded.due`,
};

const deleteSql = {
  name: 'push_delete',
  text: 'DELETE FROM push WHERE number = $1 AND target = ANY($2::text[])',
};

const countSql = {
  name: 'push_count_add',
  text: `INSERT INTO push_count (number, state, users) SELECT $1, * FROM unnest($2::text[], $3::bigint[])
    ON CONFLICT (number, state) DO UPDATE SET users = push_count.users + excluded.users`,
};

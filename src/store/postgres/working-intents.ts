/** What was asked for under `push: "wait"` and is not settled yet, as far as a group of requests may touch it. */
import type { KeyId, PhoneNumberId } from '../../core/ids.ts';
import type { PushGoal, Settlement } from '../../core/push.ts';
import type { Target } from '../changes/push-targets.ts';
import type { Intent, IntentsTable, NewIntents } from '../changes/tables.ts';
import { WorkingRows } from './working-rows.ts';
import type { WorkingContext } from './working-table.ts';
import { toWrite, type Write } from './write.ts';

export interface IntentRow {
  readonly goal: PushGoal;
  readonly generation: number;
  readonly attempts: number;
  readonly due: number;
  readonly dialect: string;
  readonly keyId: KeyId | null;
  readonly requestId: string;
  readonly reason: string | null;
  readonly held: Intent['held'];
}

export class WorkingIntents implements IntentsTable<PhoneNumberId> {
  readonly #number: string;
  /** All that is asked for of one user. */
  readonly #rows: WorkingRows<Target, readonly IntentRow[]>;
  /** As they were read. */
  readonly #before = new Map<Target, readonly IntentRow[]>();
  readonly #targets = new Set<Target>();

  constructor({ line, journal }: WorkingContext) {
    this.#number = line;
    this.#rows = new WorkingRows('the intents of', journal);
  }

  /** These are all intents of these users. */
  load(targets: readonly Target[], rows: readonly (readonly [Target, IntentRow])[]): void {
    for (const [target, row] of rows) this.#before.set(target, [...(this.#before.get(target) ?? []), row]);
    for (const target of targets) {
      this.#targets.add(target);
      this.#rows.load(target, this.#before.get(target));
    }
  }

  /** Of others than those who were read nobody asks. */
  any(): boolean {
    return [...this.#targets].some((target) => this.#of(target).length > 0);
  }

  add(_list: PhoneNumberId, goal: PushGoal, { generation, targets, change, due }: NewIntents): void {
    const { by, reason = null, held = null } = change;
    for (const [index, target] of targets.entries()) {
      const row = { goal, generation: generation + index, attempts: 0, due, ...by, reason, held };
      this.#rows.put(target, [...this.#of(target), row]);
    }
  }

  find(_list: PhoneNumberId, target: Target, { goal, generation }: Settlement['push']): Intent | undefined {
    const row = this.#of(target).find((one) => one.generation === generation && one.goal === goal);
    if (!row) return undefined;
    const { dialect, keyId, requestId, reason, held } = row;
    return { by: { dialect, keyId, requestId }, reason, held };
  }

  asked(_list: PhoneNumberId, targets: readonly Target[]): Target[] {
    return targets.filter((target) => this.#of(target).length > 0);
  }

  retry(_list: PhoneNumberId, target: Target, generation: number, due: number): void {
    const isIt = (row: IntentRow) => row.generation === generation;
    const rows = this.#of(target);
    if (!rows.some(isIt)) return;
    this.#rows.put(
      target,
      rows.map((row) => (isIt(row) ? { ...row, attempts: row.attempts + 1, due } : row)),
    );
  }

  forget(_list: PhoneNumberId, target: Target, generation: number): void {
    this.#drop(target, (row) => row.generation === generation);
  }

  forgetContrary(_list: PhoneNumberId, goal: PushGoal, targets: readonly Target[]): boolean {
    const dropped = targets.map((target) => this.#drop(target, (row) => row.goal !== goal));
    return dropped.includes(true);
  }

  takeWrites(): Write[] {
    const changed = this.#rows.takeChanges().put.flatMap(([target, after]) => {
      const before = this.#before.get(target) ?? [];
      const kept = new Set(after.map(({ generation }) => generation));
      return {
        target,
        gone: before.filter(({ generation }) => !kept.has(generation)),
        put: after.filter((row) => !before.includes(row)),
      };
    });
    const gone = changed.flatMap((one) => one.gone.map((row) => [one.target, row] as const));
    const put = changed.flatMap((one) => one.put.map((row) => [one.target, row] as const));
    return [...this.#forgetAll(gone), ...this.#putAll(put)];
  }

  #of(target: Target): readonly IntentRow[] {
    return this.#rows.get(target) ?? [];
  }

  #drop(target: Target, isIt: (row: IntentRow) => boolean): boolean {
    const rows = this.#of(target);
    const left = rows.filter((row) => !isIt(row));
    if (left.length === rows.length) return false;
    this.#rows.put(target, left);
    return true;
  }

  #forgetAll(rows: readonly (readonly [Target, IntentRow])[]): Write[] {
    if (rows.length === 0) return [];
    const values = [this.#number, rows.map(([target]) => target), rows.map(([, { generation }]) => generation)];
    return [toWrite(forgetSql, values)];
  }

  #putAll(rows: readonly (readonly [Target, IntentRow])[]): Write[] {
    if (rows.length === 0) return [];
    const column = <Value>(of: (row: IntentRow) => Value) => rows.map(([, row]) => of(row));
    const values = [
      this.#number,
      rows.map(([target]) => target),
      column(({ goal }) => goal),
      column(({ generation }) => generation),
      column(({ attempts }) => attempts),
      column(({ due }) => due),
      column(({ dialect }) => dialect),
      column(({ keyId }) => keyId),
      column(({ requestId }) => requestId),
      column(({ reason }) => reason),
      column(({ held }) => held),
    ];
    return [toWrite(putSql, values)];
  }
}

const forgetSql = {
  name: 'push_intent_forget',
  text: `DELETE FROM push_intent USING unnest($2::text[], $3::bigint[]) AS gone (target, generation)
    WHERE push_intent.number = $1
      AND push_intent.target = gone.target AND push_intent.generation = gone.generation`,
};

const putSql = {
  name: 'push_intent_put',
  text: `INSERT INTO push_intent
      (number, target, goal, generation, attempts, due, dialect, key_id, request_id, reason, held)
    SELECT $1, * FROM unnest(
      $2::text[], $3::text[], $4::bigint[], $5::int[], $6::bigint[], $7::text[], $8::text[], $9::text[], $10::text[],
      $11::text[])
    ON CONFLICT (number, target, generation) DO UPDATE SET attempts = excluded.attempts, due = excluded.due`,
};

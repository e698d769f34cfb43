/** What the core's rules are asked with: a list's counters and rules, and who its ids mean. */
import type { DatabaseSync } from 'node:sqlite';
import type { Counters } from '../../core/block-list.ts';
import { Refusal } from '../../core/errors.ts';
import type { PhoneNumberId, WaId } from '../../core/ids.ts';
import { phoneKey } from '../../core/phone-variants.ts';
import type { UserId } from '../../core/user.ts';
import { type RulesRow, toRules } from '../changes/number-rows.ts';
import type { OpenList, StatesTable } from '../changes/tables.ts';
import type { Entries } from './entries.ts';
import type { People } from './people.ts';
import { prepare, prepareTuples, type Statement } from './statement.ts';
import type { Remembered, TurnMemory } from './turn-memory.ts';

type StateRow = readonly [
  list: number,
  count: number,
  version: number,
  seq: number,
  nextPerson: number,
  ownWaId: WaId,
  window: RulesRow['rule_window'],
  capacity: RulesRow['rule_capacity'],
  push: RulesRow['rule_push'],
  pushCapacity: RulesRow['rule_push_capacity'],
  paging: RulesRow['rule_paging'],
  partialFailureStatus: RulesRow['partial_failure_status'],
];

export interface ListStatesParts {
  readonly people: People;
  readonly entries: Entries;
  readonly memory: TurnMemory;
}

export class ListStates implements StatesTable<number> {
  readonly #people: People;
  readonly #entries: Entries;
  readonly #business: Statement<unknown>;
  readonly #states: Remembered<PhoneNumberId, StateRow>;
  readonly #sql;

  constructor(db: DatabaseSync, { people, entries, memory }: ListStatesParts) {
    this.#people = people;
    this.#entries = entries;
    this.#states = memory.table();
    this.#business = prepare(db, 'SELECT 1 FROM business_number WHERE phone_key = ?');
    this.#sql = {
      state: prepareTuples<StateRow>(
        db,
        `SELECT list, count, version, seq, next_person,
                wa_id, rule_window, rule_capacity, rule_push, rule_push_capacity, rule_paging, partial_failure_status
         FROM business_number JOIN number_state ON number_state.number = business_number.id
         WHERE business_number.id = ?`,
      ),
      counters: prepare<Counters>(db, 'SELECT count, version, seq FROM number_state WHERE number = ?'),
      list: prepare<{ readonly list: number }>(db, 'SELECT list FROM number_state WHERE number = ?'),
      create: prepare(
        db,
        'INSERT OR IGNORE INTO number_state (number, count, version, seq, next_person) VALUES (?, 0, 0, 0, 1)',
      ),
      save: prepare(db, 'UPDATE number_state SET count = ?, version = ?, seq = ?, next_person = ? WHERE number = ?'),
      saveCounters: prepare(db, 'UPDATE number_state SET count = ?, version = ?, seq = ? WHERE number = ?'),
    };
  }

  /**
   * The state of the list of a number that is there, in which these users can be found; else refuses with
   * `number_not_found`.
   */
  open(number: PhoneNumberId, users: readonly UserId[] = []): OpenList<number> {
    const row = this.#states.recall(number, () => this.#sql.state.get(number));
    if (!row) throw new Refusal({ kind: 'number_not_found', asked: number });
    const [list, count, version, seq, nextPerson, ownWaId, ...rules] = row;
    const [rule_window, rule_capacity, rule_push, rule_push_capacity, rule_paging, partial_failure_status] = rules;
    return {
      list,
      count,
      version,
      seq,
      nextPerson,
      rules: toRules({
        rule_window,
        rule_capacity,
        rule_push,
        rule_push_capacity,
        rule_paging,
        partial_failure_status,
      }),
      ownWaId,
      find: this.#people.find(list, users),
      isBusiness: (waId) => this.#business.get(phoneKey(waId)) !== undefined,
      reasonOf: ({ blockedSeq }) => (blockedSeq === undefined ? undefined : this.#entries.at(list, blockedSeq)?.reason),
    };
  }

  /** The counters of a number that is or once was there. */
  counters(number: PhoneNumberId): Counters | undefined {
    return this.#sql.counters.get(number);
  }

  /** The integer that stands for a number that is or once was there. */
  listOf(number: PhoneNumberId): number {
    const row = this.#sql.list.get(number);
    if (!row) throw new Error(`number ${number} never had a list`);
    return row.list;
  }

  /** Begins the counters of a number that never was there. */
  create(number: PhoneNumberId): void {
    this.#sql.create.run(number);
  }

  save(number: PhoneNumberId, { count, version, seq }: Counters, nextPerson: number): void {
    this.#sql.save.run(count, version, seq, nextPerson, number);
    this.#states.change(number, ([list, , , , , ...rest]) => [list, count, version, seq, nextPerson, ...rest]);
  }

  saveCounters(number: PhoneNumberId, { count, version, seq }: Counters): void {
    this.#sql.saveCounters.run(count, version, seq, number);
    this.#states.change(number, ([list, , , , ...rest]) => [list, count, version, seq, ...rest]);
  }
}

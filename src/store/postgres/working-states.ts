/** What the core's rules are asked with: a list's counters and rules, and who its ids mean. */
import type { Counters } from '../../core/block-list.ts';
import { Refusal } from '../../core/errors.ts';
import type { ConnectionName, PhoneNumberId, WaId } from '../../core/ids.ts';
import type { Upstream } from '../../core/numbers.ts';
import { phoneKey } from '../../core/phone-variants.ts';
import type { UserId } from '../../core/user.ts';
import { type RulesRow, toRules } from '../changes/number-rows.ts';
import type { OpenList, StatesTable } from '../changes/tables.ts';
import { arrayOf } from './literals.ts';
import { identitiesOf } from './person-rows.ts';
import type { Session } from './session.ts';
import type { WorkingEntries } from './working-entries.ts';
import type { WorkingPeople } from './working-people.ts';
import { WorkingRows } from './working-rows.ts';
import type { Line, WorkingContext } from './working-table.ts';
import { toWrite, type Write } from './write.ts';
import type { Stamp } from './written.ts';

/** Of `state` and `hosted`. */
export const stateColumns = `state.count, state.version, state.seq, state.next_person, state.written_by, state.written,
  hosted.id, hosted.wa_id, rule_window, rule_capacity, rule_push, rule_push_capacity, rule_paging, partial_failure_status,
  hosted.connection, coalesce(upstream_number_id, hosted.id) AS upstream_number_id`;

const readState = {
  name: 'state_of_number',
  text: `SELECT ${stateColumns},
                coalesce(push_list.epoch < connection.epoch, false) AS is_outdated
         FROM number_state AS state
         LEFT JOIN business_number AS hosted ON hosted.id = state.number
         LEFT JOIN push_list ON push_list.number = state.number
         LEFT JOIN connection ON connection.name = hosted.connection
         WHERE state.number = $1`,
};

const readBusinesses = {
  name: 'businesses_among',
  text: 'SELECT DISTINCT phone_key FROM business_number WHERE phone_key = ANY ($1::text[])',
};

const saveState = {
  name: 'save_state',
  text: `UPDATE number_state SET count = $2, version = $3, seq = $4, next_person = $5, written_by = $6, written = $7
         WHERE number = $1`,
};

const swapState = {
  name: 'swap_state',
  text: `${saveState.text} AND written_by = $8 AND written = $9 RETURNING 1`,
};

const swapStateOfStrangers = {
  name: 'swap_state_of_strangers',
  text: `${saveState.text} AND written_by = $8 AND written = $9
         AND NOT EXISTS (SELECT FROM identity WHERE number = $1 AND value = ANY ($10::text[])) RETURNING 1`,
};

interface StateRow extends Counters {
  readonly next_person: number;
  readonly written_by: string;
  readonly written: number;
}

/** Of a number that is not hosted here, all but the counters is null. */
export interface NumberStateRow extends StateRow, RulesRow {
  readonly id: PhoneNumberId;
  readonly wa_id: WaId | null;
  readonly connection: ConnectionName | null;
  readonly upstream_number_id: PhoneNumberId | null;
  /** The connection has come to reach another list than the one that is pushed. */
  readonly is_outdated: boolean;
}

export class WorkingStates implements StatesTable<PhoneNumberId> {
  readonly #line: Line;
  readonly #rows: WorkingRows<Line, StateRow>;
  readonly #people: WorkingPeople;
  readonly #entries: WorkingEntries;
  readonly #businesses = new Map<string, boolean>();
  #hosted: NumberStateRow | undefined;

  constructor({ line, journal }: WorkingContext, people: WorkingPeople, entries: WorkingEntries) {
    this.#line = line;
    this.#rows = new WorkingRows('the state of', journal);
    this.#people = people;
    this.#entries = entries;
  }

  async load(session: Session): Promise<void> {
    const [row] = await session.query<NumberStateRow>(readState, [this.#line]);
    this.keepRow(row);
  }

  keepRow(row: NumberStateRow | undefined): void {
    // One that is outdated is read again.
    if (row && !row.is_outdated) this.#rows.load(this.#line, row);
    this.#hosted = row?.wa_id == null ? undefined : row;
  }

  /** Whether it is known if this user is a number hosted here, or decides nothing. */
  knowsBusiness(user: UserId): boolean {
    return !this.#asksForBusinesses || user.kind !== 'wa_id' || this.#businesses.has(phoneKey(user.waId));
  }

  get #asksForBusinesses(): boolean {
    return this.#hosted?.rule_window === 'strict' && this.#hosted.rule_push === null;
  }

  /** Reads which of these users are numbers hosted here, if that decides anything. */
  async loadBusinesses(session: Session, users: readonly UserId[]): Promise<void> {
    if (!this.#asksForBusinesses) return;
    const keys = [...new Set(phoneKeysOf(users))];
    const found = await session.query<{ readonly phone_key: string }>(readBusinesses, [keys]);
    this.keepBusinesses(
      keys,
      found.map(({ phone_key }) => phone_key),
    );
  }

  /** `found` are those among `keys` that are numbers hosted here. */
  keepBusinesses(keys: readonly string[], found: readonly string[]): void {
    for (const key of keys) this.#businesses.set(key, false);
    for (const key of found) this.#businesses.set(key, true);
  }

  /** The number, if its pushed list has to be begun again before anything is decided. */
  get outdated(): PhoneNumberId | undefined {
    return this.#hosted?.is_outdated ? this.#hosted.id : undefined;
  }

  get upstream(): Upstream | undefined {
    const { connection = null, upstream_number_id: numberId = null } = this.#hosted ?? {};
    return connection === null || numberId === null ? undefined : { connection, numberId };
  }

  open(number: PhoneNumberId): OpenList<PhoneNumberId> {
    const hosted = number === this.#line ? this.#hosted : undefined;
    const row = hosted && this.#rows.get(number);
    if (!row || hosted.wa_id === null) throw new Refusal({ kind: 'number_not_found', asked: number });
    return {
      list: number,
      count: row.count,
      version: row.version,
      seq: row.seq,
      nextPerson: row.next_person,
      rules: toRules(hosted),
      ownWaId: hosted.wa_id,
      find: (user) => this.#people.find(user),
      isBusiness: (waId) => this.#isBusiness(waId),
      reasonOf: ({ blockedSeq }) => (blockedSeq === undefined ? undefined : this.#entries.reasonOf(blockedSeq)),
    };
  }

  save(number: PhoneNumberId, { count, version, seq }: Counters, nextPerson: number): void {
    const { written_by = '', written = 0 } = this.#rows.get(number) ?? {};
    this.#rows.put(number, { count, version, seq, next_person: nextPerson, written_by, written });
  }

  saveCounters(number: PhoneNumberId, counters: Counters): void {
    const row = this.#rows.get(number);
    if (!row) throw new Error(`number ${number} never had a list`);
    this.save(number, counters, row.next_person);
  }

  /** Whether the number's row was changed. */
  get isChanged(): boolean {
    return this.#rows.takeChanges().put.length > 0;
  }

  /** The stamp that the number's row had when it was read; of what has none it is absent. */
  get stamp(): Stamp | undefined {
    const row = this.#rows.has(this.#line) ? this.#rows.get(this.#line) : undefined;
    return row && { by: row.written_by, last: row.written };
  }

  /** Writes the number's row as it is here, with this stamp. */
  saving({ by, last }: Stamp): Write {
    return toWrite(saveState, [...this.#values(), by, last]);
  }

  /** The same, if its stamp is what it was, and nobody whom an id of these could mean is known. */
  swapping({ by, last }: Stamp, strangers?: readonly UserId[]): Write {
    const values = [...this.#values(), by, last, this.stamp?.by, this.stamp?.last];
    if (!strangers) return toWrite(swapState, values);
    return toWrite(swapStateOfStrangers, [...values, arrayOf(strangers.flatMap(identitiesOf))]);
  }

  /** The number's row as it is here, with this stamp; `undefined`: the number is not hosted here. */
  rowWith({ by, last }: Stamp): NumberStateRow | undefined {
    const row = this.#rows.get(this.#line);
    return this.#hosted && row && { ...this.#hosted, ...row, written_by: by, written: last };
  }

  #values(): unknown[] {
    const row = this.#rows.get(this.#line);
    return [this.#line, row?.count, row?.version, row?.seq, row?.next_person];
  }

  #isBusiness(waId: WaId): boolean {
    const known = this.#businesses.get(phoneKey(waId));
    if (known === undefined) throw new Error('whether that is a number hosted here was not read');
    return known;
  }
}

export function phoneKeysOf(users: readonly UserId[]): string[] {
  return users.flatMap((user) => (user.kind === 'wa_id' ? phoneKey(user.waId) : []));
}

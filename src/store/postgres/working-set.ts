/**
 * The part of one number's tables that a group of requests may touch, in memory, while their transaction has the number to
 * itself. Requests are decided over it as over any `Tables`, and what they changed is written at once.
 */
import type { PhoneNumberId } from '../../core/ids.ts';
import type { UserId } from '../../core/user.ts';
import type { PushTables, Tables, WebhookTables } from '../changes/tables.ts';
import type { ReadList } from './read-lists.ts';
import type { Session, Sessions, Transaction } from './session.ts';
import { WorkingEntries } from './working-entries.ts';
import { WorkingLog } from './working-log.ts';
import { WorkingPeople } from './working-people.ts';
import { Journal } from './working-rows.ts';
import { phoneKeysOf, WorkingStates } from './working-states.ts';
import type { Line, Needs, WorkingContext, WorkingTable } from './working-table.ts';
import { runTogether, sendTogether, swapTogether, type Write } from './write.ts';
import type { Stamp, Written } from './written.ts';

/** The tables that are not of the list itself. */
export interface WorkingParts {
  pushes(context: WorkingContext): PushTables<PhoneNumberId> & WorkingTable;
  webhooks(context: WorkingContext): WebhookTables<PhoneNumberId> & WorkingTable;
  /**
   * Begins the pushed list of a number again whose connection has come to reach another list. The caller has locked the number;
   * `at` is when the first push is due.
   */
  beginAgain(session: Session, number: PhoneNumberId, at: number): Promise<void>;
}

/**
 * How a swap ended: `moved` if the number had another stamp than the one that was read, or one of those who were taken for
 * strangers was known there, so that nothing was written; `unchanged` if there was nothing to write, and nothing was compared.
 */
export type Swapped = 'written' | 'unchanged' | 'moved';

export class WorkingSet implements Tables<PhoneNumberId> {
  readonly journal = new Journal();
  readonly states: WorkingStates;
  readonly people: WorkingPeople;
  readonly entries: WorkingEntries;
  readonly log: WorkingLog;
  readonly #context: WorkingContext;
  readonly #parts: WorkingParts;
  #pushes: (PushTables<PhoneNumberId> & WorkingTable) | undefined;
  #webhooks: (WebhookTables<PhoneNumberId> & WorkingTable) | undefined;
  readonly #deferred: Write[] = [];

  private constructor(line: Line, parts: WorkingParts) {
    const { journal } = this;
    const context: WorkingContext = { line, journal, defer: (write: Write) => this.#defer(write) };
    this.entries = new WorkingEntries(context);
    this.people = new WorkingPeople(context, this.entries);
    this.states = new WorkingStates(context, this.people, this.entries);
    this.log = new WorkingLog(context);
    this.#context = context;
    this.#parts = parts;
  }

  get pushes(): PushTables<PhoneNumberId> & WorkingTable {
    this.#pushes ??= this.#parts.pushes(this.#context);
    return this.#pushes;
  }

  get webhooks(): WebhookTables<PhoneNumberId> & WorkingTable {
    this.#webhooks ??= this.#parts.webhooks(this.#context);
    return this.#webhooks;
  }

  /** Of a number without an upstream, of which so much was read that lists can be changed. */
  static of(line: Line, users: readonly UserId[], read: ReadList, parts: WorkingParts): WorkingSet {
    const set = new WorkingSet(line, parts);
    const { people, businesses, ...row } = read;
    set.states.keepRow(row);
    if (businesses) set.states.keepBusinesses(phoneKeysOf(users), businesses);
    set.people.keepFound(users, people ?? []);
    return set;
  }

  /** The caller has locked the number. */
  static async load(session: Session, line: Line, needs: readonly Needs[], parts: WorkingParts): Promise<WorkingSet> {
    const set = new WorkingSet(line, parts);
    const { states, people, log, pushes, webhooks } = set;
    const [at, users] = [Math.max(...needs.map((one) => one.at)), needs.flatMap((one) => one.users)];
    await Promise.all([states.load(session), people.load(session, users), log.load(session, needs)]);
    const { outdated } = states;
    if (outdated !== undefined) {
      await parts.beginAgain(session, outdated, at);
      await states.load(session);
    }
    const found = { needs, ...(states.upstream && { upstream: states.upstream }), people: people.all() };
    const ids = [...users, ...people.ids()];
    await Promise.all([
      states.loadBusinesses(session, ids),
      pushes.load(session, found),
      webhooks.load(session, found),
    ]);
    return set;
  }

  /** Whether something was asked for that no request may be decided before. */
  get hasDeferred(): boolean {
    return this.#deferred.length > 0;
  }

  /**
   * Writes what was changed, with the stamp of the transaction unless that is nothing. From then on the set is not to be used
   * any more. `isLast`: nothing else is done in the transaction.
   */
  async write(transaction: Transaction, written: Written, mine: Stamp, isLast: boolean): Promise<void> {
    const writes = this.#takeWrites();
    if (!writes) return;
    const { stamp } = this.states;
    const all = [
      ...(stamp ? [this.states.saving(mine)] : []),
      ...writes,
      ...written.beside(this.#context.line, mine, stamp),
    ];
    if (isLast) sendTogether(transaction, all);
    else await runTogether(transaction, all);
    for (const write of this.#deferred) {
      if (isLast) transaction.send(write, write.values);
      else await transaction.run(write, write.values);
    }
  }

  /** Writes the same as a transaction of its own, if all is still as it was read. Nothing may be deferred. */
  async swap(sessions: Sessions, written: Written, mine: Stamp, strangers?: readonly UserId[]): Promise<Swapped> {
    const writes = this.#takeWrites();
    if (!writes) return 'unchanged';
    const { stamp } = this.states;
    const beside = written.beside(this.#context.line, mine, stamp);
    const isWritten = await swapTogether(sessions, [this.states.swapping(mine, strangers), ...writes, ...beside]);
    return isWritten ? 'written' : 'moved';
  }

  /** All but the row of the number; `undefined`: nothing was changed. */
  #takeWrites(): Write[] | undefined {
    const tables = [this.people, this.entries, this.log, this.#pushes, this.#webhooks];
    const writes = tables.flatMap((table) => table?.takeWrites() ?? []);
    return writes.length > 0 || this.states.isChanged || this.hasDeferred ? writes : undefined;
  }

  #defer(write: Write): void {
    this.#deferred.push(write);
    this.journal.note(() => this.#deferred.pop());
  }
}

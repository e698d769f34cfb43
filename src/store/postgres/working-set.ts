/**
 * The part of one number's tables that a group of requests may touch, in memory, while their transaction has the number to
 * itself. Requests are decided over it as over any `Tables`, and what they changed is written at once.
 */
import type { PhoneNumberId } from '../../core/ids.ts';
import type { PushTables, Tables, WebhookTables } from '../changes/tables.ts';
import type { Session, Transaction } from './session.ts';
import { WorkingEntries } from './working-entries.ts';
import { WorkingLog } from './working-log.ts';
import { WorkingPeople } from './working-people.ts';
import { Journal } from './working-rows.ts';
import { WorkingStates } from './working-states.ts';
import type { Line, Needs, WorkingContext, WorkingTable } from './working-table.ts';
import { runTogether, sendTogether, type Write } from './write.ts';

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

export class WorkingSet implements Tables<PhoneNumberId> {
  readonly journal = new Journal();
  readonly states: WorkingStates;
  readonly people: WorkingPeople;
  readonly entries: WorkingEntries;
  readonly log: WorkingLog;
  readonly pushes: PushTables<PhoneNumberId> & WorkingTable;
  readonly webhooks: WebhookTables<PhoneNumberId> & WorkingTable;
  readonly #deferred: Write[] = [];

  private constructor(line: Line, parts: WorkingParts) {
    const { journal } = this;
    const context = { line, journal, defer: (write: Write) => this.#defer(write) };
    this.entries = new WorkingEntries(context);
    this.people = new WorkingPeople(context, this.entries);
    this.states = new WorkingStates(context, this.people, this.entries);
    this.log = new WorkingLog(context);
    this.pushes = parts.pushes(context);
    this.webhooks = parts.webhooks(context);
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
   * Writes what was changed, and `more` with it unless that is nothing. From then on the set is not to be used any more.
   * `isLast`: nothing else is done in the transaction.
   */
  async write(transaction: Transaction, more: () => readonly Write[], isLast: boolean): Promise<void> {
    const tables = [this.states, this.people, this.entries, this.log, this.pushes, this.webhooks];
    const writes = tables.flatMap((table) => table.takeWrites());
    if (writes.length === 0 && this.#deferred.length === 0) return;
    const all = [...writes, ...more()];
    if (isLast) sendTogether(transaction, all);
    else await runTogether(transaction, all);
    for (const write of this.#deferred) {
      if (isLast) transaction.send(write, write.values);
      else await transaction.run(write, write.values);
    }
  }

  #defer(write: Write): void {
    this.#deferred.push(write);
    this.journal.note(() => this.#deferred.pop());
  }
}

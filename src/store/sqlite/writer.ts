/**
 * Group commit. Writes that wait together run in one transaction and share its one fsync: the disk is asked once a group,
 * not once a request. Each write has its own savepoint, so that one which throws is undone and rejected alone.
 *
 *   waiting --setImmediate--> BEGIN, each write in a savepoint, COMMIT --> every promise settles
 *                                    `--> the transaction is lost --> ROLLBACK, all of the group are refused
 *
 * What waits is bounded: a write beyond it is refused at once (`overloaded`) and never begun.
 *
 * A write is a synchronous function of data that its caller already holds, so the writer and the statements behind it
 * can move to a thread of their own.
 */
import type { DatabaseSync } from 'node:sqlite';
import { Refusal } from '../../core/errors.ts';
import type { ObserveOptions } from '../observer.ts';
import { storeUnavailable, toRefusal } from './failures.ts';
import { prepare } from './statement.ts';

/** What one transaction holds at most: about this many rows' worth of writes, so that reads never wait long. */
const maxCost = 1000;
const defaultMaxWrites = 256;
/**
 * How much may wait: what a disk that does 100 transactions a second works off in about a second, and never more memory
 * than some tens of MB. Who comes later is served sooner by trying again than by waiting.
 */
const defaultMaxWaiting = { writes: 10_000, cost: 100_000 };
/** In seconds. */
const retryAfter = 1;

interface Waiting {
  readonly cost: number;
  /** Does the work; gives what tells its caller, to be called once all is on disk. */
  attempt(): () => void;
  reject(error: unknown): void;
}

export interface WriterOptions extends ObserveOptions {
  /** How many writes share a transaction at most. */
  readonly maxWrites?: number;
  /** How many may wait, and what they may cost together. */
  readonly maxWaiting?: { readonly writes: number; readonly cost: number };
}

export class Writer {
  readonly #db: DatabaseSync;
  readonly #maxWrites: number;
  readonly #maxWaiting;
  readonly #observer;
  readonly #sql;
  readonly #idle: (() => void)[] = [];
  #waiting: Waiting[] = [];
  #waitingCost = 0;
  #scheduled = false;
  #closed = false;

  constructor(db: DatabaseSync, options: WriterOptions = {}) {
    this.#db = db;
    this.#maxWrites = options.maxWrites ?? defaultMaxWrites;
    this.#maxWaiting = options.maxWaiting ?? defaultMaxWaiting;
    this.#observer = options.observer;
    this.#sql = {
      begin: prepare(db, 'BEGIN IMMEDIATE'),
      savepoint: prepare(db, 'SAVEPOINT one_write'),
      release: prepare(db, 'RELEASE one_write'),
      undo: prepare(db, 'ROLLBACK TO one_write'),
      commit: prepare(db, 'COMMIT'),
      rollback: prepare(db, 'ROLLBACK'),
    };
  }

  /** How many writes were asked for and have not begun. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /**
   * Resolves once `work` and all it wrote are on disk. `cost` is about how many rows it writes; one of cost 0 is the
   * server's own and never too much.
   */
  run<Value>(work: () => Value, cost = 1): Promise<Value> {
    if (this.#closed) return Promise.reject(storeUnavailable(new Error('the store is closed')));
    if (cost > 0 && this.#isFull(cost)) return Promise.reject(new Refusal({ kind: 'overloaded', retryAfter }));
    return new Promise<Value>((resolve, reject) => {
      const attempt = () => {
        const value = work();
        return () => resolve(value);
      };
      this.#waiting.push({ cost, attempt, reject });
      this.#waitingCost += cost;
      this.#schedule();
    });
  }

  /** Refuses what comes from now on; resolves when all that waited is settled. */
  close(): Promise<void> {
    this.#closed = true;
    if (this.#waiting.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  #isFull(cost: number): boolean {
    const { length } = this.#waiting;
    // A write that alone costs more than may wait has its turn, too.
    return length >= this.#maxWaiting.writes || (length > 0 && this.#waitingCost + cost > this.#maxWaiting.cost);
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => this.#flush());
  }

  #flush(): void {
    this.#scheduled = false;
    const group = this.#takeGroup();
    for (const settle of this.#commitOrRefuse(group)) settle();
    if (this.#waiting.length > 0) this.#schedule();
    else for (const resolve of this.#idle.splice(0)) resolve();
  }

  #takeGroup(): Waiting[] {
    let cost = 0;
    const end = this.#waiting.findIndex((one, index) => {
      cost += one.cost;
      return index === this.#maxWrites || (index > 0 && cost > maxCost);
    });
    const group = this.#waiting;
    this.#waiting = end === -1 ? [] : group.splice(end);
    for (const one of group) this.#waitingCost -= one.cost;
    return group;
  }

  #commitOrRefuse(group: readonly Waiting[]): (() => void)[] {
    const began = performance.now();
    try {
      this.#rollBack();
      this.#sql.begin.run();
      const settle = group.map((one) => this.#attempt(one));
      this.#sql.commit.run();
      const done = { writes: group.length, milliseconds: performance.now() - began };
      return [...settle, () => this.#observer?.committed(done)];
    } catch (cause) {
      return group.map((one) => () => one.reject(storeUnavailable(cause)));
    } finally {
      this.#rollBackQuietly();
    }
  }

  #attempt(one: Waiting): () => void {
    this.#sql.savepoint.run();
    try {
      const settle = one.attempt();
      this.#sql.release.run();
      return settle;
    } catch (error) {
      // A full or failing disk can make SQLite give up the whole transaction, and with it the savepoint.
      if (!this.#db.isTransaction) throw error;
      this.#sql.undo.run();
      this.#sql.release.run();
      return () => one.reject(toRefusal(error));
    }
  }

  #rollBack(): void {
    if (this.#db.isTransaction) this.#sql.rollback.run();
  }

  /** The next group tries again, and is refused with the cause, if this fails. */
  #rollBackQuietly(): void {
    try {
      this.#rollBack();
    } catch {}
  }
}

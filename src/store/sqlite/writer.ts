/**
 * Group commit. Writes that wait together run in one transaction and share its one fsync: the disk is asked once a group,
 * not once a request. One that throws is undone and rejected alone: then the group begins anew, each write in a savepoint of
 * its own, for which SQLite copies every page before its change. Groups after it do so at once, until none throws.
 *
 *   waiting --a turn brings no more--> BEGIN, all writes, COMMIT --> every promise settles
 *                                        |      `--> one throws --> ROLLBACK, BEGIN, each write in a savepoint, COMMIT
 *                                        `--> the transaction is lost --> ROLLBACK, all of the group are refused
 *
 * A write is a synchronous function of data that its caller already holds, and the same whenever it is called again.
 */
import type { DatabaseSync } from 'node:sqlite';
import { storeUnavailable } from '../unavailable.ts';
import { sqliteCode, toRefusal } from './failures.ts';
import { prepare } from './statement.ts';
import { type GroupObserveOptions, maxSmallRows, type TimedGroup } from './timed-group.ts';

/** What one transaction holds at most: about this many rows' worth of writes, so that reads never wait long. */
const maxCost = 1000;
const defaultMaxWrites = 256;
/**
 * For so many turns of the event loop a group waits for more at most. Clients who were answered together ask again within a few;
 * the first of them alone would have all others wait for a commit.
 */
const maxTurns = 8;
/** SQLite's result code for a disk or database that is full. */
const full = 13;

interface Waiting {
  readonly cost: number;
  /** Does the work; gives what tells its caller, to be called once all is on disk. */
  attempt(): () => void;
  reject(error: unknown): void;
}

export interface WriterOptions extends GroupObserveOptions {
  /** How many writes share a transaction at most. */
  readonly maxWrites?: number | undefined;
}

export class Writer {
  readonly #db: DatabaseSync;
  readonly #maxWrites: number;
  readonly #observer;
  readonly #sql;
  readonly #idle: (() => void)[] = [];
  #waiting: Waiting[] = [];
  #scheduled = false;
  #waitingCost = 0;
  /** How many waited when the last turn ended, and how many turns there were. */
  #gathered = 0;
  #turns = 0;
  #closed = false;
  /** A write of the last group threw: the next one may hold more of them. */
  #expectsThrow = false;

  constructor(db: DatabaseSync, { maxWrites = defaultMaxWrites, observer }: WriterOptions = {}) {
    this.#db = db;
    this.#maxWrites = maxWrites;
    this.#observer = observer;
    this.#sql = {
      begin: prepare(db, 'BEGIN IMMEDIATE'),
      savepoint: prepare(db, 'SAVEPOINT one_write'),
      release: prepare(db, 'RELEASE one_write'),
      undo: prepare(db, 'ROLLBACK TO one_write'),
      commit: prepare(db, 'COMMIT'),
      rollback: prepare(db, 'ROLLBACK'),
    };
  }

  /** Resolves once `work` and all it wrote are on disk. `cost` is about how many rows it writes. */
  run<Value>(work: () => Value, cost = 1): Promise<Value> {
    if (this.#closed) return Promise.reject(storeUnavailable(new Error('the store is closed')));
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

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => this.#gather());
  }

  /** Each turn in which somebody came is followed by another: a turn costs next to nothing, and a commit as much as many writes. */
  #gather(): void {
    const hasMore = this.#waiting.length > this.#gathered;
    const isFull = this.#waiting.length >= this.#maxWrites || this.#waitingCost >= maxCost;
    if (hasMore && !isFull && this.#turns < maxTurns) {
      this.#gathered = this.#waiting.length;
      this.#turns += 1;
      setImmediate(() => this.#gather());
    } else this.#flush();
  }

  #flush(): void {
    this.#scheduled = false;
    this.#gathered = 0;
    this.#turns = 0;
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
    this.#waitingCost = this.#waiting.reduce((sum, one) => sum + one.cost, 0);
    return group;
  }

  #commitOrRefuse(group: readonly Waiting[]): (() => void)[] {
    const began = now();
    try {
      this.#rollBack();
      const settle = this.#expectsThrow && group.length > 1 ? this.#attemptEach(group) : this.#attemptAll(group);
      if (!this.#db.isTransaction) return settle;
      const worked = now();
      this.#sql.commit.run();
      const done = measured(group, began, worked);
      return [...settle, () => this.#observer?.committed(done)];
    } catch (cause) {
      return group.map((one) => () => one.reject(storeUnavailable(cause)));
    } finally {
      this.#rollBackQuietly();
    }
  }

  #attemptAll(group: readonly Waiting[]): (() => void)[] {
    this.#sql.begin.run();
    try {
      return group.map((one) => one.attempt());
    } catch (error) {
      const [first, ...others] = group;
      if (first && others.length === 0) {
        this.#rollBack();
        return [() => first.reject(toRefusal(error))];
      }
      if (this.#isOutage(error)) throw error;
      this.#rollBack();
      return this.#attemptEach(group);
    }
  }

  #attemptEach(group: readonly Waiting[]): (() => void)[] {
    this.#expectsThrow = false;
    this.#sql.begin.run();
    return group.map((one) => this.#attempt(one));
  }

  #attempt(one: Waiting): () => void {
    this.#sql.savepoint.run();
    try {
      const settle = one.attempt();
      this.#sql.release.run();
      return settle;
    } catch (error) {
      if (this.#isOutage(error)) throw error;
      this.#expectsThrow = true;
      this.#sql.undo.run();
      this.#sql.release.run();
      return () => one.reject(toRefusal(error));
    }
  }

  /**
   * A full or failing disk can make SQLite give up the whole transaction, and with it the savepoint. Where a full one leaves it
   * open, nothing else of the group is tried either: an outage is the same for all that wait.
   */
  #isOutage(error: unknown): boolean {
    return !this.#db.isTransaction || sqliteCode(error) === full;
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

interface Moment {
  readonly time: number;
  /** What the process has used of a processor. That of a thread alone is known to a tick of the clock only. */
  readonly cpu: NodeJS.CpuUsage;
}

function now(): Moment {
  return { time: performance.now(), cpu: process.cpuUsage() };
}

function measured(group: readonly Waiting[], began: Moment, worked: Moment): TimedGroup {
  const ended = performance.now();
  const used = (worked.cpu.user - began.cpu.user + worked.cpu.system - began.cpu.system) / 1000;
  return {
    writes: group.length,
    milliseconds: ended - began.time,
    commitMilliseconds: ended - worked.time,
    workMilliseconds: Math.min(worked.time - began.time, used),
    smallRows: group.reduce((sum, { cost }) => sum + Math.min(cost, maxSmallRows), 0),
  };
}

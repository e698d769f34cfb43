/**
 * Group commit. Requests for one number wait in its line; all that wait share one transaction, and so one fsync and a few
 * round trips. One transaction of a number is under way at a time, and those of other numbers, or of other processes, beside it:
 * PostgreSQL's lock of the number's row lets each decide over what the one before has committed.
 *
 *   waiting --> BEGIN, lock the number, read what the requests may touch
 *           --> decide each in memory; one that throws is undone and refused alone
 *           --> write all changes at once, COMMIT --> every promise settles
 *
 * Plain changes of lists are first tried without the lock (`quick-way.ts`).
 *
 * If the answer to COMMIT never comes, the next connection looks whether it was done (`written.ts`), so that no request is
 * carried out twice or refused although it counts.
 */

import { setTimeout } from 'node:timers/promises';
import { Refusal } from '../../core/errors.ts';
import type { PhoneNumberId } from '../../core/ids.ts';
import type { Lease } from '../../core/ports.ts';
import type { UserId } from '../../core/user.ts';
import type { Tables } from '../changes/tables.ts';
import type { ObserveOptions, StoreObserver } from '../observer.ts';
import { storeUnavailable } from '../unavailable.ts';
import type { Bound, WriteTerms } from './bound.ts';
import { LockedLeases } from './leases.ts';
import { isNumber, lockLine } from './lines.ts';
import { QuickWay } from './quick-way.ts';
import { type Session, type Sessions, type Transaction, UnknownOutcome } from './session.ts';
import { type WorkingParts, WorkingSet } from './working-set.ts';
import type { Line, Needs } from './working-table.ts';
import { sendTogether } from './write.ts';
import { type Stamp, Written } from './written.ts';

/** What one transaction holds at most: about this many rows' worth of requests, so that nobody waits long for its end. */
const maxCost = 4000;
const maxRequests = 1000;
/** How often a transaction of which the end is not known is looked after, or begun again. */
const maxTries = 5;
/** In ms; it doubles each time. */
const firstDelay = 100;

export type Plain = 'of strangers' | 'of anybody';

/** A change that is decided over tables in memory. */
export interface Request<Value> extends WriteTerms {
  readonly needs: Needs;
  /** It touches nothing but the list, and of people only who is blocked; and whether those are likely to be new to the list. */
  readonly plain?: Plain;
  /** Synchronous, and may run more than once: what it changed is then undone before. */
  decide(tables: Tables<PhoneNumberId>): Value;
}

/** A change that speaks to the database itself, while it has the line to itself. It may run more than once. */
export type LoneWork<Value> = (session: Session) => Promise<Value>;

/** The ways to write. Each promise resolves once all that was written is committed. */
export interface Writes {
  /** With whatever else waits for the number. */
  run<Value>(line: Line, request: Request<Value>): Promise<Value>;
  /** In its turn, but in a transaction of its own, which has locked the number. */
  runAlone<Value>(line: Line, terms: WriteTerms, work: LoneWork<Value>): Promise<Value>;
  /** What is of no number. */
  transaction<Value>(terms: WriteTerms, work: LoneWork<Value>): Promise<Value>;
}

/** Tells its caller how it ended. */
type Settle = () => void;

interface Waiting {
  readonly cost: number;
  readonly lease: Lease | undefined;
  readonly needs?: Needs;
  readonly plain?: Plain | undefined;
  /** Of a request: decides it. */
  decide?(tables: Tables<PhoneNumberId>): Settle;
  /** Of lone work. */
  work?(session: Session): Promise<Settle>;
  reject(error: unknown): void;
}

export interface GroupsParts extends ObserveOptions {
  readonly sessions: Sessions;
  readonly bound: Bound;
  readonly parts: WorkingParts;
}

export class Groups implements Writes {
  readonly #sessions: Sessions;
  readonly #bound: Bound;
  readonly #parts: WorkingParts;
  readonly #observer: StoreObserver | undefined;
  readonly #written = new Written();
  readonly #quickWay: QuickWay;
  /** Who waits in each line in which somebody waits, or is under way. */
  readonly #lines = new Map<Line, Waiting[]>();

  constructor({ sessions, bound, parts, observer }: GroupsParts) {
    this.#sessions = sessions;
    this.#bound = bound;
    this.#parts = parts;
    this.#observer = observer;
    this.#quickWay = new QuickWay({ sessions, parts, written: this.#written });
  }

  run<Value>(line: Line, request: Request<Value>): Promise<Value> {
    const { needs, cost, lease, plain } = request;
    return this.#bound.run(request, () =>
      this.#wait(line, (resolve: (value: Value) => void, reject) => ({
        cost,
        lease,
        needs,
        plain: lease === undefined ? plain : undefined,
        decide: (tables) => {
          const value = request.decide(tables);
          return () => resolve(value);
        },
        reject,
      })),
    );
  }

  runAlone<Value>(line: Line, terms: WriteTerms, work: LoneWork<Value>): Promise<Value> {
    return this.#bound.run(terms, () =>
      this.#wait(line, (resolve: (value: Value) => void, reject) => ({
        cost: terms.cost,
        lease: terms.lease,
        work: async (session) => {
          const value = await work(session);
          return () => resolve(value);
        },
        reject,
      })),
    );
  }

  transaction<Value>(terms: WriteTerms, work: LoneWork<Value>): Promise<Value> {
    return this.#bound.run(terms, async () => {
      try {
        return await this.#sessions.transaction(async (session) => {
          const [leases, value] = await Promise.all([LockedLeases.of(session, [terms.lease]), work(session)]);
          leases.check(terms.lease);
          return value;
        });
      } catch (error) {
        throw error instanceof UnknownOutcome ? storeUnavailable(error) : error;
      }
    });
  }

  #wait<Value>(
    line: Line,
    toWaiting: (resolve: (value: Value) => void, reject: (error: unknown) => void) => Waiting,
  ): Promise<Value> {
    return new Promise<Value>((resolve, reject) => {
      const waiting = toWaiting(resolve, reject);
      const known = this.#lines.get(line);
      if (known) known.push(waiting);
      else {
        this.#lines.set(line, [waiting]);
        // Whoever asks in the same moment goes along.
        setImmediate(() => this.#serve(line));
      }
    });
  }

  /** Until nobody waits. */
  async #serve(line: Line): Promise<void> {
    for (;;) {
      const waiting = this.#lines.get(line) ?? [];
      if (waiting.length === 0) break;
      const group = waiting.splice(0, sizeOfGroup(waiting));
      await this.#runGroup(line, group);
    }
    this.#lines.delete(line);
  }

  async #runGroup(line: Line, group: readonly Waiting[]): Promise<void> {
    const began = performance.now();
    try {
      const settle = await this.#commit(line, group);
      this.#observer?.committed({ writes: group.length, milliseconds: performance.now() - began });
      for (const one of settle) one();
    } catch (error) {
      // What only one of them may be the reason for, the others are not refused for.
      if (group.length > 1 && !(error instanceof Refusal)) for (const one of group) await this.#runGroup(line, [one]);
      else for (const one of group) one.reject(error);
    }
  }

  /** Gives how each is settled once all is committed. */
  async #commit(line: Line, group: readonly Waiting[]): Promise<readonly Settle[]> {
    const arePlain = group.every(({ plain }) => plain !== undefined);
    const areStrangers = group.every(({ plain }) => plain === 'of strangers');
    for (let tries = 1; ; tries++) {
      const mine = this.#written.next();
      let settle: readonly Settle[] = [];
      try {
        if (arePlain && tries === 1 && isNumber(line)) {
          const decide = (set: WorkingSet) => {
            settle = group.map((one) => attempt(set, undefined, one));
          };
          const users = group.flatMap(usersOf);
          if (await this.#quickWay.take({ number: line, users, areStrangers, mine, decide })) return settle;
        }
        if (isNumber(line)) this.#quickWay.forget(line);
        return await this.#sessions.transaction(async (session) => {
          settle = await this.#carryOut(session, line, group, mine);
          return settle;
        });
      } catch (error) {
        if (!(error instanceof UnknownOutcome)) throw error;
        if (await this.#isCommitted(line, mine)) return settle;
        if (tries === maxTries) throw storeUnavailable(error);
      }
    }
  }

  async #isCommitted(line: Line, mine: Stamp): Promise<boolean> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.#written.isCommitted(this.#sessions, line, mine);
      } catch (error) {
        if (!(error instanceof Refusal || error instanceof UnknownOutcome)) throw error;
        if (tries === maxTries) throw storeUnavailable(error);
        await setTimeout(firstDelay * 2 ** tries);
      }
    }
  }

  async #carryOut(
    session: Transaction,
    line: Line,
    group: readonly Waiting[],
    mine: Stamp,
  ): Promise<readonly Settle[]> {
    const locked = lockLine(session, line);
    const locking = LockedLeases.of(
      session,
      group.map(({ lease }) => lease),
    );
    const [first] = group;
    const work = first?.work?.bind(first);
    if (work) {
      const [leases] = await Promise.all([locking, locked]);
      leases.check(first?.lease);
      const settle = await work(session);
      sendTogether(session, this.#written.alone(line, mine));
      return [settle];
    }
    const settle: Settle[] = [];
    while (settle.length < group.length) {
      const rest = group.slice(settle.length);
      const loading = WorkingSet.load(session, line, rest.map(needsOf), this.#parts);
      const [set, leases] = await Promise.all([loading, locking, locked]);
      for (const one of rest) {
        settle.push(attempt(set, leases, one));
        if (set.hasDeferred) break;
      }
      await set.write(session, this.#written, mine, settle.length === group.length);
    }
    return settle;
  }
}

/** Decides one request, if its work is still its node's; undoes it if it throws. */
function attempt(set: WorkingSet, leases: LockedLeases | undefined, one: Waiting): Settle {
  const { mark } = set.journal;
  try {
    leases?.check(one.lease);
    const settle = one.decide?.(set);
    if (!settle) throw new Error('neither a request nor lone work');
    return settle;
  } catch (error) {
    set.journal.undoTo(mark);
    return () => one.reject(error);
  }
}

function needsOf({ needs }: Waiting): Needs {
  return needs ?? { at: 0, users: [] };
}

function usersOf({ needs }: Waiting): readonly UserId[] {
  return needs?.users ?? [];
}

/** Lone work goes alone. */
function sizeOfGroup(waiting: readonly Waiting[]): number {
  let cost = 0;
  const end = waiting.findIndex((one, index) => {
    cost += one.cost;
    return index === maxRequests || (index > 0 && (cost > maxCost || one.work !== undefined || waiting[0]?.work));
  });
  return end === -1 ? waiting.length : end;
}

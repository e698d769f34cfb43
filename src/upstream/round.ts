/**
 * One round on a number's list: what is due of one goal, in one request to the provider, and what became of it. Whoever runs
 * it has the lane.
 */
import type { DuePushes } from '../core/ports.ts';
import type { Push, PushGoal, Settlement } from '../core/push.ts';
import type { UserReading } from '../dialects/dialect.ts';
import { delayAfter } from './backoff.ts';
import type { Failure } from './failure.ts';
import { readListing } from './listing.ts';
import type { Site } from './site.ts';
import { judge } from './verdict.ts';
import { overflow, refusalOf, refusedFor, resultOf, retryOf } from './words.ts';

/** Entries looked at in one write, of those that were there before the upstream. */
const enqueueBatch = 1_000;
/** After so many requests in a row that were refused for a single user, the next ones come ever more slowly. */
const refusalsAtOnce = 8;

export class Round {
  readonly #site: Site;
  /** How many users the provider's list holds, as far as we know. */
  #occupied = 0;
  /** Whether somebody may have left it, so that others have a place there now. */
  #hasFreed = false;
  /** In ms since the epoch: nothing more before, whatever is due. */
  #notBefore: number | undefined;

  constructor(site: Site) {
    this.#site = site;
  }

  /** Gives when to come again, in ms since the epoch; `undefined`: when there is something new. */
  async run(): Promise<number | undefined> {
    const { pushes, clock, lane, number, connection, rules } = this.#site;
    await this.#settle([]);
    const now = clock();
    const batch = lane.batchOf(connection.caller.maxUsers);
    const due = await pushes.next(number.id, now, batch);
    this.#occupied = rules.pushCapacity - due.room;
    if (!due.isComplete) await pushes.enqueue(number.id, now, enqueueBatch, lane.holding.lease);
    const told = due.pushes.length === 0 ? { isAll: true, at: undefined } : await this.#tellOf(due);
    const isAll = told.isAll && due.isComplete && due.pushes.length < batch;
    const at = (isAll && !this.#hasFreed) || connection.stop ? told.at : now;
    return this.#notBefore ?? at;
  }

  /** `isAll`: nobody was left out. `at`: when the first of those who could not be settled is to be tried again. */
  async #tellOf(due: DuePushes): Promise<{ readonly isAll: boolean; readonly at: number | undefined }> {
    const { lane } = this.#site;
    const unsure = due.pushes.filter((push) => push.isIntent || lane.isUnknown(push));
    const isAll = (pushes: readonly Push[]) => pushes.length === due.pushes.length;
    if (unsure.length > 0) return { isAll: isAll(unsure), at: await this.#settleByList(unsure) };
    // Who leaves the list makes room for others, which the store counts.
    const goal = due.pushes.some((push) => push.goal === 'unblock') ? 'unblock' : 'block';
    const wanted = due.pushes.filter((push) => push.goal === goal);
    const room = goal === 'block' ? Math.max(0, due.room) : wanted.length;
    await this.#settle(wanted.slice(room).map((push) => ({ push, result: overflow })));
    return { isAll: isAll(wanted), at: await this.#tell(goal, wanted.slice(0, room)) };
  }

  async #tell(goal: PushGoal, pushes: readonly Push[]): Promise<number | undefined> {
    if (pushes.length === 0) return undefined;
    const { lane, failpoint } = this.#site;
    await failpoint('before_call');
    const asked = await this.#site.change(
      goal,
      pushes.map(({ user }) => user),
    );
    await failpoint('after_call');
    if (asked.failure) return this.#failed(asked.failure, pushes);
    lane.growBatch();
    const { users } = asked;
    const silent = pushes.filter((_, index) => isSilent(users[index]));
    lane.noteUnknown(silent);
    const settled = await this.#settle(pushes.flatMap((push, index) => this.#settlement(push, users[index])));
    const listed = await this.#settleByList(silent);
    return settled !== undefined && listed !== undefined ? Math.min(settled, listed) : (settled ?? listed);
  }

  #settlement(push: Push, reading: UserReading | undefined): readonly Settlement[] {
    if (reading?.kind === 'refused')
      return [{ push, result: resultOf(push.goal, reading.told, this.#retryAt([push])) }];
    return isSilent(reading) ? [] : [{ push, result: { kind: 'done' } }];
  }

  /** Nothing was said of any of them. */
  async #failed(failure: Failure, pushes: readonly Push[]): Promise<number | undefined> {
    const { lane, clock, limits } = this.#site;
    if (failure.isUnknown) {
      lane.noteUnknown(pushes);
      return this.#settleByList(pushes);
    }
    if (failure.kind !== 'refused') return this.#postpone(failure, pushes);
    lane.shrinkBatch(pushes.length);
    const [only, ...others] = pushes;
    // One of them may be why: the next rounds find out whom.
    if (!only || others.length > 0) return clock();
    lane.refusals += 1;
    const retryAt = this.#retryAt(pushes);
    await this.#settle([{ push: only, result: resultOf(only.goal, refusedFor(failure), retryAt) }]);
    const { firstDelay, longestPause } = limits;
    const more = lane.refusals - refusalsAtOnce;
    if (more > 0) this.#notBefore = clock() + delayAfter(more, { firstDelay, longestDelay: longestPause });
    return clock();
  }

  /** Lets the provider's list say what became of pushes that it was told of, or may have been. */
  async #settleByList(pushes: readonly Push[]): Promise<number | undefined> {
    if (pushes.length === 0) return undefined;
    const { lane } = this.#site;
    const users = pushes.map(({ user }) => user);
    const untilEnd = pushes.some(({ goal }) => goal === 'unblock');
    const asked = await readListing(this.#site, { users, untilEnd });
    if (asked.failure) return this.#postpone(asked.failure, pushes);
    const leaving = pushes.filter(({ goal }) => goal === 'unblock').length;
    const known = { ...asked, expected: this.#occupied - leaving, retryAt: this.#retryAt(pushes) };
    lane.noteKnown(pushes);
    return this.#settle(pushes.map((push) => ({ push, result: judge(push, known) })));
  }

  /** The provider does not do what it is there for. Whom nothing was settled of stays as they are. */
  async #postpone(failure: Failure, pushes: readonly Push[]): Promise<number | undefined> {
    const { lane, clock } = this.#site;
    if (failure.kind === 'token') {
      await this.#settle(pushes.map((push) => ({ push, result: retryOf(failure, clock()) })));
      // Whoever gives the connection another token wakes it.
      return undefined;
    }
    if (failure.kind === 'number') return this.#settle(pushes.map((push) => ({ push, result: refusalOf(failure) })));
    let at = this.#retryAt(pushes);
    if (failure.kind === 'busy') {
      at = failure.retryAfter === undefined ? at : clock() + failure.retryAfter;
      this.#site.pause(at - clock());
      lane.shrinkBatch(pushes.length);
    }
    return this.#settle(pushes.map((push) => ({ push, result: retryOf(failure, at) })));
  }

  /** All are tried again together. */
  #retryAt(pushes: readonly Push[]): number {
    const { clock, limits } = this.#site;
    return clock() + delayAfter(Math.max(...pushes.map(({ attempts }) => attempts)), limits);
  }

  /** Gives when the first of them is to be tried again. */
  async #settle(settlements: readonly Settlement[]): Promise<number | undefined> {
    await this.#site.settle(settlements);
    this.#hasFreed ||= settlements.some(frees);
    const times = settlements.flatMap(({ result }) => (result.kind === 'retry' ? [result.at] : []));
    return times.length === 0 ? undefined : Math.min(...times);
  }
}

/** The provider lets go of them, or will not have them where they may have been. */
function frees({ push, result }: Settlement): boolean {
  if (push.goal === 'unblock') return result.kind === 'done';
  return result.kind === 'waiting' || result.kind === 'failed';
}

function isSilent(reading: UserReading | undefined): boolean {
  return (reading?.kind ?? 'silent') === 'silent';
}

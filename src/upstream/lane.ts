import type { Holding } from '../core/holding.ts';
import type { PhoneNumberId } from '../core/ids.ts';
import type { Upstream } from '../core/numbers.ts';
import type { Push, Settlement } from '../core/push.ts';
import type { UserId } from '../core/user.ts';
import { Turns } from './turns.ts';

/** A user by the one id that the provider is told. */
export function keyOf(user: UserId): string {
  return user.kind === 'wa_id' ? user.waId : user.userId;
}

/** What lies between a number's list and its provider's: all who have to say something there say it one after the other. */
export class Lane {
  readonly number: PhoneNumberId;
  readonly turns = new Turns();
  /** The lease of the list: whoever has the turn takes it. */
  readonly holding: Holding;
  /** What the store could not take yet: it is not asked of the provider again. */
  kept: readonly Settlement[] = [];
  /** Whether somebody pushes, or is about to; and whether there is more since. */
  isActive = false;
  hasMore = false;
  /** How often in a row the work failed by a fault of ours. */
  faults = 0;
  /** How often in a row another node had the list. */
  waits = 0;
  /** How often in a row the provider refused a whole request for one user. */
  refusals = 0;
  /** What was there before the upstream may have to be imported; from when on to try, and how often in a row it failed. */
  mayImport = true;
  importAt = 0;
  importTries = 0;
  readonly #unknown = new Map<string, number>();
  #batch = Number.POSITIVE_INFINITY;
  #token: number | undefined;
  #upstream: Upstream | undefined;

  constructor(number: PhoneNumberId, holding: Holding) {
    this.number = number;
    this.holding = holding;
  }

  /** Nothing of it has to be remembered. */
  get isIdle(): boolean {
    return (
      !this.isActive &&
      this.turns.size === 0 &&
      !this.holding.isHeld &&
      this.kept.length === 0 &&
      this.#unknown.size === 0 &&
      this.importTries === 0
    );
  }

  /**
   * Whoever has the turn asks for the lease, too. False: another node has it. What another may have settled meanwhile is not
   * settled from here.
   */
  async take(upstream: Upstream): Promise<boolean> {
    if (!(await this.holding.take())) return false;
    const { token } = this.holding.lease;
    if (token !== this.#token) {
      this.kept = [];
      this.mayImport = true;
    }
    if (upstream.connection !== this.#upstream?.connection || upstream.numberId !== this.#upstream.numberId)
      this.lookAnew();
    this.#token = token;
    this.#upstream = upstream;
    this.waits = 0;
    return true;
  }

  /** The turn is over: other nodes may have the list, unless what the store could not take is still to be told. */
  async rest(): Promise<void> {
    if (this.kept.length === 0) await this.holding.release();
  }

  /** Another node has it by now. */
  lose(): void {
    if (this.holding.isHeld) this.holding.forget(this.holding.lease);
    this.kept = [];
  }

  /** The number is not pushed any more. */
  forget(): void {
    this.kept = [];
    this.#unknown.clear();
    this.lookAnew();
  }

  /** The number may have another list at the other end. */
  lookAnew(): void {
    this.mayImport = true;
    this.importAt = 0;
    this.importTries = 0;
  }

  /** How many users a request names at most. */
  batchOf(maxUsers: number): number {
    return Math.min(this.#batch, maxUsers);
  }

  /** Too many for the provider, or one among them whom it does not take. */
  shrinkBatch(users: number): void {
    this.#batch = Math.max(1, Math.floor(users / 2));
  }

  growBatch(): void {
    this.#batch *= 2;
    this.refusals = 0;
  }

  /** Whether the provider may have acted on this push without having said so. */
  isUnknown(push: Pick<Push, 'user' | 'generation'>): boolean {
    return this.#unknown.get(keyOf(push.user)) === push.generation;
  }

  noteUnknown(pushes: readonly Pick<Push, 'user' | 'generation'>[]): void {
    for (const { user, generation } of pushes) this.#unknown.set(keyOf(user), generation);
  }

  noteKnown(pushes: readonly Pick<Push, 'user'>[]): void {
    for (const { user } of pushes) this.#unknown.delete(keyOf(user));
  }
}

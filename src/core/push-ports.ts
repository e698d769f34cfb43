/** What is to be said to providers, as a store keeps it. */
import type { AppOwner } from './apps.ts';
import type { ConnectionName, PhoneNumberId } from './ids.ts';
import type { Lease } from './leases.ts';
import type { Actor, ListChange } from './list-ports.ts';
import type { Upstream } from './numbers.ts';
import type { Outcome } from './outcome.ts';
import type { Push, PushGoal, Settlement, Sync } from './push.ts';
import type { KnownIds, UserId } from './user.ts';

/** A number with something to push, and when the first of it is due, in ms since the epoch. */
export interface DueNumber {
  readonly number: PhoneNumberId;
  readonly dueAt: number;
}

export interface DuePushes {
  /** Those due longest come first, and before them any who may have a place on the provider's list already. */
  readonly pushes: readonly Push[];
  /** How many of the users to be blocked the provider's list takes, those with a place there included. */
  readonly room: number;
  /** Entries that were there before the upstream are not all looked at yet: `enqueue` does it. */
  readonly isComplete: boolean;
}

/** What became of a request under `push: "wait"` before the provider is asked. */
export interface Intended {
  /** One per asked user, in their order, as they are if the provider agrees to all. */
  readonly outcomes: readonly Outcome[];
  /** For each outcome the push on which it depends, if it does. Several may depend on the same. */
  readonly pushes: readonly (Push | undefined)[];
}

/** How many users of a connection's numbers are in each state. */
export interface SyncCount {
  readonly connection: ConnectionName;
  readonly state: Sync['state'];
  readonly users: number;
}

/** What a provider's list says of users, as data. `at` is in ms since the epoch. */
export interface ListedChange {
  readonly number: PhoneNumberId;
  readonly users: readonly KnownIds[];
  readonly by: Actor;
  readonly at: number;
  /** Whose list it is. If the number has another by now, nothing is done. */
  readonly upstream: Upstream;
  /**
   * The last sequence number of the list here before the provider's was read. Of whom the log tells since then, but under
   * this very request, it says nothing: they are left alone.
   */
  readonly asOf: number;
}

/** The unblocks of a list that are not confirmed. */
export interface Removals {
  /** The last sequence number of the list. */
  readonly asOf: number;
  readonly users: readonly UserId[];
}

/**
 * What is to be said to providers. Blocking and unblocking on a number with an upstream adds to it in the same transaction.
 * Who says it has the lease of the number's list, and gives it with each write.
 */
export interface Pushes {
  /** The numbers of a connection that have something to push now or later. */
  due(connection: ConnectionName): Promise<readonly DueNumber[]>;
  /** What is due on a number by `at`, at most `limit` of it. */
  next(number: PhoneNumberId, at: number, limit: number): Promise<DuePushes>;
  /** Looks at up to `limit` more entries that were there before the upstream. False: there is no more. */
  enqueue(number: PhoneNumberId, at: number, limit: number, lease?: Lease): Promise<boolean>;
  /**
   * Keeps what became of pushes; one whose generation is not the latest is left alone. An intent counts once it is done and is
   * forgotten if it is refused; `retry` leaves it to be settled by what the provider lists. Gives the apps that there may be
   * more for: what was held of users whose unblock counts now.
   */
  settle(
    number: PhoneNumberId,
    settlements: readonly Settlement[],
    at: number,
    lease?: Lease,
  ): Promise<readonly AppOwner[]>;
  /**
   * Keeps what a request under `push: "wait"` asks for, without any of it counting. Whoever asked settles it; what is not
   * settled by `settleBy` is due then.
   */
  intend(goal: PushGoal, change: ListChange, settleBy: number, lease?: Lease): Promise<Intended>;
  /** How many users are in each state, for who watches. */
  counts(): Promise<readonly SyncCount[]>;
  removals(number: PhoneNumberId): Promise<Removals>;
  /**
   * Lets these users be here as the provider has them: blocked and `synced`, or not blocked, without a push. Leaves alone
   * whose unblock is still to be said, and whom a request under way asks for.
   */
  adopt(goal: PushGoal, change: ListedChange, lease?: Lease): Promise<void>;
  /** Tells the provider again of those of these users with whom it is so here, whatever it was told. */
  ask(goal: PushGoal, change: ListedChange, lease?: Lease): Promise<void>;
  /** The numbers of a connection whose provider's list is still to be imported. */
  imports(connection: ConnectionName): Promise<readonly PhoneNumberId[]>;
  /** Whether that of this number is: if so, the last sequence number that its list had when it got its upstream. */
  importing(number: PhoneNumberId): Promise<number | undefined>;
  /** The import of what was there as of then is done. */
  imported(number: PhoneNumberId, asOf: number, lease?: Lease): Promise<void>;
}

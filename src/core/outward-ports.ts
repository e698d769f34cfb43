/** Who speaks to providers and apps. */
import type { AppOwner } from './apps.ts';
import type { ConnectionName, PhoneNumberId } from './ids.ts';
import type { ListChange } from './list-ports.ts';
import type { BusinessNumber } from './numbers.ts';
import type { Outcome } from './outcome.ts';
import type { PushGoal } from './push.ts';
import type { KnownIds } from './user.ts';

/** Speaks to the providers of numbers that have an upstream. */
export interface Pushing {
  /** Something is to be pushed on the number's list. */
  wake(number: BusinessNumber): void;
  /**
   * Changes the list as far as the provider agrees, under `push: "wait"`. Resolves when it has answered, or did not in time
   * (`unsettled`).
   */
  agree(number: BusinessNumber, goal: PushGoal, change: ListChange): Promise<readonly Outcome[]>;
}

export interface ProviderList {
  readonly users: readonly KnownIds[];
  /** False: it changed too often while it was read, or broke off: who is not in it may be there. */
  readonly isComplete: boolean;
}

/** A connection on which nothing is pushed until it is changed: the provider does not accept its token. */
export interface Stop {
  readonly connection: ConnectionName;
  /** The provider's error code and words. */
  readonly code: number;
  readonly detail: string;
  /** In ms since the epoch. */
  readonly at: number;
}

/** A number that its provider does not know by the id that it is told, or does not let the token reach. */
export interface UnknownNumber {
  readonly number: PhoneNumberId;
  readonly connection: ConnectionName;
  /** What the provider was told. */
  readonly numberId: PhoneNumberId;
  /** The provider's error code, and what it means. */
  readonly code: number;
  readonly detail: string;
  /** In ms since the epoch. */
  readonly at: number;
}

/** All that others ask of who speaks to the providers. */
export interface Upstreams extends Pushing {
  /** A connection was created, changed or deleted. */
  connectionChanged(name: ConnectionName): void;
  /** A number was created, changed or deleted. */
  numberChanged(number: BusinessNumber): void;
  /** The provider's own list, read from the first page to the last. Refuses (`upstream_failed`) if it cannot be asked. */
  readList(number: BusinessNumber): Promise<ProviderList>;
  /** The connections that are stopped now. */
  stops(): readonly Stop[];
  /** The numbers that were not known to their providers when those were asked last. */
  unknownNumbers(): readonly UnknownNumber[];
}

/** Passes on to apps what waits for them. */
export interface Forwarding {
  /** There is something new for the app, or something is to be tried now. */
  wake(owner: AppOwner): void;
  /** The app was set, changed or removed, or its owner deleted. */
  appChanged(owner: AppOwner): void;
}

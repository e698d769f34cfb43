/** What is to be said, and was said, to a provider about one user of a number with an upstream. */
import type { UserId } from './user.ts';

/** Where a block stands at the provider. Each state is the same word in the store and in the API. */
export type SyncState =
  /** It will be pushed, again if need be. */
  | 'pending'
  /** The provider has it. */
  | 'synced'
  /** The provider asks for a message of the user first (131047): pushed when one comes. */
  | 'waiting'
  /** The provider's list is full: enforced here. */
  | 'overflow'
  /** The provider will not have it, finally: enforced here. */
  | 'failed'
  /** The user is free here; the provider has not confirmed it yet. */
  | 'removing';

export interface Sync {
  readonly state: SyncState;
  /** The provider's error code, if it gave one. */
  readonly code?: number;
  /** Why it stands so, in plain words. */
  readonly detail?: string;
  /** In ms since the epoch. */
  readonly lastAttemptAt?: number;
  readonly nextAttemptAt?: number;
}

export type PushGoal = 'block' | 'unblock';

/** One user whom the provider is to be told of. */
export interface Push {
  /** The one id that the provider is told: the wa_id, else the BSUID. */
  readonly user: UserId;
  readonly goal: PushGoal;
  /** Grows with each change of the user's block: an answer settles only the push with its own generation. */
  readonly generation: number;
  /** How often it was tried in vain. */
  readonly attempts: number;
  /**
   * Asked for under `push: "wait"` and not settled: it may have reached the provider or not, so what the provider lists
   * decides. Nothing counts here before.
   */
  readonly isIntent: boolean;
}

/** What the provider said of a push, or did not say. */
export type PushResult =
  /** It is as the goal says. */
  | { readonly kind: 'done' }
  | {
      readonly kind: 'waiting' | 'overflow' | 'failed';
      readonly code?: number;
      readonly message?: string;
      readonly detail: string;
    }
  /** To be tried again at this time, in ms since the epoch. */
  | { readonly kind: 'retry'; readonly code?: number; readonly detail: string; readonly at: number };

/** What became of a push. */
export interface Settlement {
  readonly push: Pick<Push, 'user' | 'goal' | 'generation'>;
  readonly result: PushResult;
}

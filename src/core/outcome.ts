import type { UserId } from './user.ts';

/** Why a user of a request is refused while the request itself is fine. */
export type UserRefusal =
  /** Neither a phone number nor a wa_id nor a BSUID. */
  | 'not_a_user'
  | 'parent_user_id'
  /** The number itself. */
  | 'self'
  /** Another number hosted here. */
  | 'business'
  /** No message from the user within 24 hours. */
  | 'window'
  /** The list is full. */
  | 'capacity'
  /** The provider refused: `told` is what it said. */
  | 'provider'
  /** The provider did not answer in time. What it did is found out later; nothing counts before. */
  | 'unsettled';

/** A provider's own words for why it refused a user. */
export interface ProviderWords {
  readonly code: number;
  readonly message: string;
  readonly details: string;
}

/** What happened to one user of a request. `input` is the text as it came. */
export type Outcome =
  | {
      readonly kind: 'added' | 'already_there' | 'removed' | 'was_not_there';
      readonly input: string;
      readonly user: UserId;
    }
  | {
      readonly kind: 'refused';
      readonly input: string;
      readonly user?: UserId;
      readonly why: UserRefusal;
      /** With `provider` alone. */
      readonly told?: ProviderWords;
    };

export type Refused = Extract<Outcome, { kind: 'refused' }>;
export type Done = Exclude<Outcome, Refused>;

export function isRefused(outcome: Outcome): outcome is Refused {
  return outcome.kind === 'refused';
}

/** How every list is paged and answered. */
interface SharedRules {
  /** `versioned`: offset cursors that a change of the list ends. `stable`: keyset cursors that outlive changes. */
  readonly paging: 'stable' | 'versioned';
  /** The HTTP status of an answer in which some user was refused. */
  readonly partialFailureStatus: 400 | 200;
}

/** The policy of a number without an upstream: its list is the truth. */
export interface OwnRules extends SharedRules {
  /** `strict`: only a WhatsApp user who is no business hosted here and wrote within the last 24 hours can be blocked. */
  readonly window: 'off' | 'strict';
  /** How many users the list holds at most; null: no limit. */
  readonly capacity: number | null;
}

/** The policy of a number with an upstream, which its list is pushed through. */
export interface PushRules extends SharedRules {
  /** `later`: blocks count here at once and are pushed until the provider has them. `wait`: they count once it agrees. */
  readonly push: 'later' | 'wait';
  /** How many users the provider's list holds at most; those beyond are blocked here only. */
  readonly pushCapacity: number;
}

/** The policy of one number's list. */
export type Rules = OwnRules | PushRules;

export function arePushed(rules: Rules): rules is PushRules {
  return 'push' in rules;
}

/** `open` asks as little as possible; `meta` is what the live Cloud API documents; `gateway` is for a number with an upstream. */
export const presets = {
  open: { window: 'off', capacity: null, paging: 'stable', partialFailureStatus: 400 },
  meta: { window: 'strict', capacity: 64_000, paging: 'versioned', partialFailureStatus: 400 },
  gateway: { push: 'later', pushCapacity: 64_000, paging: 'stable', partialFailureStatus: 400 },
} as const satisfies Record<string, Rules>;

export type Preset = keyof typeof presets;

/** What a change says of the rules: a preset, or those that change. */
export type RulesPatch = Preset | Partial<OwnRules & PushRules>;

/** The 24-hour window of `window: "strict"`, in milliseconds. */
export const windowMs = 24 * 60 * 60 * 1000;

/** Users in one block or unblock request, at most. */
export const maxUsersPerRequest = 1000;

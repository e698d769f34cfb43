/** The policy of one number's list. */
export interface Rules {
  /** `strict`: only a WhatsApp user who is no business hosted here and wrote within the last 24 hours can be blocked. */
  readonly window: 'off' | 'strict';
  /** How many users the list holds at most; null: no limit. */
  readonly capacity: number | null;
  /** `versioned`: offset cursors that a change of the list ends. `stable`: keyset cursors that outlive changes. */
  readonly paging: 'stable' | 'versioned';
  /** The HTTP status of an answer in which some user was refused. */
  readonly partialFailureStatus: 400 | 200;
}

/** `open` asks as little as possible; `meta` is what the live Cloud API documents. */
export const presets = {
  open: { window: 'off', capacity: null, paging: 'stable', partialFailureStatus: 400 },
  meta: { window: 'strict', capacity: 64_000, paging: 'versioned', partialFailureStatus: 400 },
} as const satisfies Record<string, Rules>;

export type Preset = keyof typeof presets;

/** The 24-hour window of `window: "strict"`, in milliseconds. */
export const windowMs = 24 * 60 * 60 * 1000;

/** Users in one block or unblock request, at most. */
export const maxUsersPerRequest = 1000;

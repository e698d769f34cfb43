/** What a push goes through. Under `push: "wait"` it begins with `after_intend`. */
export type PushStep =
  /** The intents are on disk, and nobody was asked. */
  | 'after_intend'
  | 'before_call'
  /** The answer was read, and nothing of it is on disk. */
  | 'after_call'
  | 'before_settle'
  | 'after_settle'
  /** Some of whom the provider listed before are taken over. */
  | 'after_import';

/** Is called at each step; what becomes of the process there is its business. */
export type Failpoint = (step: PushStep) => void | Promise<void>;

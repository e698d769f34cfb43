/** What a delivery goes through. */
export type ForwardStep =
  | 'before_forward'
  /** The app answered, and nothing of it is on disk. */
  | 'after_forward'
  | 'before_settle'
  | 'after_settle';

/** Is called at each step; what becomes of the process there is its business. */
export type Failpoint = (step: ForwardStep) => void | Promise<void>;

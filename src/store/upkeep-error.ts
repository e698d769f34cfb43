/** A backup, restore or move that is refused or failed; the message is for who asked for it. */
export class UpkeepError extends Error {
  override readonly name = 'UpkeepError';

  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
  }
}

/** Hears how far it is: `done` of `total` in what the step counts. A step that cannot tell says 0 of 0. */
export type Progress = (step: string, done: number, total: number) => void;

/** What the exit code of a command says. */
export const exitCodes = {
  ok: 0,
  /** Something was refused or failed. */
  failed: 1,
  /** The command line itself is not right. */
  usage: 2,
  /** No Gatehouse answers there. */
  unreachable: 3,
  /** There is no admin key, or the server does not take it. */
  notAllowed: 4,
  /** `check` only: not everybody asked about is blocked. */
  notBlocked: 5,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Ends a command with a sentence for who called it. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exitCode: ExitCode;

  constructor(message: string, exitCode: ExitCode) {
    super(message);
    this.exitCode = exitCode;
  }
}

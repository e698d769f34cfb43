/** Says a failure in plain words, with what to do about it. */
import { type ErrorKind, GatehouseError } from '../client/index.ts';
import { CommandError, type ExitCode, exitCodes } from './exit-codes.ts';

export interface Failure {
  readonly text: string;
  readonly exitCode: ExitCode;
}

/** Where somebody at a command line has other means than a program has. */
const advice: Partial<Readonly<Record<ErrorKind, string>>> = {
  unauthorized: 'Give the admin key with --admin-key-file or GATEHOUSE_ADMIN_KEY.',
  unreachable: '“gatehouse serve” starts it; --url or GATEHOUSE_URL tells where it is.',
  'not-gatehouse': '--url or GATEHOUSE_URL must be where Gatehouse answers, without /api/v1.',
};

const byKind: Partial<Readonly<Record<ErrorKind, ExitCode>>> = {
  unauthorized: exitCodes.notAllowed,
  unreachable: exitCodes.unreachable,
  timeout: exitCodes.unreachable,
  'not-gatehouse': exitCodes.unreachable,
};

export function toFailure(error: unknown): Failure {
  if (error instanceof CommandError) return { text: error.message, exitCode: error.exitCode };
  if (!(error instanceof GatehouseError)) {
    const { message, stack } = error as Error;
    return { text: stack ?? message ?? String(error), exitCode: exitCodes.failed };
  }
  const { message, fields, kind, requestId, inDoubt } = error;
  const others = fields.slice(1).map(({ field, detail }) => `\n  ${field} ${detail}`);
  const known = advice[kind] === undefined || inDoubt ? error.advice : advice[kind];
  const id = requestId === undefined ? '' : `\n  In the server’s log: request ${requestId}.`;
  return { text: `${message}${others.join('')}\n  ${known}${id}`, exitCode: byKind[kind] ?? exitCodes.failed };
}

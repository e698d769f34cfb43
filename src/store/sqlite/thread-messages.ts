/** What the thread that serves and the thread that writes say to each other: plain data, many at a time. */
import { type Reason, Refusal } from '../../core/errors.ts';
import type { PackedChange } from './packed-changes.ts';
import type { TimedGroup } from './timed-group.ts';
import type { Args, Result, WriteName } from './writes.ts';

type ListChangeName = 'block' | 'unblock';
type PlainName = Exclude<WriteName, ListChangeName>;

export type Call =
  | { readonly id: number; readonly name: ListChangeName; readonly change: PackedChange }
  | {
      readonly [Name in PlainName]: { readonly id: number; readonly name: Name; readonly args: Args<Name> };
    }[PlainName];

/** All calls of one turn of the event loop, or that there will be none any more. */
export type CallMessage = readonly Call[] | 'close';

export type Answer = { readonly id: number } & (
  | { readonly outcomes: string }
  | { readonly value: Result<PlainName> }
  | { readonly failure: Failure }
);

/** All answers of a group, and what to tell the observer of it if it is on disk. */
export interface GroupMessage {
  readonly answers: readonly Answer[];
  readonly group: TimedGroup | undefined;
}

/** A group, or that the thread has begun to work. */
export type AnswerMessage = GroupMessage | 'ready';

/** An error as data. A clone of it would lose its class and its code. */
export interface Failure {
  readonly reason?: Reason;
  readonly message: string;
  readonly stack?: string | undefined;
  readonly fields?: object;
  readonly cause?: Failure;
}

export function packError(error: unknown): Failure {
  if (error instanceof Refusal) {
    const { reason, message, cause } = error;
    return { reason, message, ...(cause !== undefined && { cause: packError(cause) }) };
  }
  if (!(error instanceof Error)) return { message: String(error) };
  const { message, stack } = error;
  // A SQLite error says in fields of its own what failed.
  return { message, stack, fields: JSON.parse(JSON.stringify(error)) as object };
}

export function unpackError({ reason, message, stack, fields, cause }: Failure): Error {
  if (reason) return new Refusal(reason, cause && unpackError(cause));
  return Object.assign(new Error(message), fields, stack === undefined ? {} : { stack });
}

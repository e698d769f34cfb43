/** What the tables of a working set have in common, and what they are told. */
import type { Person } from '../../core/block-list.ts';
import type { PhoneNumberId } from '../../core/ids.ts';
import type { Upstream } from '../../core/numbers.ts';
import type { Intake, ListChange } from '../../core/ports.ts';
import type { UserId } from '../../core/user.ts';
import type { Session } from './session.ts';
import type { Journal } from './working-rows.ts';
import type { Write } from './write.ts';

/**
 * What requests wait in line for: a number's id, or, for what is of no number that is hosted here, `@` and the name of the
 * connection.
 */
export type Line = PhoneNumberId | `@${string}`;

/** What a request may touch: it is read before the request is decided. */
export interface Needs {
  /** Now, in ms since the epoch. */
  readonly at: number;
  /** The users whom it names, by all ids that it has of them. */
  readonly users: readonly UserId[];
  /** What the log tells after this sequence number. */
  readonly logAfter?: number;
  /** What becomes of the users' held messages. */
  readonly held?: ListChange['held'];
  readonly intake?: Intake;
}

/** What a table of a working set is made with. */
export interface WorkingContext {
  readonly line: Line;
  readonly journal: Journal;
  /**
   * Has a statement run once all that is changed in memory is written, in the order of these calls: for what cannot be decided
   * over rows that were read. No other request is decided before that, and what was read is read again.
   */
  defer(write: Write): void;
}

/** What was found of the number, for the tables that are read after it. */
export interface Found {
  readonly needs: readonly Needs[];
  /** Absent: the number is not hosted here, or has no upstream. */
  readonly upstream?: Upstream;
  /** Those whom the users' ids mean, and whoever else has an id of theirs, as they were before. */
  readonly people: readonly Person[];
}

/** A table, or several, of which a part lies in memory. */
export interface WorkingTable {
  /** Reads what the needs name; called once, before anything else. Statements are sent at once where none needs another's answer. */
  load(session: Session, found: Found): Promise<void>;
  /** What the database has to be told; from then on that is what it has. Of one table, no two writes touch the same row. */
  takeWrites(): Write[];
}

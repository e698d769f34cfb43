/** How the store speaks to PostgreSQL. */
import type { ServerSettings } from './server-settings.ts';

/**
 * A statement; the server plans one with a name once per connection. `$1` … stand for its values. With an empty name it may be
 * several, without values.
 */
export interface Sql {
  readonly name: string;
  readonly text: string;
  /** Whether a row is an array of its columns, which costs less; else an object by their names. */
  readonly givesArrays?: boolean;
}

/** One connection, while somebody has it. bigint comes as a number, bytea as a Buffer; an array is given as an array. */
export interface Session {
  /** Those of the server when this connection was made. */
  readonly settings: ServerSettings;
  /**
   * The rows of the answer. Throws what the driver throws. Several that are asked for without waiting in between share a round
   * trip. A transaction begins with one that changes nothing.
   */
  query<Row extends object>(sql: Sql, values?: readonly unknown[]): Promise<Row[]>;
  /** How many rows it changed. */
  run(sql: Sql, values?: readonly unknown[]): Promise<number>;
}

export interface Transaction extends Session {
  /** Sends a statement whose answer nobody waits for before COMMIT, which shares its round trip. If it fails, all does. */
  send(sql: Sql, values?: readonly unknown[]): void;
}

/**
 * A COMMIT was sent, and whether it is done, and on the standbys, is not known. Whoever finds that it is done commits a write of
 * their own before they say so: that is on the standbys only after all that was before it.
 */
export class UnknownOutcome extends Error {
  override readonly name = 'UnknownOutcome';
}

export interface Sessions {
  /** One or more reads, each of its own moment; they may be made twice. Throws Refusals for failures of the database. */
  read<Value>(work: (session: Session) => Promise<Value>): Promise<Value>;
  /** Reads of one moment (REPEATABLE READ, READ ONLY). */
  snapshot<Value>(work: (session: Session) => Promise<Value>): Promise<Value>;
  /**
   * BEGIN, the work, COMMIT. What the work throws rolls back. Throws `UnknownOutcome` if the connection broke while COMMIT was
   * under way. The work is done again after a deadlock, a serialization failure, or the loss of a connection that had been idle;
   * other failures of the database are Refusals.
   */
  transaction<Value>(work: (session: Transaction) => Promise<Value>): Promise<Value>;
  /**
   * One statement as a transaction of its own, that does no more than it did if it is done twice. Gives how many rows it gave.
   * Throws as `transaction`.
   */
  write(sql: Sql, values: readonly unknown[]): Promise<number>;
  close(): Promise<void>;
}

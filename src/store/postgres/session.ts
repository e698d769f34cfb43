/** How the store speaks to PostgreSQL. */

/** A statement; the server plans one with a name once per connection. `$1` … stand for its values. */
export interface Sql {
  readonly name: string;
  readonly text: string;
}

/** One connection, while somebody has it. */
export interface Session {
  /** The rows of the answer. Throws what the driver throws. */
  query<Row extends object>(sql: Sql, values?: readonly unknown[]): Promise<Row[]>;
  /** How many rows it changed. */
  run(sql: Sql, values?: readonly unknown[]): Promise<number>;
}

/** A COMMIT was sent and its answer never came: whether it is done is not known. */
export class UnknownOutcome extends Error {
  override readonly name = 'UnknownOutcome';
}

export interface Sessions {
  /** One or more reads, each of its own moment. Throws Refusals for failures of the database. */
  read<Value>(work: (session: Session) => Promise<Value>): Promise<Value>;
  /** Reads of one moment (REPEATABLE READ, READ ONLY). */
  snapshot<Value>(work: (session: Session) => Promise<Value>): Promise<Value>;
  /**
   * BEGIN, the work, COMMIT. What the work throws rolls back. Throws `UnknownOutcome` if the connection broke while COMMIT was
   * under way; a deadlock or a serialization failure is tried again; other failures of the database are Refusals.
   */
  transaction<Value>(work: (session: Session) => Promise<Value>): Promise<Value>;
  close(): Promise<void>;
}

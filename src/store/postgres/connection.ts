import { type Client, DatabaseError, type QueryResult } from 'pg';
import { ConnectionLost, endsConnection } from './failures.ts';
import type { ServerSettings } from './server-settings.ts';
import { type Sql, type Transaction, UnknownOutcome } from './session.ts';

/** So long the server may take to close a connection. */
const goodbyeMs = 500;

/** How a transaction begins, beyond READ COMMITTED. */
export const kinds = { write: 'BEGIN', snapshot: 'BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY' } as const;

export interface Ready {
  readonly client: Client;
  readonly settings: ServerSettings;
  /** What has to be set in each transaction, as the connection does not keep it. */
  readonly perTransaction: string;
  readonly keepsSession: boolean;
}

/** One connection. What it is asked for without waiting is sent at once and answered in order. */
export class Connection implements Transaction {
  readonly settings: ServerSettings;
  /** Whether it was lent before: the server may have gone away since. */
  wasUsed = false;
  /** How long an answer may take, in ms; `undefined`: as long as it was made for. */
  patience: number | undefined;
  readonly #client: Client;
  readonly #perTransaction: string;
  readonly #keepsSession: boolean;
  #isLost = false;
  #isAbandoned = false;
  #isHolding = false;
  /** Of the transaction that is open: whether BEGIN was done. */
  #begun: Promise<unknown> = Promise.resolve();
  /** What was sent without waiting for its answer, and the first failure of it. */
  #sent: Promise<unknown>[] = [];
  #failure: unknown;
  #warning: string | undefined;

  constructor({ client, settings, perTransaction, keepsSession }: Ready) {
    this.#client = client;
    this.settings = settings;
    this.#perTransaction = perTransaction;
    this.#keepsSession = keepsSession;
    // Whoever waits for an answer is told by it.
    client.on('error', () => this.lose());
    client.on('end', () => this.lose());
    client.on('notice', ({ severity, message }) => {
      if (severity === 'WARNING') this.#warning = message;
    });
  }

  get isLost(): boolean {
    return this.#isLost;
  }

  /**
   * Whether it was given up without an answer: the server may be at work for it still, and hold locks. What waits for a standby
   * that is gone would stay for ever. Behind a pooler that work is not ours to end.
   */
  get isAbandoned(): boolean {
    return this.#isAbandoned && this.#keepsSession;
  }

  /** Called once it is lost while nobody has it. */
  onLost: () => void = () => {};

  lose(): void {
    if (this.#isLost) return;
    this.#isLost = true;
    this.onLost();
  }

  async query<Row extends object>(sql: Sql, values?: readonly unknown[]): Promise<Row[]> {
    const { rows } = await this.#ask<Row>(sql, values);
    if (this.#failure !== undefined) throw this.#failure;
    return rows;
  }

  async run(sql: Sql, values?: readonly unknown[]): Promise<number> {
    // Without its transaction it would count at once.
    await this.#begun;
    const { rowCount } = await this.#ask(sql, values);
    if (this.#failure !== undefined) throw this.#failure;
    return rowCount ?? 0;
  }

  send(sql: Sql, values?: readonly unknown[]): void {
    this.#keep(this.#begun.then(() => this.#ask(sql, values)));
  }

  /** Whether what is to be set for each statement is kept by the connection. */
  get commitsAlone(): boolean {
    return this.#perTransaction === '';
  }

  /** A statement outside of a transaction: it commits by itself. Gives how many rows it gave. */
  async runAlone(sql: Sql, values: readonly unknown[]): Promise<number> {
    this.#warning = undefined;
    let count: number | null;
    try {
      ({ rowCount: count } = await this.#ask(sql, values));
    } catch (error) {
      // An error that leaves the connection as it is has undone the statement.
      if (error instanceof DatabaseError && !endsConnection(error)) throw error;
      throw new UnknownOutcome('the connection was lost during a statement that commits by itself', { cause: error });
    }
    this.#checkIsKept();
    return count ?? 0;
  }

  begin(kind: (typeof kinds)[keyof typeof kinds]): void {
    this.#begun = this.#say(`${kind}${this.#perTransaction}`);
    this.#keep(this.#begun);
  }

  /** Throws what failed before COMMIT; `UnknownOutcome` if it was sent and its answer did not come. */
  async commit(): Promise<void> {
    try {
      await this.#commit();
    } finally {
      this.#forget();
    }
  }

  async #commit(): Promise<void> {
    // Statements that wait for BEGIN go before.
    await this.#begun.catch(() => {});
    if (this.#isLost) throw this.#failure ?? new ConnectionLost('the connection was lost before COMMIT');
    this.#warning = undefined;
    let command: string;
    try {
      ({ command } = await this.#say('COMMIT'));
    } catch (error) {
      await Promise.all(this.#sent);
      if (this.#failure instanceof DatabaseError && !endsConnection(this.#failure)) throw this.#failure;
      // An error that leaves the connection as it is has undone the transaction.
      if (error instanceof DatabaseError && !endsConnection(error)) throw error;
      throw new UnknownOutcome('the connection was lost during COMMIT', { cause: error });
    }
    await Promise.all(this.#sent);
    if (command !== 'COMMIT') throw this.#failure ?? new Error('a failed statement was taken for a success');
    this.#checkIsKept();
  }

  /** The server says so when it gave up waiting for the standbys. */
  #checkIsKept(): void {
    if (this.#warning !== undefined) throw new UnknownOutcome(`COMMIT was done with a warning: ${this.#warning}`);
  }

  async rollback(): Promise<void> {
    try {
      await this.#begun.catch(() => {});
      await this.#say('ROLLBACK');
      await Promise.all(this.#sent);
    } catch {
      this.lose();
    }
    this.#forget();
  }

  /** The transaction is over. */
  #forget(): void {
    this.#begun = Promise.resolve();
    this.#sent = [];
    this.#failure = undefined;
  }

  /** Ends it; resolves when it is closed. */
  async end(): Promise<void> {
    this.#isLost = true;
    // A server that is gone does not say goodbye.
    const cut = setTimeout(() => this.#client.connection.stream.destroy(), goodbyeMs);
    await this.#client.end().catch(() => {});
    clearTimeout(cut);
  }

  #keep(answer: Promise<unknown>): void {
    this.#sent.push(
      answer.catch((error: unknown) => {
        this.#failure ??= error;
      }),
    );
  }

  #ask<Row extends object>(sql: Sql, values: readonly unknown[] = []): Promise<QueryResult<Row>> {
    this.#hold();
    const { name, text, givesArrays } = sql;
    const named = this.#keepsSession && name !== '' && { name };
    const mode = givesArrays && { rowMode: 'array' };
    return this.#tell(this.#client.query<Row>({ ...named, ...mode, ...this.#within, text, values: [...values] }));
  }

  #say(text: string): Promise<QueryResult> {
    this.#hold();
    return this.#tell(this.#client.query({ ...this.#within, text }));
  }

  get #within(): { readonly query_timeout: number } | undefined {
    return this.patience === undefined ? undefined : { query_timeout: this.patience };
  }

  /** What is said in the same moment goes out together: else each statement would wake the server for itself. */
  #hold(): void {
    if (this.#isHolding) return;
    this.#isHolding = true;
    const { stream } = this.#client.connection;
    stream.cork();
    process.nextTick(() => {
      this.#isHolding = false;
      stream.uncork();
    });
  }

  async #tell<Result>(answer: Promise<Result>): Promise<Result> {
    try {
      return await answer;
    } catch (error) {
      if (error instanceof DatabaseError) {
        if (endsConnection(error)) this.lose();
        throw error;
      }
      if (error instanceof Error && error.message === 'Query read timeout') {
        this.#isAbandoned = true;
        this.lose();
      }
      if (!this.#isLost) throw error;
      throw new ConnectionLost('the connection to PostgreSQL was lost', { cause: error });
    }
  }
}

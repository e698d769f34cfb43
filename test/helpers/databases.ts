/** The databases of a PostgreSQL server, for tests. */
import { randomBytes } from 'node:crypto';
import type { TestContext } from 'node:test';
import pg from 'pg';
import { afterwards } from './cleanup.ts';

/** Makes what tests want to find in a database, and lets go of it. */
export type Prepare = (url: string) => Promise<unknown>;

/** Runs statements; gives the rows of the last one. */
export type Query = <Row extends object>(sql: string) => Promise<Row[]>;

export class Databases {
  readonly host = '127.0.0.1';
  /** Of the superuser `gatehouse`. */
  readonly password: string;
  protected current: number;
  readonly #mark = randomBytes(6).toString('hex');
  #count = 0;
  readonly #templates = new Map<Prepare, Promise<string>>();

  constructor(password: string, port: number) {
    this.password = password;
    this.current = port;
  }

  get port(): number {
    return this.current;
  }

  url(database: string): string {
    return `postgres://gatehouse:${this.password}@${this.host}:${this.port}/${database}`;
  }

  /**
   * Makes a database for a test, gone with it; gives its URL. It is empty, or a copy of one that was `prepared` once: the same
   * function is called once.
   */
  async database(t: TestContext, prepare?: Prepare): Promise<string> {
    const name = this.#newName();
    const template = prepare ? await this.#prepared(prepare) : 'template1';
    // So the copy has what the server keeps of the tables for whoever connects, too.
    await this.query(`CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY file_copy`);
    afterwards(t, async () => {
      if (this.isRunning) await this.query(`DROP DATABASE ${name} WITH (FORCE)`);
    });
    return this.url(name);
  }

  /** Runs statements as the superuser; gives the rows of the last one. */
  query<Row extends object>(sql: string, database = 'postgres'): Promise<Row[]> {
    return this.connected(database, (query) => query<Row>(sql));
  }

  /** The same for several in a row, over one connection. */
  async connected<Value>(database: string, work: (query: Query) => Promise<Value>): Promise<Value> {
    const client = new pg.Client({ connectionString: this.url(database) });
    await client.connect();
    try {
      return await work(async <Row extends object>(sql: string) => {
        const results = await client.query<Row>(sql);
        return (Array.isArray(results) ? results.at(-1) : results).rows;
      });
    } finally {
      await client.end();
    }
  }

  protected get isRunning(): boolean {
    return true;
  }

  /** Processes may share the server, one after the other under the same pid. */
  #newName(): string {
    this.#count += 1;
    return `test_${this.#mark}_${this.#count}`;
  }

  #prepared(prepare: Prepare): Promise<string> {
    const known = this.#templates.get(prepare);
    if (known) return known;
    const making = async () => {
      const name = this.#newName();
      await this.query(`CREATE DATABASE ${name}`);
      await prepare(this.url(name));
      return name;
    };
    const made = making();
    this.#templates.set(prepare, made);
    return made;
  }
}

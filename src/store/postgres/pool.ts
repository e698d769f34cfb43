import { Refusal } from '../../core/errors.ts';
import { type Connected, connect } from './connect.ts';
import type { Connection } from './connection.ts';
import { ConnectionLost } from './failures.ts';
import type { ServerSettings } from './server-settings.ts';
import type { Sql } from './session.ts';
import type { Target } from './target.ts';

/** So many may wait for a connection; more are refused at once. */
const maxWaiting = 10_000;

/** Ends the server's work for connections that were given up, if it is still the same. */
const endWork: Sql = {
  name: 'end-abandoned',
  text: `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE (pid, backend_start) IN (SELECT * FROM unnest($1::int[], $2::timestamptz[]))`,
};

interface Waiting {
  give(connection: Connection): void;
  refuse(error: unknown): void;
}

/** A bounded number of connections to the one server that can write, made when they are needed and kept. */
export class Pool {
  readonly #target: Target;
  /** The one that could write last comes first. */
  #hosts: Target['hosts'];
  readonly #idle: Connection[] = [];
  readonly #waiting: Waiting[] = [];
  /** Those of before a failure are not lent again. */
  readonly #current = new Set<Connection>();
  #abandoned: ServerSettings[] = [];
  #count = 0;
  #isClosed = false;
  #onEmpty: () => void = () => {};

  constructor(target: Target) {
    this.#target = target;
    this.#hosts = target.hosts;
  }

  /**
   * A connection for the caller alone, until it is released; it is waited for as long as `within` says, in ms. Throws
   * `ConnectionLost`, or the refusal `overloaded`.
   */
  acquire(within = this.#target.timeouts.acquire): Promise<Connection> {
    if (this.#isClosed) return Promise.reject(new ConnectionLost('the store is closed'));
    const idle = this.#idle.pop();
    if (idle) return Promise.resolve(idle);
    return new Promise((give, refuse) => {
      this.#wait({ give, refuse }, within);
      this.#grow();
    });
  }

  release(connection: Connection): void {
    connection.wasUsed = true;
    if (connection.isLost || this.#isClosed || !this.#current.has(connection)) {
      this.#drop(connection);
      return;
    }
    this.#lend(connection);
  }

  /** The server failed or writes no more: all connections to it are given up, those in use once they are released. */
  forget(): void {
    this.#current.clear();
    for (const connection of this.#idle.splice(0)) this.#drop(connection);
  }

  /** Resolves when what is under way has ended. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const waiting of this.#waiting.splice(0)) waiting.refuse(new ConnectionLost('the store is closed'));
    this.forget();
    if (this.#count > 0)
      await new Promise<void>((resolve) => {
        this.#onEmpty = resolve;
      });
  }

  #wait({ give, refuse }: Waiting, within: number): void {
    if (this.#waiting.length >= maxWaiting) {
      refuse(new Refusal({ kind: 'overloaded', retryAfter: 1 }));
      return;
    }
    const timer = setTimeout(() => {
      this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
      refuse(new ConnectionLost(`no connection to PostgreSQL came free in ${within} ms`));
    }, within);
    const waiting: Waiting = {
      give: (connection) => {
        clearTimeout(timer);
        give(connection);
      },
      refuse: (error) => {
        clearTimeout(timer);
        refuse(error);
      },
    };
    this.#waiting.push(waiting);
  }

  /** Makes one more connection, if somebody waits for it and there may be one more. */
  #grow(): void {
    if (this.#waiting.length === 0 || this.#count >= this.#target.maxConnections) return;
    this.#count += 1;
    this.#connect().then(
      ({ connection, host }) => {
        this.#hosts = [host, ...this.#target.hosts.filter((other) => other !== host)];
        this.#current.add(connection);
        connection.onLost = () => this.#lose(connection);
        if (this.#isClosed) this.#drop(connection);
        else this.#lend(connection);
      },
      (error: unknown) => {
        this.#left();
        this.#waiting.shift()?.refuse(error);
        this.#grow();
      },
    );
  }

  async #connect(): Promise<Connected> {
    const connected = await connect(this.#target, this.#hosts);
    const abandoned = this.#abandoned.splice(0);
    if (abandoned.length > 0) {
      const values = [abandoned.map(({ pid }) => pid), abandoned.map(({ started }) => started)];
      // Where that fails, the server's own limits end it.
      await connected.connection.query(endWork, values).catch(() => {});
    }
    return connected;
  }

  #lend(connection: Connection): void {
    const waiting = this.#waiting.shift();
    if (waiting) waiting.give(connection);
    else this.#idle.push(connection);
  }

  #lose(connection: Connection): void {
    const place = this.#idle.indexOf(connection);
    if (place < 0) return;
    this.#idle.splice(place, 1);
    this.#drop(connection);
  }

  #drop(connection: Connection): void {
    this.#current.delete(connection);
    connection.onLost = () => {};
    if (connection.isAbandoned) this.#abandoned.push(connection.settings);
    connection.end().then(() => {
      this.#left();
      this.#grow();
    });
  }

  #left(): void {
    this.#count -= 1;
    if (this.#isClosed && this.#count === 0) this.#onEmpty();
  }
}

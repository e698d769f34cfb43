/** What a store connects to. */
import type { ConnectionOptions } from 'node:tls';

export interface Host {
  readonly host: string;
  readonly port: number;
}

export interface Target {
  /** In the order in which they are tried. */
  readonly hosts: readonly [Host, ...Host[]];
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly applicationName: string;
  /** Settings of the session, as `-c name=value`. */
  readonly options?: string | undefined;
  /** `undefined`: no TLS. */
  readonly tls?: ConnectionOptions | undefined;
  /** Without TLS if the server has none. */
  readonly mayBePlain: boolean;
  /** Whether statements are kept by name, and settings for a session: not where a pooler gives every transaction another one. */
  readonly keepsSession: boolean;
  /** The most connections at once. */
  readonly maxConnections: number;
  readonly timeouts: Timeouts;
}

/** In ms. */
export interface Timeouts {
  /** To one host, until it is ready for statements. */
  readonly connect: number;
  /** For a connection of the pool. */
  readonly acquire: number;
  /** The server gives up a statement, or a lock that it waits for. */
  readonly statement: number;
  readonly lock: number;
  /**
   * The server ends a connection that leaves a transaction open and says nothing: its machine may be gone. Shorter than `lock`,
   * so that whoever waits for what it had locked gets it. A node that only stood still so long begins anew.
   */
  readonly idleInTransaction: number;
  /** We give up a connection that does not answer. */
  readonly answer: number;
}

export const defaultTimeouts: Timeouts = {
  connect: 5000,
  acquire: 5000,
  statement: 10_000,
  lock: 5000,
  idleInTransaction: 3000,
  answer: 12_000,
};

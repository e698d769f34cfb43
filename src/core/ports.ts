/**
 * What the core needs from outside: a store and a clock. Every write is on disk before its promise resolves; if more waits
 * than the store takes on, it is refused with `overloaded` and nothing of it is done.
 */
import type { Directory } from './directory-ports.ts';
import type { SecretHash } from './ids.ts';
import type { Jobs } from './job-ports.ts';
import type { Lease, Leases } from './leases.ts';
import type { BlockLists } from './list-ports.ts';
import type { Pushes } from './push-ports.ts';
import type { Webhooks } from './webhook-ports.ts';

export type * from './directory-ports.ts';
export type * from './job-ports.ts';
export type * from './leases.ts';
export type * from './list-ports.ts';
export type * from './outward-ports.ts';
export type * from './push-ports.ts';
export type * from './webhook-ports.ts';

/** What the installation keeps for itself. */
export interface Installation {
  /** A secret of this installation, made when it is first asked for: 32 random bytes. */
  readonly cursorSecret: Uint8Array;
  /** SHA-256 of an admin key that was made here, if one was. */
  adminKeyHash(): Promise<SecretHash | undefined>;
  setAdminKeyHash(hash: SecretHash, lease?: Lease): Promise<void>;
  /** Whether the first start was carried out to its end. */
  isPrepared(): Promise<boolean>;
  setPrepared(): Promise<void>;
}

/** How much a store holds and has to do, for who watches it. */
export interface StoreUsage {
  /** What it takes on disk, its log included. */
  readonly bytes: number;
  /** Writes that were asked for and are not answered yet. */
  readonly waitingWrites: number;
}

export interface Store {
  readonly lists: BlockLists;
  readonly directory: Directory;
  readonly pushes: Pushes;
  readonly webhooks: Webhooks;
  readonly installation: Installation;
  readonly leases: Leases;
  readonly jobs: Jobs;
  /** Resolves when the store can be read and written now; else throws the refusal `store_unavailable`. */
  probe(): Promise<void>;
  /** May throw what the file system throws. */
  usage(): Promise<StoreUsage>;
  /** Finishes what is under way, then lets go of the database. */
  close(): Promise<void>;
}

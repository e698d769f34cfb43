/** The two ends of a move: what each engine gives. */
import type { MovedRow, MovedTable } from './move-rows.ts';

/** Where reading goes on, in the words of the engine that is read. */
export type Place = string;

export interface Batch {
  readonly rows: readonly MovedRow[];
  /** The place after them; absent: there were none. */
  readonly after?: Place;
}

export interface Readable {
  count(table: MovedTable): Promise<number>;
  /** The next rows after a place, in the order of the engine's own key; none at the end. */
  read(table: MovedTable, after: Place | undefined): Promise<Batch>;
}

export interface MoveSource extends Readable, AsyncDisposable {
  /** What it is called in messages. */
  readonly place: string;
  /** What is not copied, a sentence each. */
  notes(): Promise<readonly string[]>;
  /** Throws once somebody may have changed it. */
  checkIsQuiet(): Promise<void>;
}

/** How far a table was filled. */
export interface Filled {
  readonly rows: number;
  readonly after: Place;
}

/** A database that no server takes before it is finished. */
export interface MoveTarget extends Readable, AsyncDisposable {
  readonly place: string;
  /** By table: what an earlier run filled, of the same source. Refuses a database that anything is in but that. */
  begin(source: string): Promise<ReadonlyMap<string, Filled>>;
  /** Adds rows and keeps how far it is, both or none. Throws if another process filled it meanwhile. */
  write(table: MovedTable, rows: readonly MovedRow[], filled: { before: number; after: Place }): Promise<void>;
  /** From now on a server may take it. */
  finish(): Promise<void>;
}

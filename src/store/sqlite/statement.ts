import type { DatabaseSync, SQLInputValue } from 'node:sqlite';

/** A prepared statement that gives rows of one shape. */
export interface Statement<Row> {
  get(...values: SQLInputValue[]): Row | undefined;
  all(...values: SQLInputValue[]): Row[];
  iterate(...values: SQLInputValue[]): Iterable<Row>;
  run(...values: SQLInputValue[]): { readonly changes: number | bigint };
}

/** The tables are STRICT and only this program writes them, so a row has the types that its reader declares. */
export function prepare<Row>(db: DatabaseSync, sql: string): Statement<Row> {
  return db.prepare(sql) as unknown as Statement<Row>;
}

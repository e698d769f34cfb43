/** The steps of the schema, in order; `gatehouse_schema` tells how many of them a database has taken. */
import { sql as initial } from './0001-initial.ts';

export interface Migration {
  readonly sql: string;
  /** The oldest code, by the number of steps it knows, that can go on working with the database after this step. */
  readonly leavesWorking: number;
}

export const migrations: readonly Migration[] = [{ sql: initial, leavesWorking: 1 }];

import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { Batch, Place, Readable } from '../move-ends.ts';
import { fromPlace, toPlace } from '../move-place.ts';
import type { MovedTable, Value } from '../move-rows.ts';
import { readingOf } from './move-columns.ts';
import { prepare, prepareTuples } from './statement.ts';

/** Reads a database of which this process has the lock. */
export function readingFrom(db: DatabaseSync): Readable {
  return {
    count: async (table) => {
      const { from, where } = readingOf(table);
      return prepare<{ n: number }>(db, `SELECT count(*) AS n FROM ${from} WHERE ${where}`).get()?.n ?? 0;
    },
    read: async (table, after) => read(db, table, after),
  };
}

function read(db: DatabaseSync, table: MovedTable, after: Place | undefined): Batch {
  const { columns, key, from, where } = readingOf(table);
  const order = key.map((column) => `${table.name}.${column}`).join(', ');
  const marks = key.map(() => '?').join(', ');
  const beyond = after === undefined ? '' : `AND (${order}) > (${marks})`;
  const found = prepareTuples<Value[]>(
    db,
    `SELECT ${columns}, ${order} FROM ${from} WHERE ${where} ${beyond} ORDER BY ${order} LIMIT ?`,
  ).all(...(after === undefined ? [] : (fromPlace(after) as SQLInputValue[])), table.together);
  const types = Object.values(table.columns);
  const last = found.at(-1);
  return {
    rows: found.map((row) =>
      types.map((type, index) => {
        const value = row[index] ?? null;
        return type === 'boolean' && value !== null ? value === 1 : value;
      }),
    ),
    ...(last && { after: toPlace(last.slice(types.length)) }),
  };
}

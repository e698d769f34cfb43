import type { Batch, Place, Readable } from '../move-ends.ts';
import { fromPlace, toPlace } from '../move-place.ts';
import type { MovedTable, Value } from '../move-rows.ts';
import { fromOf } from './move-columns.ts';
import type { Sessions } from './session.ts';

type Row = Readonly<Record<string, Value>>;

export function readingFrom(sessions: Sessions): Readable {
  return {
    count: async (table) => {
      const text = `SELECT count(*) AS n FROM ${fromOf(table)}`;
      const [row] = await sessions.read((session) => session.query<{ readonly n: number }>({ name: '', text }));
      return row?.n ?? 0;
    },
    read: (table, after) => read(sessions, table, after),
  };
}

async function read(sessions: Sessions, table: MovedTable, after: Place | undefined): Promise<Batch> {
  const { key, together } = table;
  const columns = Object.keys(table.columns);
  const beyond = after === undefined ? '' : `AND (${key}) > (${key.map((_column, index) => `$${index + 1}`)})`;
  const text = `SELECT ${columns} FROM ${fromOf(table)} ${beyond} ORDER BY ${key} LIMIT ${together}`;
  const values = after === undefined ? [] : fromPlace(after);
  const found = await sessions.read((session) => session.query<Row>({ name: '', text }, values));
  const last = found.at(-1);
  return {
    rows: found.map((row) => columns.map((column) => row[column] ?? null)),
    ...(last && { after: toPlace(key.map((column) => last[column] ?? null)) }),
  };
}

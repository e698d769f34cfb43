/** How the tables that are moved lie in PostgreSQL. */
import type { ColumnType, MovedTable } from '../move-rows.ts';

/** Rows that tell nothing. */
const filters: Readonly<Record<string, string>> = {
  push_count: 'users > 0',
  delivery_count: 'waiting + given_up > 0',
  held_count: 'messages > 0',
};

/** What is read where it is no table as it is. */
const froms: Readonly<Record<string, string>> = {
  delivery_seq: '(SELECT last_value AS last FROM delivery_seq WHERE is_called) AS delivery_seq',
  delivery_count: `(SELECT app, sum(waiting)::bigint AS waiting, sum(waiting_bytes)::bigint AS waiting_bytes,
    sum(given_up)::bigint AS given_up, sum(given_up_bytes)::bigint AS given_up_bytes
    FROM delivery_count GROUP BY app) AS delivery_count`,
};

/** Columns that are alike in all rows that were moved: pushed lists belong to the connection as it came. */
const alike: Readonly<Record<string, string>> = { push_list: 'epoch', delivery_count: 'slot', job: 'token' };

const arrays: Readonly<Record<ColumnType, string>> = {
  text: 'text[]',
  integer: 'bigint[]',
  boolean: 'boolean[]',
  bytes: 'bytea[]',
};

export function fromOf({ name }: MovedTable): string {
  return `${froms[name] ?? name} WHERE ${filters[name] ?? 'true'}`;
}

/** The statement that adds rows, with the values of a column as an array each. */
export function insertionOf({ name, columns }: MovedTable): string {
  if (name === 'delivery_seq') return "SELECT setval('delivery_seq', last) FROM unnest($1::bigint[]) AS of (last)";
  const names = Object.keys(columns);
  const unnest = `unnest(${Object.values(columns).map((type, index) => `$${index + 1}::${arrays[type]}`)})`;
  const more = alike[name];
  if (more !== undefined) return `INSERT INTO ${name} (${names}, ${more}) SELECT *, 0 FROM ${unnest}`;
  const insert = `INSERT INTO ${name} (${names}) SELECT * FROM ${unnest}`;
  if (name !== 'installation') return insert;
  return `${insert} ON CONFLICT (id) DO UPDATE SET ${names.map((column) => `${column} = excluded.${column}`)}`;
}

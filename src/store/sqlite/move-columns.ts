/** How the tables that are moved lie in SQLite. */
import type { MovedTable } from '../move-rows.ts';

/** Where an integer stands for the number. */
const byList = new Set([
  'identity',
  'person',
  'block_entry',
  'push_list',
  'push',
  'push_intent',
  'push_count',
  'held',
  'held_count',
]);

/** What the triggers keep by themselves. */
export const kept = new Set(['push_count', 'delivery_count', 'held_count']);

const numberOf = (list: string) => `(SELECT number FROM number_state WHERE number_state.list = ${list})`;

/** Those of other columns than that of the same name. */
const expressions: Readonly<Record<string, string>> = {
  'key_number.account': '(SELECT account FROM api_key WHERE api_key.id = key_number.key)',
  // Some integers are kept as reals, which compare alike.
  'identity.value': "iif(typeof(value) = 'text', value, CAST(CAST(value AS INTEGER) AS TEXT))",
  'seen.scope': `iif(typeof(scope) = 'text', scope, ${numberOf('scope')})`,
};

/** The key in SQLite, where it is another. */
const keys: Readonly<Record<string, readonly string[]>> = {
  api_key: ['id'],
  key_number: ['key', 'number'],
  number_state: ['list'],
  identity: ['tier', 'list', 'value'],
  seen: ['key'],
  delivery: ['seq'],
  held: ['seq'],
};

/** Rows that tell nothing. */
const filters: Readonly<Record<string, string>> = {
  push_count: 'users > 0',
  delivery_count: 'waiting + given_up > 0',
  held_count: 'messages > 0',
  seen: 'scope IS NOT NULL',
};

const deliverySeq = "(SELECT seq AS last FROM sqlite_sequence WHERE name = 'delivery') AS delivery_seq";

interface Reading {
  readonly columns: string;
  readonly key: readonly string[];
  readonly from: string;
  readonly where: string;
}

export function readingOf({ name, columns, key }: MovedTable): Reading {
  const isByList = byList.has(name);
  return {
    columns: Object.keys(columns)
      .map(
        (column) =>
          expressions[`${name}.${column}`] ?? (isByList && column === 'number' ? numberOf(`${name}.list`) : column),
      )
      .join(', '),
    key: keys[name] ?? key.map((column) => (isByList && column === 'number' ? 'list' : column)),
    from: name === 'delivery_seq' ? deliverySeq : name,
    where: filters[name] ?? 'true',
  };
}

/** The statement that adds a row, with the values of its columns in their order. */
export function insertionOf({ name, columns }: MovedTable): string {
  const names = Object.keys(columns);
  const values = names.map((_column, index) => `?${index + 1}`);
  const listOf = (value: string) => `(SELECT list FROM number_state WHERE number = ${value})`;
  if (name === 'installation') {
    return `INSERT OR REPLACE INTO installation (${names.join(', ')}) VALUES (${values.join(', ')})`;
  }
  // There is a row once there was a delivery.
  if (name === 'delivery_seq')
    return "INSERT OR REPLACE INTO sqlite_sequence (rowid, name, seq) VALUES ((SELECT rowid FROM sqlite_sequence WHERE name = 'delivery'), 'delivery', ?1)";
  if (name === 'key_number') return 'INSERT INTO key_number (key, number) SELECT ?2, ?3 WHERE ?1 IS NOT NULL';
  if (name === 'seen') return `INSERT INTO seen (scope, key, at) VALUES (coalesce(${listOf('?1')}, ?1), ?2, ?3)`;
  if (name === 'identity') {
    const value = "iif(?2 GLOB '-*' OR ?2 NOT GLOB '*[^0-9]*', CAST(?2 AS INTEGER), ?2)";
    return `INSERT INTO identity (tier, list, value, person) VALUES (2, ${listOf('?1')}, ${value}, ?3)`;
  }
  // Counted by triggers as the rows come.
  if (name === 'push_list') values[names.indexOf('occupied')] = '0';
  if (!byList.has(name)) return `INSERT INTO ${name} (${names.join(', ')}) VALUES (${values.join(', ')})`;
  const places = names.map((column) => (column === 'number' ? 'list' : column));
  const lists = names.map((column, index) => (column === 'number' ? listOf(`?${index + 1}`) : values[index]));
  return `INSERT INTO ${name} (${places.join(', ')}) VALUES (${lists.join(', ')})`;
}

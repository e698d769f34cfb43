/** What is counted beside the tables is what there is in them. */
import assert from 'node:assert/strict';

/** Gives the rows of a statement. */
type Query = (sql: string) => Promise<object[]>;

export async function assertCounted(query: Query): Promise<void> {
  assert.deepEqual(await query(differences), [], 'counted otherwise than it is');
}

const pushes = `
  SELECT number, CASE goal WHEN 'unblock' THEN 'removing' ELSE state END AS state, count(*) AS users FROM push GROUP BY 1, 2`;
const deliveries = `
  SELECT app, count(*) FILTER (WHERE due IS NOT NULL) AS waiting,
    coalesce(sum(bytes) FILTER (WHERE due IS NOT NULL), 0) AS waiting_bytes,
    count(*) FILTER (WHERE due IS NULL) AS given_up,
    coalesce(sum(bytes) FILTER (WHERE due IS NULL), 0) AS given_up_bytes
  FROM delivery GROUP BY app`;

/** What is told of in one way alone. */
function differ(counted: string, there: string): string {
  return `(SELECT * FROM (${counted}) AS counted EXCEPT SELECT * FROM (${there}) AS there)
    UNION ALL (SELECT * FROM (${there}) AS there EXCEPT SELECT * FROM (${counted}) AS counted)`;
}

const differences = [
  differ('SELECT number, state, users FROM push_count WHERE users <> 0', pushes),
  differ(
    'SELECT number, occupied FROM push_list',
    'SELECT number, (SELECT count(*) FROM push WHERE push.number = push_list.number AND occupies) FROM push_list',
  ),
  differ(
    `SELECT app, sum(waiting), sum(waiting_bytes), sum(given_up), sum(given_up_bytes)
     FROM delivery_count GROUP BY app HAVING sum(waiting) <> 0 OR sum(given_up) <> 0`,
    deliveries,
  ),
  differ(
    'SELECT number, messages, bytes FROM held_count WHERE messages <> 0 OR bytes <> 0',
    'SELECT number, count(*), sum(bytes) FROM held GROUP BY number',
  ),
]
  .map((sql) => `SELECT row_to_json(differing)::text AS differing FROM (${sql}) AS differing`)
  .join(' UNION ALL ');

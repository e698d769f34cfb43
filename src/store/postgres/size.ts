import type { Sessions } from './session.ts';

const size = {
  name: 'size_of_tables',
  text: `SELECT coalesce(sum(pg_total_relation_size(oid)), 0)::bigint AS bytes FROM pg_class
         WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace`,
};

/** What our tables and their indexes take on disk. */
export async function readSize(sessions: Sessions): Promise<number> {
  const [row] = await sessions.read((session) => session.query<{ readonly bytes: number }>(size));
  return row?.bytes ?? 0;
}

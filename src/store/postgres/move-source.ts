import type { MoveSource } from '../move-ends.ts';
import { UpkeepError } from '../upkeep-error.ts';
import { moverName, openToMove } from './move-database.ts';
import { readingFrom } from './move-reading.ts';
import { isBehind } from './push-lists.ts';
import type { Sessions } from './session.ts';

/** No lock keeps servers out: that none is connected is seen before the first row is read and after the last. */
export async function openPostgresSource(url: string): Promise<MoveSource> {
  const { sessions, place } = await openToMove(url, false);
  await using opened = new AsyncDisposableStack();
  opened.defer(() => sessions.close());
  await checkIsQuiet(sessions, place);
  await checkIsUpToDate(sessions, place);
  const all = opened.move();
  return {
    place,
    ...readingFrom(sessions),
    notes: async () => [],
    checkIsQuiet: () => checkIsQuiet(sessions, place),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

const others = {
  name: '',
  text: `SELECT DISTINCT application_name AS name FROM pg_stat_activity
    WHERE datname = current_database() AND usename = current_user AND backend_type = 'client backend'
      AND application_name <> $1`,
};

async function checkIsQuiet(sessions: Sessions, place: string): Promise<void> {
  const found = await sessions.read((session) => session.query<{ readonly name: string }>(others, [moverName]));
  if (found.length === 0) return;
  const names = found.map(({ name }) => `"${name}"`).join(', ');
  throw new UpkeepError(`Others are connected to the database ${place} (${names}): stop all servers first.`);
}

const outdated = {
  name: '',
  text: `SELECT number FROM push_list JOIN business_number ON business_number.id = push_list.number
    JOIN connection ON connection.name = business_number.connection WHERE ${isBehind} LIMIT 1`,
};

/** A list that has not followed a change of its connection does so with the next server that looks at it. */
async function checkIsUpToDate(sessions: Sessions, place: string): Promise<void> {
  const [row] = await sessions.read((session) => session.query<{ readonly number: string }>(outdated));
  if (row) {
    throw new UpkeepError(
      `The database ${place} has a list that has not followed a change of its connection yet, of the number ${row.number}: start a server on it, and stop it.`,
    );
  }
}

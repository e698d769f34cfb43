import { isFilling, StoreOpenError } from '../open-error.ts';
import { type Migration, migrations } from './migrations/index.ts';
import type { Session, Sessions, Sql } from './session.ts';

export interface MigrateOptions {
  readonly steps?: readonly Migration[];
  /** Whether one is taken that a move has not filled yet. */
  readonly mayBeFilling?: boolean;
}

/**
 * Takes the steps that are missing, all or none: a second process waits and then finds them taken. Before anything is touched,
 * it refuses what another program or an incompatible release made. `place` is what an error calls the database.
 */
export async function migrate(
  sessions: Sessions,
  place: string,
  { steps = migrations, mayBeFilling = false }: MigrateOptions = {},
): Promise<void> {
  const readVersion = (session: Session) => readCheckedVersion(session, place, { steps, mayBeFilling });
  if ((await sessions.read(readVersion)) >= steps.length) return;
  await sessions.transaction(async (session) => {
    // They are answered in this order, in one round trip.
    const [, , version] = await Promise.all([
      session.query(waitAsLong),
      session.query(lock, [lockKey]),
      readVersion(session),
    ]);
    const last = steps.at(-1);
    if (!last || version >= steps.length) return;
    for (const step of steps.slice(version)) session.send({ name: '', text: step.sql });
    session.send(setVersion, [steps.length, last.leavesWorking]);
  });
}

/** What a database leaves working that a move has not filled yet: no release. */
export const filling = 2 ** 31 - 1;

/** "gate" as a number: whoever takes steps holds this lock. */
const lockKey = 0x67617465;

const waitAsLong: Sql = {
  name: 'wait-as-long',
  text: "SELECT set_config('lock_timeout', '0', true), set_config('statement_timeout', '0', true)",
};
const lock: Sql = { name: 'lock-schema', text: 'SELECT pg_advisory_xact_lock($1)' };
const setVersion: Sql = {
  name: 'set-version',
  text: `INSERT INTO gatehouse_schema VALUES (1, $1, $2)
    ON CONFLICT (id) DO UPDATE SET version = excluded.version, leaves_working = excluded.leaves_working`,
};

/** The tables of extensions are nobody's. */
const lookAround: Sql = {
  name: 'look-around',
  text: `SELECT current_schema() AS schema, to_regclass(quote_ident(current_schema()) || '.gatehouse_schema') IS NOT NULL AS is_ours,
    (SELECT relname FROM pg_class
      WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema()) AND relkind IN ('r', 'p', 'v', 'm', 'f')
        AND NOT EXISTS (SELECT FROM pg_depend
          WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype = 'e')
      ORDER BY relname LIMIT 1) AS "table"`,
};

interface Around {
  readonly schema: string | null;
  readonly is_ours: boolean;
  /** One that is there. */
  readonly table: string | null;
}

const getVersion: Sql = {
  name: 'get-version',
  text: 'SELECT version, leaves_working FROM gatehouse_schema WHERE id = 1',
};

async function readCheckedVersion(
  session: Session,
  place: string,
  { steps, mayBeFilling }: Required<MigrateOptions>,
): Promise<number> {
  const [around] = await session.query<Around>(lookAround);
  if (!around?.schema) {
    throw new StoreOpenError(
      place,
      `The database ${place} has none of the schemas in its search_path: make one, or let the role use it.`,
    );
  }
  const { schema, is_ours: isOurs, table } = around;
  if (!isOurs) {
    if (table === null) return 0;
    throw new StoreOpenError(
      place,
      `The schema ${schema} of the database ${place} has tables of another program, for example ${table}. Gatehouse needs a database of its own, or a schema: options=-c%20search_path%3DNAME in the URL.`,
    );
  }
  const [row] = await session.query<{ version: number; leaves_working: number }>(getVersion);
  const { version, leaves_working: leavesWorking } = row ?? { version: 0, leaves_working: 0 };
  if (leavesWorking === filling) {
    if (mayBeFilling && version === steps.length) return version;
    throw new StoreOpenError(place, isFilling(place));
  }
  if (leavesWorking > steps.length) {
    throw new StoreOpenError(
      place,
      `The database ${place} has schema version ${version}, which a later release of Gatehouse made; this one knows ${steps.length}. Run that release, or go back to a copy made before it.`,
    );
  }
  return version;
}

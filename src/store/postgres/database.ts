import { DatabaseError } from 'pg';
import { Refusal } from '../../core/errors.ts';
import type { ObserveOptions } from '../observer.ts';
import { StoreOpenError } from '../open-error.ts';
import { migrate } from './migrate.ts';
import { Pool } from './pool.ts';
import { type ServerSettings, warningsOf } from './server-settings.ts';
import type { Sessions } from './session.ts';
import { createSessions } from './sessions.ts';
import type { Timeouts } from './target.ts';
import { parseUrl, placeOf } from './url.ts';

export interface DatabaseOptions extends ObserveOptions {
  readonly timeouts?: Partial<Timeouts>;
  /** Whether one is opened that a move has not filled yet. */
  readonly mayBeFilling?: boolean;
  /** As the server shows who is connected; absent: as the URL says. */
  readonly applicationName?: string;
}

export interface Database {
  readonly sessions: Sessions;
  /** What it is called in messages: hosts and name, no credential. */
  readonly place: string;
}

/** Connects, and brings the schema up to date. The observer is warned of settings that lose writes. Throws `StoreOpenError`. */
export async function openDatabase(url: string, options: DatabaseOptions = {}): Promise<Database> {
  const parsed = parseUrl(url);
  const { applicationName = parsed.applicationName } = options;
  const target = {
    ...parsed,
    applicationName,
    timeouts: { ...parsed.timeouts, ...options.timeouts },
  };
  const place = placeOf(target);
  const pool = new Pool(target);
  try {
    const settings = await prepare(createSessions(pool, patience), place, options.mayBeFilling ?? false);
    for (const warning of warningsOf(settings)) options.observer?.warned?.(warning);
    return { sessions: createSessions(pool), place };
  } catch (error) {
    await pool.close();
    throw toOpenError(place, error);
  }
}

/** The oldest release that is tested with. */
const oldest = { version: 140_000, name: '14' };

/** How long a start waits for others, which may take long over the steps that it waits for too, in ms. */
const patience = 3_600_000;

async function prepare(sessions: Sessions, place: string, mayBeFilling: boolean): Promise<ServerSettings> {
  const settings = await sessions.read(async (session) => session.settings);
  if (settings.version < oldest.version) {
    throw new StoreOpenError(place, `The database ${place} is of a PostgreSQL before ${oldest.name}.`);
  }
  if (settings.encoding !== 'UTF8') {
    throw new StoreOpenError(place, `The database ${place} has the encoding ${settings.encoding}; it must be UTF8.`);
  }
  await migrate(sessions, place, { mayBeFilling });
  return settings;
}

const insufficientPrivilege = '42501';

function toOpenError(place: string, error: unknown): StoreOpenError {
  if (error instanceof StoreOpenError) return error;
  const cause = error instanceof Refusal ? error.cause : error;
  const says = cause instanceof Error ? cause.message : String(cause);
  const mayNot = cause instanceof DatabaseError && cause.code === insufficientPrivilege;
  const why = mayNot
    ? `${says}: the role must be able to create tables in its schema, and own those that are there`
    : says;
  return new StoreOpenError(place, `The database ${place} cannot be opened: ${why}.`, error);
}

/** The stores, by the scheme of their URL. */
import path from 'node:path';
import type { Store } from '../core/ports.ts';
import { StoreOpenError } from './open-error.ts';
import type { PostgresOptions } from './postgres/store.ts';
import type { StoreOptions } from './sqlite/store.ts';

/** Opens the store at `sqlite:PATH` or a `postgres:` URL. Throws `StoreOpenError`. */
export async function openStore(url: string, options: StoreOptions & PostgresOptions = {}): Promise<Store> {
  const [, scheme, rest] = /^([a-z][a-z0-9+.-]*):(.*)$/is.exec(url) ?? [];
  // Each is loaded by those who have one.
  if (scheme?.toLowerCase() === 'sqlite' && rest) {
    const { openSqliteStore } = await import('./sqlite/store.ts');
    return openSqliteStore(rest, options);
  }
  if (isPostgres(url)) {
    const { openPostgresStore } = await import('./postgres/open.ts');
    return openPostgresStore(url, options);
  }
  // The rest of an unknown URL may hold a password: only its scheme is told.
  const got = scheme ? `one that begins with "${scheme}:"` : 'one without a scheme';
  throw new StoreOpenError(
    '',
    `The database URL must be sqlite:PATH, for example sqlite:data/gatehouse.db, or postgres://USER:PASSWORD@HOST/DATABASE; got ${got}.`,
  );
}

/** The folder where files for the operator belong: that of a database which is a file, else `./data`. */
export function folderOf(url: string): string {
  return isPostgres(url) ? 'data' : path.dirname(url.replace(/^sqlite:/i, ''));
}

function isPostgres(url: string): boolean {
  return /^postgres(ql)?:/i.test(url);
}

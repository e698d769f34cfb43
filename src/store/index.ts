/** The stores, by the scheme of their URL. */
import path from 'node:path';
import type { Store } from '../core/ports.ts';
import { StoreOpenError } from './open-error.ts';
import { openSqliteStore, type StoreOptions } from './sqlite/store.ts';

export { StoreOpenError } from './open-error.ts';

/** Opens the store at `sqlite:PATH`. Throws `StoreOpenError`. */
export async function openStore(url: string, options: StoreOptions = {}): Promise<Store> {
  const [, scheme, rest] = /^([a-z][a-z0-9+.-]*):(.*)$/is.exec(url) ?? [];
  if (scheme?.toLowerCase() === 'sqlite' && rest) return openSqliteStore(rest, options);
  // The rest of an unknown URL may hold a password: only its scheme is told.
  const got = scheme ? `one that begins with "${scheme}:"` : 'one without a scheme';
  throw new StoreOpenError(
    '',
    `The database URL must be sqlite:PATH, for example sqlite:data/gatehouse.db; got ${got}.`,
  );
}

/** The folder beside the database, where files for its owner belong. */
export function folderOf(url: string): string {
  return path.dirname(url.replace(/^sqlite:/i, ''));
}

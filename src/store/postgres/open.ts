import type { Store } from '../../core/ports.ts';
import { openDatabase } from './database.ts';
import type { PostgresOptions } from './store.ts';

/** Opens the store at a `postgresql:` URL. Throws `StoreOpenError`. What it is made of is loaded while the server answers. */
export async function openPostgresStore(url: string, options: PostgresOptions = {}): Promise<Store> {
  const [{ sessions }, { createStore }] = await Promise.all([openDatabase(url, options), import('./store.ts')]);
  return createStore(sessions, options);
}

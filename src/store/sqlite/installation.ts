import type { DatabaseSync } from 'node:sqlite';
import type { SecretHash } from '../../core/ids.ts';
import type { Installation } from '../../core/ports.ts';
import type { DirectoryMemory } from './directory-memory.ts';
import { lazily } from './lazily.ts';
import type { Reader } from './reader.ts';
import { prepare } from './statement.ts';
import type { WriteQueue } from './writes.ts';

export interface InstallationParts {
  readonly db: DatabaseSync;
  readonly reader: Reader;
  readonly memory: DirectoryMemory;
  readonly writes: WriteQueue;
}

export function createInstallation({ db, reader, memory, writes }: InstallationParts): Installation {
  const secret = prepare<{ cursor_secret: Uint8Array }>(db, 'SELECT cursor_secret FROM installation').get();
  if (!secret) throw new Error('the installation has no row');
  const admin = prepare<{ admin_key_hash: SecretHash | null }>(db, 'SELECT admin_key_hash FROM installation');
  const prepared = lazily(() => prepare<{ prepared: 0 | 1 }>(db, 'SELECT prepared FROM installation'));
  return {
    cursorSecret: secret.cursor_secret,
    adminKeyHash: () =>
      reader.readOne(() => memory.recall(memory.admin, 'admin', () => admin.get())?.admin_key_hash ?? undefined),
    setAdminKeyHash: (hash) => writes.run('setAdminKeyHash', hash),
    isPrepared: () => reader.readOne(() => prepared().get()?.prepared === 1),
    setPrepared: () => writes.run('setPrepared'),
  };
}

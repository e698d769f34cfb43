import type { DatabaseSync } from 'node:sqlite';
import type { Installation } from '../../core/ports.ts';
import type { Reader } from './reader.ts';
import { prepare } from './statement.ts';
import type { WriteQueue } from './writes.ts';

interface InstallationRow {
  readonly cursor_secret: Uint8Array;
  readonly admin_key_hash: Uint8Array | null;
}

export function createInstallation(db: DatabaseSync, reader: Reader, writes: WriteQueue): Installation {
  const row = prepare<InstallationRow>(db, 'SELECT * FROM installation');
  const secret = row.get()?.cursor_secret;
  if (!secret) throw new Error('the installation has no row');
  return {
    cursorSecret: secret,
    adminKeyHash: () => reader.read(() => row.get()?.admin_key_hash ?? undefined),
    setAdminKeyHash: (hash) => writes.run('setAdminKeyHash', hash),
  };
}

/** What the installation keeps for itself. */
import { randomBytes } from 'node:crypto';
import type { SecretHash } from '../../core/ids.ts';
import type { Installation } from '../../core/ports.ts';
import type { Writes } from './groups.ts';
import type { Sessions } from './session.ts';

const secretBytes = 32;

const begin = {
  name: 'begin_installation',
  text: 'INSERT INTO installation (id, cursor_secret) VALUES (1, $1) ON CONFLICT DO NOTHING',
};
const secret = { name: 'cursor_secret', text: 'SELECT cursor_secret FROM installation WHERE id = 1' };
const admin = { name: 'admin_key_hash', text: 'SELECT admin_key_hash FROM installation WHERE id = 1' };
const setAdmin = { name: 'set_admin_key_hash', text: 'UPDATE installation SET admin_key_hash = $1 WHERE id = 1' };
const prepared = { name: 'is_prepared', text: 'SELECT prepared FROM installation WHERE id = 1' };
const setPrepared = { name: 'set_prepared', text: 'UPDATE installation SET prepared = true WHERE id = 1' };

/** Makes its secret, unless it is there. */
export async function openInstallation(sessions: Sessions, writes: Writes): Promise<Installation> {
  let row = await readSecret(sessions);
  if (!row) {
    await sessions.write(begin, [randomBytes(secretBytes)]);
    // Another node may have been first.
    row = await readSecret(sessions);
  }
  if (!row) throw new Error('the installation has no row');
  return {
    cursorSecret: row.cursor_secret,
    adminKeyHash: async () => {
      const [found] = await sessions.read((session) =>
        session.query<{ readonly admin_key_hash: SecretHash | null }>(admin),
      );
      return found?.admin_key_hash ?? undefined;
    },
    setAdminKeyHash: async (hash, lease) => {
      await writes.transaction({ cost: 1, lease }, (session) => session.run(setAdmin, [hash]));
    },
    isPrepared: async () => {
      const [found] = await sessions.read((session) => session.query<{ readonly prepared: boolean }>(prepared));
      return found?.prepared ?? false;
    },
    setPrepared: async () => {
      await writes.transaction({ cost: 1 }, (session) => session.run(setPrepared));
    },
  };
}

async function readSecret(sessions: Sessions): Promise<{ readonly cursor_secret: Uint8Array } | undefined> {
  const [row] = await sessions.read((session) => session.query<{ readonly cursor_secret: Uint8Array }>(secret));
  return row;
}

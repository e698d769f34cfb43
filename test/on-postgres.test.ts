/** A part of `npm run test:postgres` that is quick and says much: the public clients find on PostgreSQL what they find on SQLite. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { it } from 'node:test';
import { isOnPostgres } from './helpers/database.ts';
import { root, spawnGatehouse } from './helpers/process.ts';

it('lets the public clients run over PostgreSQL', { skip: isOnPostgres && 'they run anyway' }, async (t) => {
  const command = [process.execPath, path.join(root, 'test', 'on-postgres.ts'), 'test/clients/*.test.ts'] as const;
  const env = { GATEHOUSE_PORT: undefined, GATEHOUSE_DATABASE: undefined, GATEHOUSE_ADMIN_KEY: undefined };
  const { ended, output } = spawnGatehouse(t, '', { command, env });
  assert.equal(await ended, 0, output());
  assert.match(output(), /pass [1-9]/);
});

/** The client where there is nothing but what the web has: no Node API, no import. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { it } from 'node:test';
import { promisify } from 'node:util';
import { adminKey } from '../helpers/client.ts';
import { root } from '../helpers/process.ts';
import { startTestService } from '../helpers/service.ts';
import { open } from './run.ts';

it('the client runs with web globals only', async (t) => {
  const service = await startTestService(t, { env: { GATEHOUSE_DEMO: 'on' } });
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--experimental-vm-modules',
    '--no-warnings',
    path.join(root, 'test/cli/bare-context.ts'),
    ...[service.base, adminKey, open],
  ]);
  assert.deepEqual(JSON.parse(stdout), {
    added: true,
    users: ['16505550123'],
    follows: 'block',
    error: ['GatehouseError', 'not-found'],
  });
});

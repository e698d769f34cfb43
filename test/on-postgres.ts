/** Runs the tests of whole services once more, over PostgreSQL: one server for all, a database for each service. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { startPostgres } from './helpers/postgres.ts';

const whole = [
  'test/{large-requests,transcripts}.test.ts',
  'test/{e2e,clients,pairs,upstream,forwarding,gateway}/**/*.test.ts',
];

const server = await startPostgres({ max_connections: 300 });
const files = process.argv.slice(2);
const { status } = spawnSync(
  process.execPath,
  ['--test', '--test-concurrency=2', ...(files.length > 0 ? files : whole)],
  {
    cwd: path.join(import.meta.dirname, '..'),
    env: { ...process.env, TEST_STORE: 'postgres', TEST_POSTGRES: `${server.port} ${server.password}` },
    stdio: 'inherit',
  },
);
process.exitCode = status ?? 1;

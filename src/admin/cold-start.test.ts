import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { startAdmin } from './client.contract.ts';

const loaded = () => Object.keys(createRequire(import.meta.url).cache);

test('starting loads no schema compiler; the first request with a schema loads ajv and no serializer', async (t) => {
  const admin = await startAdmin(t);
  await admin.app.ready();
  assert.ok(loaded().some((file) => file.includes('/fastify/')));
  const compilers = /node_modules\/(ajv\/dist\/(ajv|core|compile\/index)\.js|fast-json-stringify\/index\.js)/;
  assert.deepEqual(
    loaded().filter((file) => compilers.test(file)),
    [],
  );
  assert.equal((await admin.call('GET', '/accounts')).status, 200);
  assert.ok(loaded().some((file) => file.endsWith('/ajv/dist/ajv.js')));
  assert.ok(!loaded().some((file) => file.includes('/fast-json-stringify/index.js')));
});

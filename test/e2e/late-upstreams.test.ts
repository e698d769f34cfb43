import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { it } from 'node:test';
import { dialectsOf, users } from '../helpers/client.ts';
import { outward } from '../helpers/gateway.ts';
import { expectStatus, startTestService } from '../helpers/service.ts';
import { until } from '../helpers/until.ts';

const loaded = () => Object.keys(createRequire(import.meta.url).cache);
const isOutward = (file: string) => /\/node_modules\/(undici|cockatiel)\//.test(file);

it('a server without connections loads nothing to speak to providers with; the first connection does', async (t) => {
  const service = await startTestService(t, { env: outward });
  const id = '106540352242931';
  const secret = await service.number(id);
  const { meta } = dialectsOf(service, id, secret);
  expectStatus(await meta('POST', users('16505551234')), 200);
  const headers = { authorization: `Bearer ${secret}` };
  expectStatus(await service.call('GET', `/v25.0/${id}/media`, { headers }), 400);
  const body = { messaging_product: 'whatsapp', to: '16805551234', type: 'text', text: { body: 'x' } };
  expectStatus(await service.call('POST', `/v25.0/${id}/messages`, { headers, body }), 200);
  assert.ok(loaded().some((file) => file.includes('/fastify/')));
  assert.deepEqual(loaded().filter(isOutward), []);

  expectStatus(await service.admin('PUT', '/connections/main', { provider: 'meta', token: 'their-token' }), 201);
  await until(() => loaded().some(isOutward));
});

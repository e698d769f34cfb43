import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startTestService } from '../../test/helpers/service.ts';
import { isReserved } from './own-paths.ts';

describe('the server’s own paths', () => {
  it('are reserved as a whole first part, and nothing else is', () => {
    for (const path of [
      '/api',
      '/api/',
      '/api/v1/numbers',
      '/health/live?x=1',
      '/docs?x',
      '/openapi.json',
      '/webhooks/a',
    ]) {
      assert.ok(isReserved(path), path);
    }
    for (const path of ['/', '/apis', '/v25.0/api', '/health-check', '/openapi.jsonx', '/block_users', '/docsx/a']) {
      assert.ok(!isReserved(path), path);
    }
  });

  it('answer 404 where there is nothing, whatever the method and the body', async (t) => {
    const service = await startTestService(t);
    const paths = [
      '/api',
      '/api/v2/numbers',
      '/health',
      '/health/x',
      '/docs/',
      '/docs/a/b',
      '/openapi.json/',
      '/webhooks/a/block_users',
    ];
    for (const path of paths) {
      for (const method of ['GET', 'POST', 'DELETE', 'PUT', 'OPTIONS']) {
        const body = method === 'GET' ? undefined : '{';
        const answer = await service.call(method, path, { headers: { 'content-type': 'no type at all' }, body });
        assert.equal(answer.status, 404, `${method} ${path}: ${answer.text}`);
        assert.equal(answer.headers.get('content-type'), 'application/problem+json');
        assert.equal(answer.json.request_id, answer.headers.get('x-request-id'));
      }
    }
  });

  it('that answer a GET answer 404 to every other method', async (t) => {
    const service = await startTestService(t);
    for (const path of ['/docs', '/docs/page.js', '/openapi.json', '/health/live']) {
      for (const method of ['POST', 'DELETE', 'PUT', 'OPTIONS']) {
        assert.equal((await service.call(method, path, { body: '{' })).status, 404, `${method} ${path}`);
      }
    }
  });

  it('tell the health whatever comes with the question', async (t) => {
    const service = await startTestService(t);
    for (const [path, status] of [
      ['/health/live', 'live'],
      ['/health/ready', 'ready'],
    ] as const) {
      for (const type of ['application/json', ';;;', 'text/html']) {
        const answer = await service.call('GET', path, { headers: { 'content-type': type } });
        assert.deepEqual([answer.status, answer.json], [200, { status }]);
      }
      assert.equal((await service.call('HEAD', path)).status, 200);
      assert.equal((await service.call('POST', path, { body: '{' })).status, 404);
    }
  });
});

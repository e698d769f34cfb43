import assert from 'node:assert/strict';
import { it, type TestContext } from 'node:test';
import { pino } from 'pino';
import type { Dialect } from '../dialects/dialect.ts';
import { dialects } from '../dialects/index.ts';
import { createFramework } from '../http/framework.ts';
import { defaultLimits } from '../http/server.ts';
import { registerOpenApi } from './index.ts';

function start(t: TestContext, all: readonly Dialect[]) {
  const log: string[] = [];
  const app = createFramework({
    logger: pino({ level: 'info' }, { write: (line) => log.push(line) }),
    limits: defaultLimits,
    isClosing: () => false,
  });
  registerOpenApi(app, { dialects: all, routes: [], parts: [], baseUrlOf: () => 'https://gate.example' });
  t.after(() => app.close());
  return { app, log };
}

it('a document that cannot be made is told of blandly, and in the log with its cause', async (t) => {
  const [first] = dialects;
  assert.ok(first);
  const docs = async () => Promise.reject(new Error('/a/private/path'));
  const { app, log } = start(t, [{ ...first, docs }]);
  const answer = await app.inject({ url: '/openapi.json' });
  assert.equal(answer.statusCode, 500);
  assert.equal(answer.headers['content-type'], 'application/problem+json');
  assert.equal(answer.json().type, 'urn:gatehouse:problem:internal');
  assert.equal(answer.json().request_id, answer.headers['x-request-id']);
  assert.doesNotMatch(answer.body, /private/);
  assert.match(log.join(''), /private/);
});

it('a dialect that answers a status which it does not describe makes no document', async (t) => {
  const [first] = dialects;
  assert.ok(first);
  const told = await first.docs();
  const places = told.places.map((place) => ({
    ...place,
    operations: place.operations.map((one) => ({ ...one, answers: { 200: one.answers[200]! } })),
  }));
  const { app, log } = start(t, [{ ...first, docs: async () => ({ ...told, places }) }]);
  assert.equal((await app.inject({ url: '/openapi.json' })).statusCode, 500);
  assert.match(log.join(''), /does not describe GET 400/);
});

it('the page and its files may load, run and ask nothing but what is served here', async (t) => {
  const { app } = start(t, dialects);
  for (const [url, type] of [
    ['/docs', 'text/html; charset=utf-8'],
    ['/docs/page.js', 'text/javascript; charset=utf-8'],
    ['/docs/page.css', 'text/css; charset=utf-8'],
    ['/docs/swagger-ui.css', 'text/css; charset=utf-8'],
    ['/docs/swagger-ui-bundle.js', 'text/javascript; charset=utf-8'],
  ] as const) {
    const answer = await app.inject({ url });
    assert.deepEqual([answer.statusCode, answer.headers['content-type']], [200, type], url);
    const policy = String(answer.headers['content-security-policy']);
    assert.match(policy, /^default-src 'none'; /);
    assert.doesNotMatch(policy, /unsafe|\*|https?:/);
    assert.equal(answer.headers['x-content-type-options'], 'nosniff');
    const again = await app.inject({ url, headers: { 'if-none-match': String(answer.headers.etag) } });
    assert.deepEqual([again.statusCode, again.body], [304, '']);
  }
});

it('no path leads out of the page’s own files', async (t) => {
  const { app } = start(t, dialects);
  for (const name of [
    'index.html',
    'package.json',
    '..%2f..%2fpackage.json',
    '%2e%2e%2fpage.js',
    'constructor',
    '__proto__',
  ]) {
    assert.equal((await app.inject({ url: `/docs/${name}` })).statusCode, 404, name);
  }
});

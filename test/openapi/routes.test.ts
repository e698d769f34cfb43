import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { it, type TestContext } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { dialects } from '../../src/dialects/index.ts';
import { webhookPlace } from '../../src/http/webhooks.ts';
import { adminKey } from '../helpers/client.ts';
import { operationsOf, readDocument } from '../helpers/openapi.ts';
import { expectStatus, startTestService, type TestService } from '../helpers/service.ts';

interface Route {
  readonly method: string;
  readonly url: string;
}

/** A service and every route that it has, as the framework tells of them. */
async function startWatched(t: TestContext): Promise<{ service: TestService; routes: readonly Route[] }> {
  const routes: Route[] = [];
  const watch = (message: unknown) => {
    const { fastify } = message as { fastify: FastifyInstance };
    fastify.addHook('onRoute', ({ method, url }) => {
      for (const one of [method].flat()) routes.push({ method: one, url });
    });
  };
  subscribe('fastify.initialization', watch);
  try {
    const service = await startTestService(t);
    // The framework is there once something of it was asked for.
    expectStatus(await service.call('GET', '/docs'), 200);
    return { service, routes };
  } finally {
    unsubscribe('fastify.initialization', watch);
  }
}

const nameOf = ({ method, url }: Route) => `${method} ${url.replace(/:(\w+)/g, '{$1}')}`;

it('every route of the framework is in the document, or there is nothing behind it', async (t) => {
  const { service, routes } = await startWatched(t);
  const told = new Set(operationsOf(await readDocument(service)).map(({ method, path }) => `${method} ${path}`));
  assert.ok(routes.length > told.size);
  for (const route of routes) {
    const name = nameOf(route);
    if (told.has(name) || (route.method === 'HEAD' && told.has(name.replace('HEAD', 'GET')))) continue;
    // CONNECT and TRACE are no requests that a client can send.
    if (/^(CONNECT|TRACE)$/.test(route.method)) continue;
    const path = route.url.replace(/:\w+/g, '1').replace('*', 'x');
    const answer = await service.call(route.method, path, { headers: { authorization: `Bearer ${adminKey}` } });
    assert.ok([404, 405].includes(answer.status), `${name} answers ${answer.status} and is not in the document`);
  }
});

it('every operation of the document is a route, a webhook address, or one that its dialect claims and understands', async (t) => {
  const { service, routes } = await startWatched(t);
  const served = new Set(routes.map(nameOf));
  const ofDialects = new Set<string>();
  for (const dialect of dialects) {
    const { places } = await dialect.docs();
    const all = places.flatMap(({ paths, operations }) => paths.map((path) => ({ ...path, operations })));
    for (const { template, parameters, operations } of all) {
      const path = template.replace(/\{([^}]+)\}/g, (_, name) =>
        String(parameters.find((one) => one.name === name)?.example),
      );
      for (const { method, kind } of operations) {
        const request = {
          method,
          path,
          query: '',
          headers: {},
          body: new Uint8Array(),
          requestId: `A${'i'.repeat(22)}`,
          baseUrl: service.base,
        };
        assert.equal(
          dialects.find((one) => one.claims(request)),
          dialect,
          path,
        );
        assert.equal((await dialect.parse(request)).operation, kind);
        ofDialects.add(`${method} ${template}`);
      }
    }
  }
  for (const { method, path } of operationsOf(await readDocument(service))) {
    const name = `${method} ${path}`;
    const isWebhook = webhookPlace(path) !== undefined;
    assert.ok(served.has(name) || ofDialects.has(name) || isWebhook, `nothing serves ${name}`);
  }
});

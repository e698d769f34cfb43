import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Validator } from '@seriousme/openapi-schema-validator';
import publicDocuments from '../fixtures/public-operations.json' with { type: 'json' };
import { DocumentSchemas, operationsOf, readDocument } from '../helpers/openapi.ts';
import { startTestService } from '../helpers/service.ts';

describe('the document', () => {
  it('is valid OpenAPI 3.1', async (t) => {
    const document = await readDocument(await startTestService(t));
    const { valid, errors } = await new Validator().validate({ ...structuredClone(document) });
    assert.ok(valid, JSON.stringify(errors));
  });

  it('gives every operation an id of its own, a summary, and tags that it explains', async (t) => {
    const document = await readDocument(await startTestService(t));
    const operations = operationsOf(document);
    const ids = operations.map(({ operation }) => operation.operationId);
    assert.equal(new Set(ids).size, ids.length);
    const known = new Set(document.tags.map(({ name }) => name));
    const used = new Set(operations.flatMap(({ operation }) => operation.tags));
    assert.deepEqual([...used].sort(), [...known].sort());
  });

  it('has examples that hold to their own schemas, and one at least of every body', async (t) => {
    const document = await readDocument(await startTestService(t));
    const schemas = new DocumentSchemas(document);
    for (const { place, media } of operationsOf(document).flatMap(bodiesOf)) {
      const values = [
        ...('example' in media ? [media.example] : []),
        ...Object.values(media.examples ?? {}).map((one) => one.value),
      ];
      const own = ['openapi.json', 'docs'].some((name) => place[1]!.includes(name));
      if (!own || place.includes('404')) assert.ok(values.length > 0, `no example at ${place}`);
      for (const value of values) {
        assert.deepEqual(schemas.faults([...place, 'schema'], value), [], `${place} ${JSON.stringify(value)}`);
      }
    }
  });

  it('names the address that the request came to as its server', async (t) => {
    const service = await startTestService(t);
    const port = new URL(service.base).port;
    for (const base of [`http://127.0.0.1:${port}`, `http://localhost:${port}`]) {
      const { json } = await service.call('GET', `${base}/openapi.json`);
      assert.deepEqual(json.servers, [{ url: base }]);
    }
    const behind = await startTestService(t, { env: { GATEHOUSE_PUBLIC_URL: 'https://gate.example/prefix' } });
    assert.deepEqual((await readDocument(behind)).servers, [{ url: 'https://gate.example/prefix' }]);
  });

  it('is not sent again to who has it', async (t) => {
    const service = await startTestService(t);
    const first = await service.call('GET', '/openapi.json');
    const etag = first.headers.get('etag') ?? '';
    assert.equal(first.headers.get('cache-control'), 'no-cache');
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const again = await service.call('GET', '/openapi.json', { headers: { 'if-none-match': known } });
      assert.deepEqual([again.status, again.text], [304, '']);
    }
    const other = await service.call('GET', '/openapi.json', { headers: { 'if-none-match': '"other"' } });
    assert.deepEqual([other.status, other.text], [200, first.text]);
    const head = await service.call('HEAD', '/openapi.json');
    assert.deepEqual([head.status, head.text, head.headers.get('etag')], [200, '', etag]);
  });

  it('names formats of our own as what stands for them, and nobody’s secret', async (t) => {
    const service = await startTestService(t);
    const { text } = await service.call('GET', '/openapi.json');
    assert.deepEqual([...new Set(text.match(/"format":"[^"]*"/g))].sort(), ['"format":"date-time"', '"format":"uri"']);
    assert.ok(!text.includes(service.data));
  });
});

describe('the dialects’ part contains of the provider’s document', () => {
  for (const [dialect, { operations, securitySchemes }] of Object.entries(publicDocuments.documents)) {
    it(`of ${dialect} every operation with its id, parameters, tags, content types and statuses`, async (t) => {
      const all = operationsOf(await readDocument(await startTestService(t)));
      for (const expected of operations) {
        const found = all.find(({ operation }) => operation.operationId === `${dialect}_${expected.id}`);
        assert.ok(found, expected.id);
        const { operation } = found;
        assert.equal(found.method, expected.method);
        assert.ok(
          found.path.endsWith(expected.path.replace(/^\/\{Version\}/, '')),
          `${found.path} is no ${expected.path}`,
        );
        const parameters = (operation.parameters ?? []).map(({ name, in: place }) => `${place} ${name}`);
        assertContains(parameters, expected.parameters);
        assertContains(operation.tags, expected.tags);
        assertContains(Object.keys(operation.requestBody?.content ?? {}), expected.contentTypes);
        assertContains(Object.keys(operation.responses), expected.statuses);
      }
    });

    it(`of ${dialect} every security scheme`, async (t) => {
      const document = await readDocument(await startTestService(t));
      const ours = operationsOf(document).filter(({ operation }) => operation.operationId.startsWith(`${dialect}_`));
      for (const [name, expected] of Object.entries(securitySchemes)) {
        const own = `${dialect}_${name}`;
        const { description: _, ...scheme } = document.components.securitySchemes[own] as Record<string, unknown>;
        assert.deepEqual(scheme, expected);
        for (const { operation } of ours)
          assert.ok(
            operation.security?.some((one) => own in one),
            operation.operationId,
          );
      }
    });
  }
});

function bodiesOf({ path, method, operation }: ReturnType<typeof operationsOf>[number]) {
  const at = ['paths', path, method.toLowerCase()];
  const ofRequest = Object.entries(operation.requestBody?.content ?? {}).map(([type, media]) => ({
    place: [...at, 'requestBody', 'content', type],
    media,
  }));
  const ofAnswers = Object.entries(operation.responses).flatMap(([status, { content = {} }]) =>
    Object.entries(content).map(([type, media]) => ({ place: [...at, 'responses', status, 'content', type], media })),
  );
  return [...ofRequest, ...ofAnswers];
}

function assertContains(all: readonly string[], some: readonly string[]): void {
  assert.deepEqual(
    some.filter((one) => !all.includes(one)),
    [],
    `not among ${all.join(', ')}`,
  );
}

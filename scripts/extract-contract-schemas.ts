/**
 * Takes the structure of the documented answers and operations out of the providers' documents, and none of their prose:
 *
 *     node scripts/extract-contract-schemas.ts <Meta's OpenAPI> <360dialog's page> <Kapso's page>
 *
 * A page carries its OpenAPI documents in fences. What Kapso's page lacks is taken from where Kapso says it is the same:
 * a block is answered and refused as an unblock is, and the list is Meta's.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const methods = ['get', 'post', 'delete'] as const;

interface Schema {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}
interface Answer {
  readonly $ref?: string;
  readonly content?: { readonly 'application/json': { readonly schema: Schema } };
}
interface Parameter {
  readonly $ref?: string;
  readonly name: string;
  readonly in: string;
}
interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, unknown>> };
  readonly responses?: Record<string, Answer>;
}
interface Path extends Partial<Record<(typeof methods)[number], Operation>> {
  readonly parameters?: readonly Parameter[];
}
interface OpenApi {
  readonly servers: readonly { readonly url: string }[];
  readonly paths: Readonly<Record<string, Path>>;
  readonly components: { readonly securitySchemes: Readonly<Record<string, Readonly<Record<string, unknown>>>> };
}
/** By method, then by status. */
type Answers = Partial<Record<'get' | 'post' | 'delete', Record<string, Schema>>>;

const structure = new Set(['type', 'enum', 'pattern', 'required', 'uniqueItems']);
const prose = new Set(['description', 'example', 'examples', 'summary', 'title']);

const [metaPath, d360Path, kapsoPath] = process.argv.slice(2);
if (!metaPath || !d360Path || !kapsoPath)
  throw new Error('Usage: extract-contract-schemas.ts <Meta> <360dialog> <Kapso>');

const meta = readAnswers(metaPath, 'https://graph.facebook.com');
const d360 = readAnswers(d360Path, 'https://waba-v2.360dialog.io');
const { delete: kapsoUnblock = {} } = readAnswers(kapsoPath, 'https://api.kapso.ai/meta/whatsapp/v24.0');
const kapso = { get: { ...kapsoUnblock, ...meta.get }, post: kapsoUnblock, delete: kapsoUnblock };

const sources = {
  meta: 'https://github.com/facebook/openapi business-messaging-api_v23.0.yaml',
  '360dialog': 'https://docs.360dialog.com/docs/messaging-api/api-reference/block-users 1.41.0',
  kapso: 'https://docs.kapso.ai openapi-whatsapp.yaml 1.0.0',
};
const paths = { meta: metaPath, '360dialog': d360Path, kapso: kapsoPath };
writeFixture('contract-schemas.json', { sources, schemas: { meta, '360dialog': d360, kapso } });
writeFixture('public-operations.json', { sources, documents: mapValues(paths, readOperations) });

function writeFixture(name: string, fixture: object): void {
  const target = join(import.meta.dirname, '../test/fixtures', name);
  writeFileSync(target, `${JSON.stringify(fixture, null, 2)}\n`);
}

/** The operations by their ids, and how their callers are known. */
function readOperations(path: string) {
  const documents = readDocuments(readFileSync(path, 'utf8'));
  const operations = documents.flatMap((document) =>
    Object.entries(document.paths).flatMap(([template, { parameters = [], ...operations }]) =>
      methods.flatMap((method) => {
        const operation = operations[method];
        if (!operation) return [];
        const all = [...parameters, ...(operation.parameters ?? [])].map((one) => parameterOf(one, document));
        return [
          {
            id: operation.operationId,
            method: method.toUpperCase(),
            path: template,
            parameters: all.map((parameter) => `${parameter.in} ${parameter.name}`),
            tags: operation.tags,
            contentTypes: Object.keys(operation.requestBody?.content ?? {}),
            statuses: Object.keys(operation.responses ?? {}),
          },
        ];
      }),
    ),
  );
  const schemes: OpenApi['components']['securitySchemes'] = Object.assign(
    {},
    ...documents.map(({ components }) => components.securitySchemes),
  );
  // A key here is no JWT, whatever a bearer token is there.
  return {
    operations,
    securitySchemes: mapValues(schemes, ({ type, scheme, in: place, name }) => ({ type, scheme, in: place, name })),
  };
}

function parameterOf(parameter: Parameter, document: OpenApi): Parameter {
  return parameter.$ref === undefined ? parameter : (resolve(parameter.$ref, document) as Parameter);
}

function readAnswers(path: string, server: string): Answers {
  const documents = readDocuments(readFileSync(path, 'utf8'));
  if (!documents.some(({ servers }) => servers[0]?.url === server)) throw new Error(`${path} is not of ${server}`);
  const answers: Answers = {};
  for (const document of documents) {
    for (const method of methods) {
      const responses = Object.values(document.paths)[0]?.[method]?.responses;
      if (responses) answers[method] = mapValues(responses, (answer) => schemaOf(answer, document));
    }
  }
  return answers;
}

/** The fenced documents of a page, or the whole text. YAML reads JSON too. */
function readDocuments(text: string): OpenApi[] {
  const fenced = [...text.matchAll(/^(`{3,})(?:json|yaml).*\n([\s\S]*?)\n\1$/gm)].map(
    ([, , document]) => document ?? '',
  );
  return (fenced.length > 0 ? fenced : [text]).map((document) => parse(document));
}

function schemaOf(answer: Answer, document: OpenApi): Schema {
  if (answer.$ref !== undefined) return schemaOf(resolve(answer.$ref, document) as Answer, document);
  if (!answer.content) throw new Error('An answer without content');
  return strip(answer.content['application/json'].schema, document);
}

/** The schema with its references put in their places. Throws for a keyword of which it is not known what it is. */
function strip(schema: Schema, document: OpenApi): Schema {
  const { $ref, properties, items, ...keywords } = schema;
  if ($ref !== undefined) return strip(resolve($ref, document) as Schema, document);
  const kept = Object.entries(keywords).filter(([keyword]) => !prose.has(keyword));
  for (const [keyword] of kept) if (!structure.has(keyword)) throw new Error(`Unknown keyword ${keyword}`);
  return {
    ...Object.fromEntries(kept),
    ...(properties && { properties: mapValues(properties, (property) => strip(property, document)) }),
    ...(items && { items: strip(items, document) }),
  };
}

function resolve(reference: string, document: OpenApi): unknown {
  const steps = reference.replace(/^#\//, '').split('/');
  return steps.reduce<unknown>((at, step) => (at as Record<string, unknown>)[step], document);
}

function mapValues<A, B>(record: Readonly<Record<string, A>>, map: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}

/** The paths of a dialect. What it answers is what it renders; what a body looks like is its own schema of that status. */
import type { Dialect, DialectDocs, OperationDocs, PathDocs, WireRequest } from '../dialects/dialect.ts';
import { type Components, mapValues } from './components.ts';
import { type Sample, samplesOf } from './dialect-samples.ts';
import type { Paths } from './route-paths.ts';

/** The name of a dialect's own thing in the whole document. */
export function nameIn({ name }: Dialect, own: string): string {
  return `${name}_${own}`;
}

export function dialectPaths(dialect: Dialect, docs: DialectDocs, components: Components): Paths {
  return Object.fromEntries(
    docs.places.flatMap(({ tags, paths, operations }) =>
      paths.map((path) => [
        path.template,
        Object.fromEntries(
          operations.map((operation) => [
            operation.method.toLowerCase(),
            toOperation(dialect, docs, { tags, path, operation, components }),
          ]),
        ),
      ]),
    ),
  );
}

interface Place {
  readonly tags: readonly string[];
  readonly path: PathDocs;
  readonly operation: OperationDocs;
  readonly components: Components;
}

function toOperation(dialect: Dialect, docs: DialectDocs, place: Place): object {
  const { tags, path, operation, components } = place;
  const suffix = path.idSuffix === undefined ? '' : `_${path.idSuffix}`;
  const body = operation.body;
  return {
    operationId: `${nameIn(dialect, operation.id)}${suffix}`,
    tags: [docs.title, ...tags],
    summary: operation.summary,
    description: operation.description,
    security: Object.keys(docs.securitySchemes).map((scheme) => ({ [nameIn(dialect, scheme)]: [] })),
    parameters: [...path.parameters, ...operation.parameters],
    ...(body && {
      requestBody: {
        description: body.description,
        required: true,
        content: mapValues(body.content, ({ schema, example }) => ({ schema: components.lift(schema), example })),
      },
    }),
    responses: toResponses(dialect, place),
  };
}

function toResponses(dialect: Dialect, { path, operation, components }: Place): object {
  const rendered = samplesOf(operation, path.parameters.length > 0).map((sample) => ({
    sample,
    answer: sample.render(dialect, toRequest(path, operation, sample)),
  }));
  const statuses = [...new Set(rendered.map(({ answer }) => answer.status))].sort((one, other) => one - other);
  return Object.fromEntries(
    statuses.map((status) => {
      const told = operation.answers[status];
      if (!told) throw new Error(`${dialect.name} does not describe ${operation.method} ${status}`);
      const ofStatus = rendered.filter(({ answer }) => answer.status === status);
      const answer = {
        description: told.description,
        headers: toHeaders(ofStatus.map((one) => one.answer.headers)),
        content: { 'application/json': { schema: components.lift(told.schema), examples: toExamples(ofStatus) } },
      };
      return [status, answer];
    }),
  );
}

interface Rendered {
  readonly sample: Sample;
  readonly answer: { readonly body: string };
}

/** Reasons that are told in the same words are told once. */
function toExamples(rendered: readonly Rendered[]): object {
  const distinct = rendered.filter(
    ({ answer }, index) => rendered.findIndex((one) => one.answer.body === answer.body) === index,
  );
  return Object.fromEntries(
    distinct.map(({ sample, answer }) => [sample.name, { summary: sample.summary, value: JSON.parse(answer.body) }]),
  );
}

/** The headers that every answer of the status has, with a value as an example, and those that only some have. */
function toHeaders(all: readonly Readonly<Record<string, string>>[]): object {
  const names = new Set(all.flatMap(Object.keys));
  names.delete('content-type');
  const told = [...names].map((name) => [
    name,
    {
      required: all.every((headers) => name in headers),
      schema: { type: 'string' },
      example: all.find((headers) => name in headers)?.[name],
    },
  ]);
  return { 'x-request-id': { $ref: '#/components/headers/RequestId' }, ...Object.fromEntries(told) };
}

const nothing = new Uint8Array();

function toRequest(path: PathDocs, { method }: OperationDocs, { query = '' }: Sample): WireRequest {
  const examples = new Map(path.parameters.map(({ name, example }) => [name, String(example)]));
  return {
    method,
    path: path.template.replace(/\{([^}]+)\}/g, (_, name: string) => examples.get(name) ?? name),
    query,
    headers: { 'content-type': ['application/json'] },
    body: nothing,
    requestId: 'Ab3dEf6hIj9kLmN2pQrStUv',
    baseUrl: 'http://127.0.0.1:8080',
  };
}

/** The paths of fastify routes, from the schemas that check their requests and type their answers. */
import { STATUS_CODES } from 'node:http';
import type { ApiPart } from './api-part.ts';
import { type Components, mapValues } from './components.ts';
import { exampleOf, examplesOf } from './example.ts';
import type { DocumentedRoute, ObjectSchema, Schema } from './routes.ts';

export type Paths = Record<string, Record<string, unknown>>;

export function routePaths(
  routes: readonly DocumentedRoute[],
  parts: readonly ApiPart[],
  components: Components,
): Paths {
  const paths: Paths = {};
  for (const route of routes) {
    const part = parts.find(({ prefix }) => route.url.startsWith(prefix));
    if (!part) throw new Error(`no part has ${route.url}`);
    const path = route.url.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: toOperation(route, part, components) };
  }
  return paths;
}

function toOperation({ schema }: DocumentedRoute, part: ApiPart, components: Components): object {
  const { operationId, tags, summary, description, params, querystring, body, response = {} } = schema;
  const plain = (one: Schema) => withoutFormats(one, part);
  const parameters = [...toParameters('path', params, plain), ...toParameters('query', querystring, plain)];
  const schemes = Object.keys(part.securitySchemes);
  return {
    operationId: `${part.idPrefix}${operationId}`,
    tags,
    summary,
    ...(description !== undefined && { description }),
    ...(schemes.length > 0 && { security: schemes.map((name) => ({ [name]: [] })) }),
    ...(parameters.length > 0 && { parameters }),
    ...(hasMembers(body) && { requestBody: toBody(plain(body), components) }),
    responses: Object.fromEntries(
      Object.entries(response).map(([status, answer]) => [status, toAnswer(status, plain(answer), components)]),
    ),
  };
}

/** The schema with the part's own formats as what stands for them. */
function withoutFormats(schema: Schema, part: ApiPart): Schema {
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== 'object' || value === null) return value;
    const { format, ...others } = mapValues(value as Schema, walk);
    const known = typeof format === 'string' ? part.formats[format] : undefined;
    return { ...others, ...(known ?? (format !== undefined && { format })) };
  };
  return walk(schema) as Schema;
}

function toParameters(place: string, schema: ObjectSchema | undefined, plain: (one: Schema) => Schema): object[] {
  return Object.entries(schema?.properties ?? {}).map(([name, property]) => {
    const { title: _, description, examples, ...rest } = plain(property);
    return {
      name,
      in: place,
      required: schema?.required?.includes(name) ?? false,
      description,
      schema: rest,
      // An example in a query would be sent when the page tries it: rather none than a cursor of nobody's.
      ...(place === 'path' && { example: exampleOf({ ...rest, examples }) }),
    };
  });
}

function hasMembers(body: ObjectSchema | undefined): body is ObjectSchema {
  return Object.keys(body?.properties ?? {}).length > 0;
}

function toBody(body: Schema, components: Components): object {
  const { required = [] } = body as ObjectSchema;
  return { required: required.length > 0, content: { 'application/json': toMedia(body, components) } };
}

/** An answer with content types says everything itself; one without is JSON, or nothing if it is null. */
function toAnswer(status: string, answer: Schema, components: Components): object {
  const { description, title, headers: own } = answer;
  const headers = { 'x-request-id': { $ref: '#/components/headers/RequestId' }, ...(own as object | undefined) };
  const words = description ?? title ?? STATUS_CODES[status];
  if ('content' in answer) {
    const content = answer['content'] as Readonly<Record<string, Schema>>;
    return { description: words, headers, content: mapValues(content, (media) => toToldMedia(media, components)) };
  }
  if (answer['type'] === 'null') return { description: words, headers };
  return { description: words, headers, content: { 'application/json': toMedia(answer, components) } };
}

/** A content type that brings its own examples, if any. */
function toToldMedia({ schema, ...told }: Schema, components: Components): object {
  const { examples = [], ...rest } = schema as Schema & { examples?: readonly unknown[] };
  return { ...told, ...(examples.length > 0 && { example: examples[0] }), schema: components.lift(rest) };
}

function toMedia(schema: Schema, components: Components): object {
  const { examples: _, ...rest } = schema;
  const examples = examplesOf(schema);
  const lifted = components.lift(rest);
  if (examples.length === 1) return { schema: lifted, example: examples[0] };
  return {
    schema: lifted,
    examples: Object.fromEntries(examples.map((value, index) => [`example_${index + 1}`, { value }])),
  };
}

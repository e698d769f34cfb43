/** The document of a running service: its operations, and whether an answer is as it says. */
import assert from 'node:assert/strict';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Answer, Client } from './client.ts';

export interface Media {
  readonly schema: object;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { value: unknown }>>;
}

export interface Response {
  readonly headers?: Readonly<Record<string, { required?: boolean; $ref?: string }>>;
  readonly content?: Readonly<Record<string, Media>>;
}

export interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly parameters?: readonly { name: string; in: string; example?: unknown; schema: object }[];
  readonly security?: readonly Readonly<Record<string, unknown>>[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>> };
  readonly responses: Readonly<Record<string, Response>>;
}

export interface Document {
  readonly servers: readonly { url: string }[];
  readonly tags: readonly { name: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, object>>;
    readonly securitySchemes: Readonly<Record<string, { type: string; in?: string; name?: string; scheme?: string }>>;
  };
}

export interface Located {
  readonly path: string;
  readonly method: string;
  readonly operation: Operation;
}

export async function readDocument(client: Client): Promise<Document> {
  const { status, json } = await client.call('GET', '/openapi.json');
  assert.equal(status, 200);
  return json;
}

export function operationsOf({ paths }: Document): readonly Located[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
}

export class DocumentSchemas {
  readonly #ajv = new Ajv2020({
    strict: false,
    allErrors: true,
    validateSchema: false,
    formats: {
      uri: (text: string) => URL.canParse(text),
      'date-time': (text: string) => new Date(text).toISOString() === text,
    },
  });

  constructor(document: Document) {
    this.#ajv.addSchema(document, 'openapi.json');
  }

  /** What is wrong with a value by the schema at this place of the document. */
  faults(place: readonly string[], value: unknown): string[] {
    const pointer = place.map((step) => encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/');
    const validate = this.#ajv.getSchema(`openapi.json#/${pointer}`);
    assert.ok(validate, `no schema at ${pointer}`);
    validate(value);
    return (validate.errors ?? []).map((error) => `${error.instancePath || '/'} ${error.message}`);
  }

  /** Fails unless the operation tells of the status, its content type and its headers, and its schema of the body. */
  assertTold({ path, method, operation }: Located, answer: Answer): void {
    const what = `${operation.operationId} ${answer.status}: ${answer.text.slice(0, 500)}`;
    const response = operation.responses[answer.status];
    assert.ok(response, `not in the document: ${what}`);
    for (const [name, header] of Object.entries(response.headers ?? {})) {
      if (header.required || header.$ref) assert.ok(answer.headers.has(name), `no ${name}: ${what}`);
    }
    const types = Object.keys(response.content ?? {});
    const type = answer.headers.get('content-type')?.replace(/;.*/, '');
    if (types.length === 0) {
      assert.equal(answer.text, '', what);
      return;
    }
    assert.ok(type && types.includes(type), `${type}: ${what}`);
    const place = ['paths', path, method.toLowerCase(), 'responses', String(answer.status), 'content', type, 'schema'];
    const body = /json$/.test(type) ? answer.json : answer.text;
    assert.deepEqual(this.faults(place, body), [], what);
  }
}

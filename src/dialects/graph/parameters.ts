import { Busboy } from '@fastify/busboy';
import { Refusal } from '../../core/errors.ts';
import { parseJsonText } from '../../core/json-text.ts';
import type { WireRequest } from '../dialect.ts';

/** A parameter's value: text from a query or a form, or whatever a JSON body held. */
export type Parameter =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'json'; readonly value: unknown };

export type Parameters = ReadonlyMap<string, Parameter>;

/** The parameters of the query. Of one given twice the last counts, as in Graph. */
export function queryParameters(request: WireRequest): Parameters {
  return textParameters(new URLSearchParams(request.query));
}

/** The parameters of the body in any of Graph's three content types; another or none is tried as JSON. */
export async function bodyParameters(request: WireRequest): Promise<Parameters> {
  const { body } = request;
  if (isBlank(body)) return new Map();
  const type = request.headers['content-type']?.[0] ?? '';
  if (/^application\/x-www-form-urlencoded\b/i.test(type)) return textParameters(new URLSearchParams(utf8(body)));
  if (/^multipart\/form-data\b/i.test(type)) return multipartParameters(type, body);
  const value = parseJsonText(body);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Refusal({ kind: 'invalid_body', detail: 'The body must be a JSON object.' });
  }
  return new Map(Object.entries(value).map(([name, member]) => [name, { kind: 'json', value: member }]));
}

/** Query, form and body are one set; the body's values win. */
export function mergeParameters(query: Parameters, body: Parameters): Parameters {
  return new Map([...query, ...body]);
}

/** A parameter that has to be text; null and an empty text count as absent. */
export function textOf(parameters: Parameters, name: string): string | undefined {
  const parameter = parameters.get(name);
  if (!parameter || (parameter.kind === 'json' && parameter.value === null)) return undefined;
  const text = parameter.kind === 'text' ? parameter.text : parameter.value;
  if (typeof text !== 'string') throw new Refusal({ kind: 'wrong_parameter', name, expected: 'a string' });
  return text === '' ? undefined : text;
}

function textParameters(search: URLSearchParams): Parameters {
  return new Map([...search].map(([name, text]) => [name, { kind: 'text', text }]));
}

function isBlank(body: Uint8Array): boolean {
  return body.every((byte) => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d));
}

function utf8(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw new Refusal({ kind: 'invalid_body', detail: 'The body is not valid UTF-8.' });
  }
}

/** Form fields only: a file part is no parameter and is skipped. */
function multipartParameters(type: string, body: Uint8Array): Promise<Parameters> {
  return new Promise((resolve, reject) => {
    const refuse = (detail: string, cause?: unknown) => reject(new Refusal({ kind: 'invalid_body', detail }, cause));
    const refuseBroken = (cause: unknown) => refuse('The body is not a well-formed multipart form.', cause);
    const fields = new Map<string, Parameter>();
    try {
      const parser = new Busboy({
        headers: { 'content-type': type },
        limits: { fields: 100, parts: 100, fieldNameSize: 200, fieldSize: body.length },
      });
      parser.on('field', (name, text) => fields.set(name, { kind: 'text', text }));
      // A file that is cut short fails by itself; nobody listening would end the process.
      parser.on('file', (_name, file) => file.on('error', refuseBroken).resume());
      parser.on('partsLimit', () => refuse('The form has more than 100 parts.'));
      parser.on('error', refuseBroken);
      parser.on('finish', () => resolve(fields));
      parser.end(body);
    } catch (cause) {
      refuseBroken(cause);
    }
  });
}

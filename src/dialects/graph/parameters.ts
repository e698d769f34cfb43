import { Busboy } from '@fastify/busboy';
import { Refusal } from '../../core/errors.ts';
import { parseJsonText, refusePacked } from '../../core/json-text.ts';
import type { WireRequest } from '../dialect.ts';

/** A parameter's value: text from a query or a form, or whatever a JSON body held. `repeated`: another came with it. */
export type Parameter = { readonly repeated?: true } & (
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'json'; readonly value: unknown }
);

export type Parameters = ReadonlyMap<string, Parameter>;

/** The parameters of the query. Of one given twice the last counts, as in Graph. */
export function queryParameters(request: WireRequest): Parameters {
  return textParameters(request.query);
}

/** The parameters of the body in any of Graph's three content types; another or none is tried as JSON. */
export async function bodyParameters(request: WireRequest): Promise<Parameters> {
  const { body } = request;
  if (isBlank(body)) return new Map();
  refusePacked(request.headers['content-encoding']?.join(', '));
  const type = request.headers['content-type']?.[0] ?? '';
  if (/^application\/x-www-form-urlencoded\b/i.test(type)) return textParameters(utf8(body));
  if (/^multipart\/form-data\b/i.test(type)) return multipartParameters(type, body);
  const value = parseJsonText(body);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Refusal({ kind: 'invalid_body', detail: 'The body must be a JSON object.' });
  }
  return new Map(Object.entries(value).map(([name, member]) => [name, { kind: 'json', value: member }]));
}

/** Query, form and body are one set; the body's values win. */
export function mergeParameters(query: Parameters, body: Parameters): Parameters {
  if (body.size === 0) return query;
  const merged = new Map(query);
  for (const [name, parameter] of body) {
    const other = query.get(name);
    const differs = other !== undefined && contentOf(other) !== '' && contentOf(other) !== contentOf(parameter);
    merged.set(name, differs ? { ...parameter, repeated: true } : parameter);
  }
  return merged;
}

function contentOf(parameter: Parameter): unknown {
  return parameter.kind === 'text' ? parameter.text : parameter.value;
}

/** A parameter that has to be text; null and an empty text count as absent. */
export function textOf(parameters: Parameters, name: string): string | undefined {
  const parameter = parameters.get(name);
  if (!parameter || (parameter.kind === 'json' && parameter.value === null)) return undefined;
  const text = contentOf(parameter);
  if (typeof text !== 'string') throw new Refusal({ kind: 'wrong_parameter', name, expected: 'a string' });
  return text === '' ? undefined : text;
}

/** Parameters in one query or form, at most. */
const maxParameters = 100;

function textParameters(source: string): Parameters {
  // Counted before they are read: reading a million empty ones would take a minute.
  if (source.split('&', maxParameters + 1).length > maxParameters) {
    throw new Refusal({ kind: 'invalid_body', detail: `There are more than ${maxParameters} parameters.` });
  }
  const parameters = new Map<string, Parameter>();
  for (const [name, text] of new URLSearchParams(source)) addText(parameters, name, text);
  // What is percent-encoded and no UTF-8 is decoded to U+FFFD, which nobody sent.
  const isBroken = [...parameters].some(([name, one]) =>
    `${name}${one.kind === 'text' ? one.text : ''}`.includes('\ufffd'),
  );
  if (isBroken && !/\ufffd|%ef%bf%bd/i.test(source)) {
    throw new Refusal({ kind: 'invalid_body', detail: 'The parameters are not valid UTF-8.' });
  }
  return parameters;
}

/** The last of a name counts, and knows that it was not the only one. */
function addText(parameters: Map<string, Parameter>, name: string, text: string): void {
  parameters.set(name, parameters.has(name) ? { kind: 'text', text, repeated: true } : { kind: 'text', text });
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
      parser.on('field', (name, text) => addText(fields, name, text));
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

/**
 * Takes the operations, parameters and schemas out of 360dialog's page, and none of its prose, for the mocks:
 *
 *     node bench/extract-openapi.ts <360dialog's page>
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

interface Document {
  readonly info: { readonly version: string };
  readonly paths: Readonly<Record<string, object>>;
  readonly components: { readonly schemas: object; readonly securitySchemes: object };
}

const prose = new Set(['description', 'example', 'examples', 'summary', 'title', 'tags']);
const [page] = process.argv.slice(2);
if (!page) throw new Error('Usage: extract-openapi.ts <360dialog page>');
const documents = [...readFileSync(page, 'utf8').matchAll(/^```json\n([\s\S]*?)\n```$/gm)].map(
  ([, text = '']): Document => JSON.parse(text),
);
const [first] = documents;
if (!first) throw new Error(`${page} holds no OpenAPI document`);

const merged = {
  openapi: '3.1.0',
  info: { title: 'Messaging API', version: first.info.version },
  security: [{ 'D360-API-KEY': [] }],
  paths: {
    '/block_users': Object.assign({}, ...documents.map(({ paths }) => strip(paths['/block_users']))),
  },
  components: {
    securitySchemes: strip(first.components.securitySchemes),
    schemas: Object.assign({}, ...documents.map(({ components }) => strip(components.schemas))),
  },
};
const target = path.join(import.meta.dirname, 'peers', '360dialog.openapi.json');
writeFileSync(target, `${JSON.stringify(merged, null, 2)}\n`);

/** A response must have a description: its text goes, the field stays. */
function strip(value: unknown, inResponse = false): unknown {
  if (Array.isArray(value)) return value.map((item) => strip(item));
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value)
    .filter(([name, field]) => !(prose.has(name) && typeof field !== 'object') && name !== 'tags')
    .map(([name, field]) => [name, strip(field, /^\d{3}$/.test(name))]);
  return { ...(inResponse && { description: '' }), ...Object.fromEntries(kept) };
}

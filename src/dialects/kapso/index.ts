import type { Dialect } from '../dialect.ts';
import { caller } from './caller.ts';
import { credential, isUnderPrefix, parseRequest, place } from './edge.ts';
import { webhooks } from './webhook.ts';
import { examples, render, renderError } from './wire.ts';

/** Kapso's Meta proxy: Graph's paths under `/meta/whatsapp`, opened by `X-API-Key`. */
export const kapso: Dialect = {
  name: 'kapso',
  claims: ({ path }) => isUnderPrefix(path),
  place,
  credential,
  parse: parseRequest,
  caller,
  webhooks,
  render,
  renderError,
  examples,
  docs: async () => (await import('./openapi.ts')).docs,
};

import type { Dialect } from '../dialect.ts';
import { isUnderPrefix, parseRequest } from './edge.ts';
import { examples, render, renderError } from './wire.ts';

/** Kapso's Meta proxy: Graph's paths under `/meta/whatsapp`, opened by `X-API-Key`. */
export const kapso: Dialect = {
  name: 'kapso',
  claims: ({ path }) => isUnderPrefix(path),
  parse: parseRequest,
  render,
  renderError,
  examples,
  docs: async () => (await import('./openapi.ts')).docs,
};

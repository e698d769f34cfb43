import type { Dialect } from '../dialect.ts';
import { parseRequest } from './edge.ts';
import { examples, render, renderError } from './wire.ts';

/** Meta's Cloud API: `/{version}/{phone_number_id}/block_users` on the Graph host. It takes what no other dialect claims. */
export const meta: Dialect = {
  name: 'meta',
  claims: () => true,
  parse: parseRequest,
  render,
  renderError,
  examples,
  docs: async () => (await import('./openapi.ts')).docs,
};

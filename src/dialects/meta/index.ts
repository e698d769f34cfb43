import type { Dialect } from '../dialect.ts';
import { caller } from './caller.ts';
import { credential, parseRequest, place } from './edge.ts';
import { webhooks } from './webhook.ts';
import { examples, render, renderError } from './wire.ts';

/** Meta's Cloud API: `/{version}/{phone_number_id}/block_users` on the Graph host. It takes what no other dialect claims. */
export const meta: Dialect = {
  name: 'meta',
  claims: () => true,
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

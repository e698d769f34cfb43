import type { Dialect } from '../dialect.ts';
import { caller } from './caller.ts';
import { claims, credential, parseRequest, place } from './edge.ts';
import { webhooks } from './webhook.ts';
import { examples, render, renderError } from './wire.ts';

/** 360dialog's Messaging API: `/block_users` at the host's root; the key in `D360-API-KEY` is the number. */
export const d360: Dialect = {
  name: '360dialog',
  claims,
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

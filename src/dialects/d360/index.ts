import type { Dialect } from '../dialect.ts';
import { claims, parseRequest } from './edge.ts';
import { examples, render, renderError } from './wire.ts';

/** 360dialog's Messaging API: `/block_users` at the host's root; the key in `D360-API-KEY` is the number. */
export const d360: Dialect = {
  name: '360dialog',
  claims,
  parse: parseRequest,
  render,
  renderError,
  examples,
  docs: async () => (await import('./openapi.ts')).docs,
};

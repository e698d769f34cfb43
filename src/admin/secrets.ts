import { invalid, type Problem } from './problem.ts';

/** Secrets that are given to a server that can keep none. */
export function unsealable(fields: readonly string[]): Problem {
  const detail = 'cannot be kept: the server has no GATEHOUSE_SECRET_KEY to encrypt it with.';
  return invalid(...fields.map((field) => ({ field, detail })));
}

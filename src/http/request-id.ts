import { randomBytes } from 'node:crypto';

/** A new request id in the form of Graph's `fbtrace_id`: `A` and 22 characters of base64url. */
export function makeRequestId(): string {
  return `A${randomBytes(17).toString('base64url').slice(0, 22)}`;
}

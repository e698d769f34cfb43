import { randomFillSync } from 'node:crypto';

const bytesPerId = 17;
/** Random bytes for many ids: to ask for them costs much more than to make an id of them. */
const pool = Buffer.alloc(256 * bytesPerId);
let used = pool.length;

/** A new request id in the form of Graph's `fbtrace_id`: `A` and 22 characters of base64url. */
export function makeRequestId(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const from = used;
  used += bytesPerId;
  return `A${pool.toString('base64url', from, used).slice(0, 22)}`;
}

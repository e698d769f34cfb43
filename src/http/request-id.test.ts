import assert from 'node:assert/strict';
import { it } from 'node:test';
import { makeRequestId } from './request-id.ts';

it('a request id looks like Graph’s fbtrace_id, and none comes twice', () => {
  const ids = Array.from({ length: 10_000 }, makeRequestId);
  for (const id of ids) assert.match(id, /^A[A-Za-z0-9_-]{22}$/);
  assert.equal(new Set(ids).size, ids.length);
});

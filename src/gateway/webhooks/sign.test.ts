import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { it } from 'node:test';
import { signed } from './sign.ts';

it('a body that goes on is signed as by Meta and as by Kapso', () => {
  const body = Buffer.from('{"a":"\u00e9"}');
  const mac = createHmac('sha256', 'the secret').update(body).digest('hex');
  assert.deepEqual(signed(body, 'the secret'), { 'x-hub-signature-256': `sha256=${mac}`, 'x-webhook-signature': mac });
});

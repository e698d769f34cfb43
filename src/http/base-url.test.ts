import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { describe, it } from 'node:test';
import { baseUrlOf } from './base-url.ts';

function from(host: string | undefined, localAddress = '127.0.0.1'): IncomingMessage {
  return { headers: { host }, socket: { localAddress, localPort: 8080 } } as unknown as IncomingMessage;
}

describe('baseUrlOf', () => {
  it('is the public URL if there is one', () => {
    assert.equal(baseUrlOf(from('a.example.com'), 'https://b.example.com/x'), 'https://b.example.com/x');
  });

  it('is the host as the client wrote it', () => {
    for (const host of ['localhost:8080', 'a_b.example.com', '10.0.0.1', '[::1]:8080', '[fe80::1]']) {
      assert.equal(baseUrlOf(from(host), undefined), `http://${host}`);
    }
  });

  it('is where the connection came to if no link may carry the host', () => {
    for (const host of [
      undefined,
      '',
      'a b',
      'a/b',
      'a@b',
      'a?b',
      'a"b',
      'a:b',
      'a:123456',
      '[::1',
      '<script>',
      '::1',
    ]) {
      assert.equal(baseUrlOf(from(host), undefined), 'http://127.0.0.1:8080', String(host));
    }
    assert.equal(baseUrlOf(from(undefined, '::1'), undefined), 'http://[::1]:8080');
  });
});

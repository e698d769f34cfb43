import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Mac } from './mac.ts';

const bytes = (maxLength: number) => fc.uint8Array({ maxLength });

describe('a MAC', () => {
  it('is the beginning of the HMAC-SHA-256 of the subject, a zero byte and the text', () =>
    fc.assert(
      fc.property(bytes(64), fc.string(), bytes(200), (secret, subject, text) => {
        const hmac = createHmac('sha256', secret).update(`${subject}\0`).update(text).digest('base64url');
        const mac = new Mac(secret, subject);
        for (let time = 0; time < 2; time += 1) assert.equal(mac.of(text), hmac.slice(0, 16));
      }),
    ));

  it('matches its own text and no other', () => {
    const mac = new Mac(Buffer.alloc(32, 1), 'one');
    const found = mac.of(Buffer.from('text'));
    assert.equal(mac.matches(Buffer.from('text'), found), true);
    assert.equal(mac.matches(Buffer.from('texts'), found), false);
    assert.equal(new Mac(Buffer.alloc(32, 1), 'two').matches(Buffer.from('text'), found), false);
    assert.equal(new Mac(Buffer.alloc(32, 2), 'one').matches(Buffer.from('text'), found), false);
    // The last has the same bytes, if only one of each character is looked at.
    const others = ['', found.slice(1), `${found}A`, `${found} `, String.fromCharCode(...[...found].map(shifted))];
    for (const other of others) assert.equal(mac.matches(Buffer.from('text'), other), false, other);
  });
});

function shifted(character: string): number {
  return character.charCodeAt(0) + 0x100;
}

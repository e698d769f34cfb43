import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Mask } from './mask.ts';
import { inPieces } from './pieces.contract.ts';

/** What comes out at the end, of bytes that came in pieces; the same comes out of all of them at once. */
function masked(secret: string, pieces: readonly Buffer[]): string {
  const mask = new Mask(secret);
  const stream = mask.stream();
  const out = Buffer.concat([...pieces.map((piece) => stream.push(piece)), stream.end()]);
  assert.deepEqual(mask.whole(Buffer.concat(pieces)), out);
  return out.toString('latin1');
}

describe('a masked stream', () => {
  it('has no secret in it, and is the same but for that, however it came in pieces', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 60 });
    const secrets = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(letters, secrets, fc.infiniteStream(fc.nat(7)), (text, secret, sizes) => {
        const expected = text.replaceAll(secret, 'x'.repeat(secret.length));
        assert.equal(masked(secret, inPieces(Buffer.from(text), sizes)), expected);
      }),
      { numRuns: 2000 },
    );
  });

  it('finds each way to write a secret, and never changes the length', () => {
    const secret = 'to/ken "1|2"é+';
    const writings = [
      secret,
      JSON.stringify(secret),
      JSON.stringify({ url: secret }).replaceAll('/', '\\/'),
      encodeURIComponent(secret),
      encodeURIComponent(secret).toLowerCase(),
      new URLSearchParams({ access_token: secret }).toString(),
    ];
    for (const text of writings) {
      const bytes = Buffer.from(`<${text}>`);
      for (let at = 1; at < bytes.length; at += 1) {
        const out = masked(secret, [bytes.subarray(0, at), bytes.subarray(at)]);
        assert.match(out, /^<[^x]*x{14,}[^x]*>$/, text);
        assert.equal(out.length, bytes.length);
      }
    }
  });

  it('keeps nothing waiting but what may be the beginning of the secret', () => {
    const stream = new Mask('token').stream();
    const said = ['a to', 'ke', 'n, a tok', 'yo, tok'].map((piece) => stream.push(Buffer.from(piece)).toString());
    assert.deepEqual(said, ['a ', '', 'xxxxx, a ', 'tokyo, ']);
    assert.equal(stream.end().toString(), 'tok');
    assert.equal(stream.hasFound, true);
  });

  it('leaves the bytes that came as they are', () => {
    const bytes = Buffer.from('a token');
    new Mask('token').stream().push(bytes);
    new Mask('token').whole(bytes);
    assert.equal(bytes.toString(), 'a token');
    assert.equal(masked('', [bytes]), 'a token');
  });
});

describe('a masked text', () => {
  it('has no secret in it', () => {
    const mask = new Mask('a b');
    assert.equal(mask.text('x=a b&y=a%20b&z=a+b&b=ab'), 'x=xxx&y=xxxxx&z=xxx&b=ab');
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isSameSecret, isSameSignature, signatureOf } from './signature.ts';

describe('a signature', () => {
  it('is the HMAC-SHA-256 of the bytes, in lower-case hex', () => {
    // https://www.rfc-editor.org/rfc/rfc4231#section-4.3
    assert.equal(
      signatureOf(Buffer.from('what do ya want for nothing?'), 'Jefe'),
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    );
  });

  it('is of the bytes and not of a text', () => {
    const [broken, replaced] = [Buffer.from([0xff]), Buffer.from('\ufffd')];
    assert.notEqual(signatureOf(broken, 'a secret'), signatureOf(replaced, 'a secret'));
  });

  it('is the same only if every byte is, whatever was given', () => {
    assert.equal(isSameSignature('sha256=5bdcc1', 'sha256=5bdcc1'), true);
    for (const other of ['', 'sha256=5bdcc', 'sha256=5bdcc10', 'sha256=5bdcc2', 'sha256=5BDCC1', 'sha256=5bdcé']) {
      assert.equal(isSameSignature(other, 'sha256=5bdcc1'), false, other);
    }
  });
});

describe('two secrets', () => {
  it('are the same only if every byte is', () => {
    assert.equal(isSameSecret('a secret', 'a secret'), true);
    assert.equal(isSameSecret(Buffer.from('é'), 'é'), true);
    for (const other of ['', 'a secre', 'a secret ', 'A secret', 'a secres']) {
      assert.equal(isSameSecret(other, 'a secret'), false, other);
    }
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isBatch, parameterNames, withoutCredentials } from './query.ts';

describe('withoutCredentials', () => {
  const cut: readonly (readonly [text: string, rest: string])[] = [
    ['access_token=secret', ''],
    ['access_token', ''],
    ['a=1&access_token=x&b=2', 'a=1&b=2'],
    ['a=%20&access_token=x&appsecret_proof=y&b=+&', 'a=%20&b=+&'],
    ['access_token=x&access_token=y&&c', '&c'],
    ['%61ccess_token=x&b=%61', 'b=%61'],
    ['access%5ftoken=x&access%5Ftoken=y&z', 'z'],
  ];
  for (const [text, rest] of cut) {
    it(`cuts ${text} down to ${rest || 'nothing'}`, () => assert.equal(withoutCredentials(text), rest));
  }

  for (const text of [
    '',
    'a=1&b=2',
    'fields=access_token',
    'my_access_token=x',
    'access_token2=x',
    '%',
    '%zz&%e4=access_token',
  ])
    it(`leaves ${text || 'an empty text'}`, () => assert.equal(withoutCredentials(text), undefined));
});

describe('parameterNames', () => {
  it('reads the names, however they are written', () =>
    assert.deepEqual(parameterNames('a=1&%62atch=2&c+d&=e'), ['a', 'batch', 'c d', '']));
});

describe('isBatch', () => {
  it('knows the writings of a batch', () => {
    for (const name of ['batch', ' batch', 'batch[0]', 'Batch', 'batch [0][method]']) assert.ok(isBatch(name), name);
    for (const name of ['batches', 'a_batch', 'batch_id', '']) assert.ok(!isBatch(name), name);
  });
});

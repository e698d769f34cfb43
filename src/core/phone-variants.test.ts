import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { WaId } from './ids.ts';
import { variantKey } from './phone-variants.ts';

const keyOf = (text: string) => variantKey(text as WaId);

describe('the key that variants of a phone number share', () => {
  it('is the same with and without the ninth digit of a Brazilian mobile number', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[1-9]{2}$/), fc.stringMatching(/^[6-9][0-9]{7}$/), (area, number) => {
        assert.equal(keyOf(`55${area}9${number}`), keyOf(`55${area}${number}`));
        assert.notEqual(keyOf(`55${area}${number}`), undefined);
      }),
    );
  });

  it('does not join a Brazilian landline with a mobile number', () => {
    assert.equal(keyOf('551133334444'), undefined);
    assert.equal(keyOf('5511933334444'), undefined);
  });

  for (const [country, code, mobile] of [
    ['Mexican', '52', '1'],
    ['Argentine', '54', '9'],
  ] as const) {
    it(`is the same with and without the ${mobile} of a ${country} mobile number`, () => {
      fc.assert(
        fc.property(fc.stringMatching(/^[1-9][0-9]{9}$/), (number) => {
          assert.equal(keyOf(`${code}${mobile}${number}`), keyOf(`${code}${number}`));
          assert.notEqual(keyOf(`${code}${number}`), undefined);
        }),
      );
    });
  }

  it('tells different people apart', () => {
    const numbers = [
      '5511998765432',
      '5511998765433',
      '5521998765432',
      '5215512345678',
      '5215512345679',
      '5491123456789',
    ];
    assert.equal(new Set(numbers.map(keyOf)).size, numbers.length);
  });

  it('is none where a number has one form', () => {
    for (const number of ['16505551234', '442079460958', '4915112345678', '5255123456', '54911234567', '5511998765']) {
      assert.equal(keyOf(number), undefined, number);
    }
  });
});

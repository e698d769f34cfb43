import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Distribution } from './distribution.ts';

describe('a distribution', () => {
  it('counts a value in the first bucket that holds it, bounds included', () => {
    const spread = new Distribution([1, 10]);
    for (const value of [0, 1, 1.5, 10, 10.1, 1000]) spread.add(value);
    assert.deepEqual(spread.counts, [2, 2, 2]);
    assert.equal(spread.sum, 1022.6);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Recent } from './recent.ts';

describe('recent values', () => {
  it('are no more than may be, and the half asked for last is always there', () => {
    const step = fc.record({ id: fc.integer({ min: 0, max: 30 }), put: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const recent = new Recent<number, { id: number }>(10);
        let last: number[] = [];
        for (const { id, put } of steps) {
          if (put) recent.set(id, { id });
          const found = recent.get(id);
          assert.ok(found === undefined || found.id === id);
          if (found) last = [id, ...last.filter((other) => other !== id)].slice(0, 5);
          for (const known of last) assert.deepEqual(recent.get(known), { id: known });
          last = last.toReversed();
        }
        const kept = Array.from({ length: 31 }, (_, id) => id).filter((id) => recent.get(id) !== undefined);
        assert.ok(kept.length <= 10, `${kept}`);
      }),
    );
  });

  it('are forgotten all at once', () => {
    const recent = new Recent<string, object>(4);
    for (const id of ['a', 'b', 'c', 'd']) recent.set(id, {});
    recent.clear();
    for (const id of ['a', 'b', 'c', 'd']) assert.equal(recent.get(id), undefined);
  });
});

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { waitsIn } from './delivery-line.ts';
import type { DeliveryId } from './ids.ts';

it('names the first one before that is about the same, whatever that waits for itself', () => {
  const line = ['a:x', 'b:y', 'c:', 'd:y,x', 'e:y', 'f:z', 'g:z,y', 'h:'].map((text) => {
    const [id, keys = ''] = text.split(':');
    return { id: id as DeliveryId, keys: keys.split(',').filter((key) => key !== '') };
  });
  const waits = [...waitsIn(line)].map(([id, { id: before }]) => `${id} ${before}`);
  assert.deepEqual(waits, ['d a', 'e b', 'g b']);
});

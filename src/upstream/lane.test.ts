import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PhoneNumberId, WaId } from '../core/ids.ts';
import { Lane } from './lane.ts';

const newLane = () => new Lane('106540352242922' as PhoneNumberId);
const user = { kind: 'wa_id', waId: '16505551234' as WaId } as const;

describe('a lane', () => {
  it('remembers what the provider may have heard of, by its generation', () => {
    const lane = newLane();
    lane.noteUnknown([{ user, generation: 3 }]);
    assert.deepEqual([lane.isUnknown({ user, generation: 3 }), lane.isUnknown({ user, generation: 4 })], [true, false]);
    assert.equal(lane.isIdle, false);
    lane.noteKnown([{ user }]);
    assert.equal(lane.isUnknown({ user, generation: 3 }), false);
    assert.equal(lane.isIdle, true);
  });

  it('makes requests smaller that are refused, down to one user, and larger again', () => {
    const lane = newLane();
    assert.equal(lane.batchOf(1000), 1000);
    lane.shrinkBatch(5);
    assert.equal(lane.batchOf(1000), 2);
    lane.shrinkBatch(1);
    assert.equal(lane.batchOf(1000), 1);
    for (let time = 0; time < 20; time += 1) lane.growBatch();
    assert.equal(lane.batchOf(1000), 1000);
  });
});

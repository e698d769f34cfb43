import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Holding } from '../core/holding.ts';
import type { ConnectionName, PhoneNumberId, WaId } from '../core/ids.ts';
import type { Leases } from '../core/ports.ts';
import { Lane } from './lane.ts';

const number = '106540352242922' as PhoneNumberId;
const upstream = { connection: 'cloud' as ConnectionName, numberId: number };

/** Whose leases get these tokens, one after the other; `undefined`: another node has it. */
function newLane(...tokens: readonly (number | undefined)[]): Lane {
  const left = [...tokens];
  const leases: Leases = {
    isShared: true,
    async claim(work) {
      const token = left.shift();
      return token === undefined ? undefined : { work, token };
    },
    renew: async () => true,
    release: async () => {},
  };
  return new Lane(number, new Holding({ leases, work: 'w', leaseFor: 0, time: () => 0 }));
}
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

  it('settles nothing that it kept once another node may have had the list', async () => {
    const lane = newLane(1, 1, undefined, 3);
    const kept = [{ push: { user, goal: 'block', generation: 3 }, result: { kind: 'done' } }] as const;
    const keptAfter = async () => [await lane.take(upstream), lane.kept.length];
    await lane.take(upstream);
    lane.kept = kept;
    lane.mayImport = false;
    await lane.rest();
    assert.equal(lane.holding.isHeld, true, 'it has something to settle');
    assert.deepEqual(
      [await keptAfter(), await keptAfter()],
      [
        [true, 1],
        [false, 1],
      ],
    );
    assert.deepEqual([await keptAfter(), lane.mayImport], [[true, 0], true]);
  });

  it('looks whether there is something to import when the list there is another one', async () => {
    const lane = newLane(1, 1, 1);
    await lane.take(upstream);
    lane.mayImport = false;
    lane.importTries = 3;
    await lane.take(upstream);
    assert.equal(lane.mayImport, false);
    await lane.take({ ...upstream, connection: 'other' as ConnectionName });
    assert.deepEqual([lane.mayImport, lane.importTries], [true, 0]);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { WaId } from '../core/ids.ts';
import type { Push, PushGoal } from '../core/push.ts';
import type { Listing } from './listing.ts';
import { judge } from './verdict.ts';

const user = { kind: 'wa_id', waId: '16505551234' as WaId } as const;

const push = (goal: PushGoal, more: Partial<Push> = {}): Push => ({
  ...{ user, goal, generation: 1, attempts: 0, isIntent: false },
  ...more,
});

/** What is said of a push by a list on which the user is, or is not, among so many. */
function verdict(one: Push, list: Partial<Listing> & { readonly isThere: boolean }, expected = 0): string {
  const { isThere, count = 5, isComplete = true } = list;
  return judge(one, { listing: { count, isComplete, has: () => isThere }, expected, retryAt: 9 }).kind;
}

describe('the provider’s list', () => {
  it('settles what is as it was to be', () => {
    assert.equal(verdict(push('block'), { isThere: true }), 'done');
    assert.equal(verdict(push('block'), { isThere: true, isComplete: false }), 'done');
    assert.equal(verdict(push('unblock'), { isThere: false }), 'done');
  });

  it('has a push made again that is not', () => {
    assert.equal(verdict(push('block'), { isThere: false }), 'retry');
    assert.equal(verdict(push('unblock'), { isThere: true }), 'retry');
    assert.equal(verdict(push('unblock'), { isThere: true, isComplete: false }), 'retry');
  });

  it('ends an intent that is not', () => {
    assert.equal(verdict(push('block', { isIntent: true }), { isThere: false }), 'failed');
    assert.equal(verdict(push('unblock', { isIntent: true }), { isThere: true }), 'failed');
  });

  it('says nothing of who is not on it unless all of it was read', () => {
    for (const isIntent of [false, true])
      for (const goal of ['block', 'unblock'] as const)
        assert.equal(verdict(push(goal, { isIntent }), { isThere: false, isComplete: false }), 'retry');
  });

  it('is not believed when it is empty and should not be, but for a while', () => {
    const empty = { isThere: false, count: 0 };
    for (const isIntent of [false, true]) {
      assert.equal(verdict(push('unblock', { isIntent }), empty, 1), 'retry');
      assert.equal(verdict(push('unblock', { isIntent }), empty, 0), 'done');
      assert.equal(verdict(push('unblock', { isIntent, attempts: 3 }), empty, 1), 'done');
    }
  });
});

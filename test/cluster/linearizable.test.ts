import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Call, findFaults, type Operation } from './linearizable.ts';

/** A call of Ann, or of another user, from one time to another. */
function call(begun: number, ended: number, what: string, user = 'ann'): Operation {
  return { user, begun, ended, ...calls[what]! };
}

const calls: Readonly<Record<string, Call>> = {
  block: { kind: 'block', changed: true },
  'block again': { kind: 'block', changed: false },
  'block?': { kind: 'block', changed: 'unknown' },
  unblock: { kind: 'unblock', changed: true },
  'unblock again': { kind: 'unblock', changed: false },
  'unblock?': { kind: 'unblock', changed: 'unknown' },
  blocked: { kind: 'check', blocked: true },
  free: { kind: 'check', blocked: false },
};

describe('a history is refused that', () => {
  const faults: [what: string, Operation[]][] = [
    ['has a stale read after an acknowledged block', [call(0, 1, 'block'), call(2, 3, 'free')]],
    ['lost a write', [call(0, 1, 'block'), call(2, 3, 'blocked'), call(4, 5, 'free')]],
    ['lost an unblock', [call(0, 1, 'block'), call(2, 3, 'unblock'), call(4, 5, 'blocked')]],
    ['made a block up', [call(0, 1, 'blocked')]],
    ['goes back and forth during one block', [call(0, 9, 'block'), call(1, 2, 'blocked'), call(3, 4, 'free')]],
    ['has two winners', [call(0, 5, 'block'), call(0, 5, 'block')]],
    ['has no winner', [call(0, 5, 'block again'), call(0, 5, 'block again')]],
    [
      'carries out twice what it told nobody',
      [call(0, 1, 'block?'), call(2, 3, 'blocked'), call(4, 5, 'unblock'), call(6, 7, 'blocked')],
    ],
    ['carries something out before it was asked for', [call(0, 1, 'blocked'), call(2, 3, 'block?')]],
    ['is right for one user and wrong for another', [call(0, 1, 'block'), call(2, 3, 'blocked', 'bob')]],
  ];
  for (const [what, history] of faults) it(what, () => assert.equal(findFaults(history).length, 1));

  it('has a fault of each of two users, and tells what was under way', () => {
    const late = call(2, 3, 'free');
    const beside = call(1, 9, 'block again');
    const history = [call(0, 1, 'block'), beside, late, call(2, 3, 'blocked', 'bob')];
    const faults = findFaults(history);
    assert.deepEqual(faults[0], { operation: late, beside: [beside] });
    assert.equal(faults.length, 2);
  });
});

describe('a history is taken', () => {
  const good: [what: string, Operation[]][] = [
    [
      'in which reads differ while a write is under way',
      [call(0, 9, 'block'), call(1, 2, 'free'), call(3, 4, 'blocked')],
    ],
    ['in which one of two blocks is the first', [call(0, 5, 'block again'), call(0, 5, 'block')]],
    ['in which a block without an answer was carried out', [call(0, 1, 'block?'), call(2, 3, 'blocked')]],
    ['in which it was not', [call(0, 1, 'block?'), call(2, 3, 'free'), call(4, 5, 'free')]],
    [
      'in which it was carried out late',
      [call(0, 1, 'block?'), call(2, 3, 'free'), call(4, 5, 'blocked'), call(6, 7, 'block again')],
    ],
    [
      'in which two without an answer undid each other',
      [call(0, 1, 'block'), call(2, 3, 'unblock?'), call(2, 3, 'block?'), call(4, 5, 'free'), call(6, 7, 'blocked')],
    ],
    ['of two users, each for themselves', [call(0, 1, 'block'), call(2, 3, 'free', 'bob')]],
  ];
  for (const [what, history] of good) it(what, () => assert.deepEqual(findFaults(history), []));
});

/** Plays calls one after the other, each in a moment within its time; some are not told how it ended. */
const played = fc
  .array(
    fc.record({
      kind: fc.constantFrom('block', 'unblock', 'check'),
      at: fc.integer({ min: 0, max: 40 }),
      before: fc.nat(6),
      after: fc.nat(6),
      told: fc.integer({ min: 0, max: 5 }).map((dice) => dice > 0),
    }),
    { minLength: 1, maxLength: 30 },
  )
  .map((steps) => {
    let isBlocked = false;
    return steps
      .toSorted((one, other) => one.at - other.at)
      .map(({ kind, at, before, after, told }): Operation => {
        const was = isBlocked;
        if (kind !== 'check') isBlocked = kind === 'block';
        const time = { user: 'ann', begun: at - before, ended: at + after };
        if (kind === 'check') return { ...time, kind, blocked: was };
        return { ...time, kind, changed: told ? was !== isBlocked : 'unknown' } as Operation;
      });
  });

it('takes whatever one after the other leads to, however the calls overlap', () => {
  fc.assert(fc.property(played, (history) => assert.deepEqual(findFaults(history), [])));
});

it('says the same as one who tries all orders', () => {
  const few = played.filter(({ length }) => length <= 6);
  const anyhow = fc.tuple(few, fc.nat(5)).map(([history, place]) =>
    history.map((one, index): Operation => {
      if (index !== place % history.length) return one;
      if (one.kind === 'check') return { ...one, blocked: !one.blocked };
      return one.changed === 'unknown' ? one : { ...one, changed: !one.changed };
    }),
  );
  fc.assert(
    fc.property(anyhow, (history) => assert.equal(findFaults(history).length === 0, isPossible(history, false))),
  );
});

/** Whether some first call can be the first, and the rest can follow it. */
function isPossible(left: readonly Operation[], isBlocked: boolean): boolean {
  const needed = left.filter((one) => !isOpen(one));
  if (needed.length === 0) return true;
  const firstEnd = Math.min(...needed.map(({ ended }) => ended));
  return left.some((one) => {
    if (one.begun > firstEnd) return false;
    const goal = one.kind === 'check' ? isBlocked : one.kind === 'block';
    const told = one.kind === 'check' ? one.blocked === isBlocked : isOpen(one) || one.changed === (goal !== isBlocked);
    return (
      told &&
      isPossible(
        left.filter((other) => other !== one),
        goal,
      )
    );
  });
}

function isOpen(one: Operation): boolean {
  return one.kind !== 'check' && one.changed === 'unknown';
}

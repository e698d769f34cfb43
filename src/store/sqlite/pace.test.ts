import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Pace, type PaceLimits } from './pace.ts';

/** A pace that is told of groups, and knows where writes are made. */
class Bench {
  readonly pace;
  readonly #observer;
  isInThread = false;

  constructor(limits?: PaceLimits) {
    this.pace = new Pace(limits);
    this.#observer = this.pace.watch();
  }

  /** After how many groups of this kind, of `most`, writes change their thread; undefined: they do not. */
  groups(
    most: number,
    commitMilliseconds: number,
    writes = 1,
    { work = 0.02, smallRows = writes } = {},
  ): number | undefined {
    for (let count = 1; count <= most; count += 1) {
      const milliseconds = commitMilliseconds + work;
      this.#observer.committed({ writes, milliseconds, commitMilliseconds, workMilliseconds: work, smallRows });
      const before = this.isInThread;
      this.isInThread = this.pace.asksForThread(before);
      if (this.isInThread !== before) return count;
    }
    return undefined;
  }
}

describe('the pace', () => {
  it('leaves short groups where they are, however many writes share one', () => {
    const bench = new Bench();
    assert.equal(bench.groups(1000, 0.4), undefined);
    assert.equal(bench.groups(1000, 1.75, 32), undefined);
    assert.equal(bench.groups(1000, 14, 256), undefined);
    assert.equal(bench.groups(1000, 4, 64, { work: 15, smallRows: 192 }), undefined);
  });

  for (const [what, commit, writes, rest] of [
    ['a disk that takes 5 ms', 5.2, 1, {}],
    ['the same disk and many clients', 6.8, 32, {}],
    ['the same disk and many webhooks', 7, 64, { work: 7, smallRows: 192 }],
    ['blocks of 1,000 users', 2, 1, { work: 10, smallRows: 3 }],
  ] as const) {
    it(`asks for the thread within a dozen groups (${what}), and for the way back within two dozen short ones`, () => {
      const bench = new Bench();
      assert.ok((bench.groups(12, commit, writes, rest) ?? 0) > 1);
      assert.equal(bench.groups(1000, commit, writes, rest), undefined);
      assert.ok((bench.groups(24, 0.4) ?? 0) > 1);
      assert.equal(bench.groups(1000, 0.4), undefined);
    });
  }

  it('is not moved by one hiccup', () => {
    const bench = new Bench();
    bench.groups(100, 0.4);
    assert.equal(bench.groups(1, 12), undefined);
    assert.equal(bench.groups(100, 0.4), undefined);
  });

  it('asks for the thread at once when a disk stalls, and for no longer than some short groups', () => {
    for (const stall of [50, 60_000]) {
      const bench = new Bench();
      bench.groups(100, 0.4);
      assert.equal(bench.groups(1, stall), 1);
      assert.ok((bench.groups(24, 0.4) ?? 0) > 1);
    }
  });

  it('leaves writes where they are while groups are neither long nor short', () => {
    const bench = new Bench();
    assert.equal(bench.groups(1000, 1.5), undefined);
    bench.groups(100, 10);
    assert.equal(bench.isInThread, true);
    assert.equal(bench.groups(1000, 1.5), undefined);
  });

  it('begins anew when it is told to', () => {
    const bench = new Bench();
    bench.groups(100, 10);
    bench.pace.forget();
    assert.equal(bench.pace.asksForThread(false), false);
  });

  it('can be made to ask for the thread always, from the first group on, or never', () => {
    const always = new Bench({ handOver: 0, takeBack: 0 });
    assert.equal(always.groups(1, 0.1), 1);
    assert.equal(always.groups(1000, 0), undefined);
    assert.equal(new Bench({ handOver: Infinity, takeBack: 0 }).groups(100, 100), undefined);
  });

  it('tells another observer of each group once', () => {
    const told: unknown[] = [];
    const group = { writes: 1, milliseconds: 2, commitMilliseconds: 1, workMilliseconds: 1, smallRows: 1 };
    new Pace().watch({ committed: (one) => told.push(one) }).committed(group);
    assert.deepEqual(told, [group]);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { WaId } from './ids.ts';
import type { Preference } from './ports.ts';
import type { SyncState } from './push.ts';
import { type Difference, needsConfirmation, planReconcile } from './reconcile.ts';
import { type KnownIds, UserIndex } from './user.ts';

/** One user, here and there. */
interface Standing {
  readonly here: SyncState | 'removing' | undefined;
  readonly there: boolean;
  readonly isNews: boolean;
}

const standing: fc.Arbitrary<Standing> = fc.record({
  here: fc.constantFrom(undefined, 'pending', 'synced', 'waiting', 'overflow', 'failed', 'removing'),
  there: fc.boolean(),
  isNews: fc.boolean(),
});

const idOf = (index: number): KnownIds => ({ waId: String(16505550000 + index) as WaId });

function listsOf(users: readonly Standing[]) {
  const among = (isIn: (user: Standing) => boolean) =>
    users.flatMap((user, index) => (isIn(user) ? [idOf(index)] : []));
  return {
    ours: {
      entries: users.flatMap(({ here }, index) =>
        here === undefined || here === 'removing' ? [] : [{ ...idOf(index), state: here }],
      ),
      removals: among(({ here }) => here === 'removing'),
      news: new UserIndex(among(({ isNews }) => isNews)),
    },
    theirs: among(({ there }) => there),
    among,
  };
}

const names = (differences: readonly Difference[]) => differences.map(({ user }) => user);

describe('a plan', () => {
  it('tells apart who changed here, there, and on both sides', () => {
    const property = (users: Standing[], isComplete: boolean, prefer: Preference | undefined) => {
      const { ours, theirs, among } = listsOf(users);
      const plan = planReconcile(ours, { users: theirs, isComplete }, prefer);
      const says = isComplete && (theirs.length > 0 || prefer === 'ours');
      const old = (isIn: (user: Standing) => boolean) => among((user) => !user.isNews && isIn(user));
      assert.deepEqual(
        names(plan.add),
        old(({ here, there }) => there && here === undefined),
      );
      assert.deepEqual(
        names(plan.conflicts),
        old(({ here, there }) => there && here === 'removing'),
      );
      assert.deepEqual(
        names(plan.remove),
        old(({ here, there }) => says && !there && here === 'synced'),
      );
      const isUnknown = ({ here }: Standing) => here !== undefined && !['synced', 'removing'].includes(here);
      assert.deepEqual(
        plan.agreed,
        old((user) => user.there && isUnknown(user)),
      );
    };
    const preference = fc.constantFrom<Preference | undefined>('ours', 'theirs', undefined);
    fc.assert(fc.property(fc.array(standing, { maxLength: 12 }), fc.boolean(), preference, property));
  });

  it('keeps nobody for an empty list whom it would not have removed', () => {
    const plan = (state: 'synced' | 'waiting') =>
      planReconcile(
        { entries: [{ ...idOf(1), state }], removals: [], news: new UserIndex() },
        { users: [], isComplete: true },
      );
    assert.deepEqual([plan('synced').keptBecause, plan('waiting').keptBecause], ['empty', undefined]);
  });

  it('knows a user by any id and any form of the phone number, and names each once', () => {
    const entries = [
      { waId: '5511987654321' as WaId, state: 'synced' as const },
      { userId: 'US.1' as never, state: 'synced' as const },
    ];
    const ours = { entries, removals: [], news: new UserIndex() };
    const theirs = [{ waId: '551187654321' as WaId }, { waId: '16505551234' as WaId, userId: 'US.1' as never }];
    const [stranger] = [idOf(1)];
    const plan = planReconcile(ours, { users: [...theirs, stranger, stranger], isComplete: true });
    assert.deepEqual([names(plan.add), plan.remove, plan.conflicts], [[stranger], [], []]);
  });
});

describe('many removals', () => {
  const many = (length: number) => Array.from({ length }, (_, index) => ({ user: idOf(index), reason: '' }));
  const none = { add: [], remove: [], conflicts: [], agreed: [] };
  const big = { ours: 10_000, theirs: 10_000 };

  it('are more than 100, or more than a tenth of the list', () => {
    const needs = (remove: number, ours: number) =>
      needsConfirmation({ ...none, remove: many(remove) }, { ours, theirs: 0 });
    assert.deepEqual(
      [needs(0, 0), needs(1, 10), needs(2, 10), needs(100, 10_000), needs(101, 10_000)],
      [false, false, true, false, true],
    );
  });

  it('are counted where they are made', () => {
    const plan = { ...none, add: many(60), conflicts: many(60) };
    assert.deepEqual([needsConfirmation(plan, big, 'ours'), needsConfirmation(plan, big, 'theirs')], [true, false]);
    assert.deepEqual(needsConfirmation({ ...none, remove: many(200) }, big, 'ours'), false);
  });
});

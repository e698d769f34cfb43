/** What was decided without a lock is written only if all that it was decided over is still so. */
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { afterwards } from '../../../test/helpers/cleanup.ts';
import type { Store } from '../../core/ports.ts';
import { block } from '../changes/change-list.ts';
import { asked, at, by, Caller, one, phones, putNumber, two, user } from '../contract/fixture.contract.ts';
import { openDatabase } from './database.ts';
import { QuickWay } from './quick-way.ts';
import type { Sessions } from './session.ts';
import { openTestStore } from './test-store.contract.ts';
import { WorkingPushes } from './working-pushes.ts';
import { WorkingWebhooks } from './working-webhooks.ts';
import { Written } from './written.ts';

const newcomer = '4915900000001';
const parts = {
  pushes: (context: ConstructorParameters<typeof WorkingPushes>[0]) => new WorkingPushes(context),
  webhooks: (context: ConstructorParameters<typeof WorkingWebhooks>[0]) => new WorkingWebhooks(context),
  beginAgain: async () => {},
};

interface Late {
  readonly store: Store;
  readonly sessions: Sessions;
  readonly written: Written;
  /** Blocks the newcomer over what was read before `meanwhile`. Gives whether that was done. */
  blockAfter(meanwhile: (mine: { by: string; last: number }) => Promise<unknown>): Promise<boolean>;
}

async function open(t: TestContext): Promise<Late> {
  const { store, url } = await openTestStore(t);
  const { sessions } = await openDatabase(url);
  const written = new Written();
  afterwards(t, () => sessions.close());
  await putNumber(store, one);
  return {
    store,
    sessions,
    written,
    blockAfter: async (meanwhile) => {
      const mine = written.next();
      const write: Sessions['write'] = async (sql, values) => {
        await meanwhile(mine);
        return sessions.write(sql, values);
      };
      const way = new QuickWay({ sessions: { ...sessions, write }, parts, written });
      const change = { number: one, users: asked(newcomer), by, at };
      return way.take(one, [user(newcomer)], mine, (set) => {
        block(set, change);
      });
    },
  };
}

describe('a change that is decided without a lock', () => {
  const changes: Readonly<Record<string, (store: Store) => Promise<unknown>>> = {
    'somebody was blocked': (store) => new Caller(store).block(phones(2)),
    'the same user was blocked': (store) => new Caller(store).block(newcomer),
    'the user wrote': (store) => new Caller(store).receive(newcomer, 'US.newcomer'),
    'the number got other rules': (store) => store.directory.putNumber(one, { rules: { capacity: 0 } }, at),
    'the number was deleted': (store) => store.directory.deleteNumber(one, by, at),
  };
  for (const [what, change] of Object.entries(changes)) {
    it(`is not written if ${what} meanwhile`, async (t) => {
      const { store, blockAfter } = await open(t);
      await new Caller(store).block('4915800000000');
      assert.equal(await blockAfter(() => change(store)), false);
    });
  }

  it('is written if nothing of its number was changed', async (t) => {
    const { store, blockAfter } = await open(t);
    await putNumber(store, two);
    const [caller, other] = [new Caller(store), new Caller(store, two)];
    const done = await blockAfter(async () => {
      await Promise.all([other.block(newcomer), caller.unblock(newcomer), caller.page()]);
    });
    assert.ok(done);
    assert.deepEqual(await caller.history(), [`1 block ${newcomer}`]);
  });

  it('waits for who has the lock', async (t) => {
    const { store, sessions, blockAfter } = await open(t);
    const order: string[] = [];
    const { promise: locked, resolve: lock } = Promise.withResolvers<void>();
    const { promise: over, resolve: end } = Promise.withResolvers<void>();
    const holding = sessions.transaction(async (session) => {
      await session.query({ name: '', text: 'SELECT FROM number_state WHERE number = $1 FOR UPDATE' }, [one]);
      lock();
      await over;
      await session.run({ name: '', text: 'UPDATE number_state SET written = written + 1 WHERE number = $1' }, [one]);
      order.push('changed');
    });
    await locked;
    const blocking = blockAfter(async () => void setImmediate(end)).then((done) => order.push(`done: ${done}`));
    await Promise.all([holding, blocking]);
    assert.deepEqual(order, ['changed', 'done: false']);
    assert.deepEqual(await new Caller(store).names(), []);
  });

  it('counts no more once somebody looked whether it was done, and it was not', async (t) => {
    const { store, sessions, written, blockAfter } = await open(t);
    await new Caller(store).block('4915800000000');
    const late = await blockAfter(async (mine) => {
      assert.equal(await written.isCommitted(sessions, one, mine), false);
    });
    assert.equal(late, false);
    assert.deepEqual(await new Caller(store).names(), ['4915800000000']);
  });

  it('is known to be done although others wrote since', async (t) => {
    const { store, sessions, written, blockAfter } = await open(t);
    let mine = { by: '', last: 0 };
    assert.ok(
      await blockAfter(async (own) => {
        mine = own;
      }),
    );
    assert.ok(await written.isCommitted(sessions, one, mine));
    await new Caller(store).block(phones(2));
    await new Caller(store).receive('4915100000000');
    assert.ok(await written.isCommitted(sessions, one, mine));
  });
});

/** What was decided without a lock is written only if all that it was decided over is still so. */
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { afterwards } from '../../../test/helpers/cleanup.ts';
import type { Outcome } from '../../core/outcome.ts';
import type { Store } from '../../core/ports.ts';
import { block } from '../changes/change-list.ts';
import { asked, at, by, Caller, one, phones, putNumber, two, user } from '../contract/fixture.contract.ts';
import { openDatabase } from './database.ts';
import { QuickWay } from './quick-way.ts';
import { ReadLists } from './read-lists.ts';
import type { Sessions } from './session.ts';
import { openTestStore } from './test-store.contract.ts';
import { WorkingPushes } from './working-pushes.ts';
import { WorkingSet } from './working-set.ts';
import { WorkingWebhooks } from './working-webhooks.ts';
import { type Stamp, Written } from './written.ts';

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
  /** How often something was read for it so far. */
  reads(): number;
  /** Blocks the newcomer over what was read before `meanwhile`. Gives whether that was done. */
  blockAfter(meanwhile: (mine: Stamp) => Promise<unknown>): Promise<boolean>;
  /** The same for somebody who is taken for a stranger. Gives what became of it; absent: it was not done. */
  guess(user: string, meanwhile?: () => Promise<unknown>): Promise<string | undefined>;
}

async function open(t: TestContext): Promise<Late> {
  const { store, url } = await openTestStore(t);
  const { sessions } = await openDatabase(url);
  const written = new Written();
  afterwards(t, () => sessions.close());
  await putNumber(store, one);
  let reads = 0;
  let before: (mine: Stamp) => Promise<unknown> = async () => {};
  let mine: Stamp = written.next();
  const read: Sessions['read'] = (work) => {
    reads += 1;
    return sessions.read(work);
  };
  const write: Sessions['write'] = async (sql, values) => {
    const once = before;
    before = async () => {};
    await once(mine);
    return sessions.write(sql, values);
  };
  const way = new QuickWay({ sessions: { ...sessions, read, write }, parts, written });
  const take = async (name: string, areStrangers: boolean, meanwhile: typeof before) => {
    before = meanwhile;
    mine = written.next();
    let outcomes: readonly Outcome[] = [];
    const decide = (set: WorkingSet) => {
      outcomes = block(set, { number: one, users: asked(name), by, at });
    };
    const isDone = await way.take({ number: one, users: [user(name)], areStrangers, mine, decide });
    return { isDone, outcomes };
  };
  return {
    store,
    sessions,
    written,
    reads: () => reads,
    blockAfter: async (meanwhile) => (await take(newcomer, false, meanwhile)).isDone,
    guess: async (name, meanwhile = async () => {}) => {
      const { isDone, outcomes } = await take(name, true, meanwhile);
      return isDone ? outcomes[0]?.kind : undefined;
    },
  };
}

const changes: Readonly<Record<string, (store: Store) => Promise<unknown>>> = {
  'somebody was blocked': (store) => new Caller(store).block(phones(2)),
  'the same user was blocked': (store) => new Caller(store).block(newcomer),
  'the user wrote': (store) => new Caller(store).receive(newcomer, 'US.newcomer'),
  'the number got other rules': (store) => store.directory.putNumber(one, { rules: { capacity: 0 } }, at),
  'the number was deleted': (store) => store.directory.deleteNumber(one, by, at),
};

describe('a change that is decided without a lock', () => {
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

describe('a block that is decided as if whom it names were new', () => {
  it('reads nothing once this node has seen the number', async (t) => {
    const { store, reads, guess } = await open(t);
    assert.equal(await guess('4915800000000'), 'added');
    const before = reads();
    assert.equal(await guess(newcomer), 'added');
    assert.equal(reads(), before);
    assert.deepEqual(await new Caller(store).names(), ['4915800000000', newcomer]);
  });

  const endings: Readonly<Record<string, string>> = {
    'somebody was blocked': 'added',
    'the same user was blocked': 'already_there',
    'the user wrote': 'added',
    'the number got other rules': 'refused',
    'the number was deleted': 'Refusal',
  };
  for (const [what, ending] of Object.entries(endings)) {
    it(`is decided anew if ${what} meanwhile`, async (t) => {
      const { store, guess } = await open(t);
      await guess('4915800000000');
      const meanwhile = () => changes[what]?.(store) ?? assert.fail('no such change');
      assert.equal(await guess(newcomer, meanwhile).catch((error: Error) => error.name), ending);
    });
  }

  for (const name of ['5511987654321', '551187654321']) {
    it(`is decided anew if 5511987654321 is known as ${name}`, async (t) => {
      const { store, guess } = await open(t);
      assert.equal(await guess('5511987654321'), 'added');
      assert.equal(await guess(name), 'already_there');
      assert.deepEqual(await new Caller(store).names(), ['5511987654321']);
    });
  }

  it('is decided anew if nothing would be written, for then nothing was compared', async (t) => {
    const { store, guess } = await open(t);
    await store.directory.putNumber(one, { rules: { capacity: 1 } }, at);
    assert.equal(await guess('4915800000000'), 'added');
    const other = new Caller(store);
    await other.unblock('4915800000000');
    assert.equal(await guess(newcomer), 'added');
  });

  it('keeps nothing of whom was found beside the row of the number', async (t) => {
    const { sessions, guess, written } = await open(t);
    await guess(newcomer);
    const users = [user(newcomer)];
    const read = await new ReadLists(sessions).read({ number: one, users });
    assert.equal(read?.people?.length, 1);
    const { states } = WorkingSet.of(one, users, read, parts);
    const row = states.rowWith(written.next());
    assert.deepEqual(
      Object.keys(row ?? {}).filter((name) => name === 'people' || name === 'businesses'),
      [],
    );
  });

  it('is not guessed again at once after it was in vain', async (t) => {
    const { reads, guess } = await open(t);
    for (const name of ['4915800000000', '4915800000000']) await guess(name);
    const before = reads();
    for (const name of phones(33)) await guess(name);
    assert.equal(reads() - before, 32);
  });
});

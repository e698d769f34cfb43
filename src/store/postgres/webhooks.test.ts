import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { afterwards } from '../../../test/helpers/cleanup.ts';
import { Bound } from '../bound.ts';
import { boundsOf } from '../changes/webhook-bounds.ts';
import { at, Caller, hour, one, phones, two } from '../contract/fixture.contract.ts';
import { main } from '../contract/pushes.fixture.contract.ts';
import {
  change,
  intakeOf,
  message,
  ofOne,
  putHooked,
  Taker,
  textOf,
  thereOf,
  url,
} from '../contract/webhooks.fixture.contract.ts';
import { openDatabase } from './database.ts';
import { Groups } from './groups.ts';
import { beginAgain } from './push-lists.ts';
import type { Sessions } from './session.ts';
import { openTestStore } from './test-store.contract.ts';
import { createWebhooks } from './webhooks.ts';
import { WorkingPushes } from './working-pushes.ts';
import { WorkingWebhooks } from './working-webhooks.ts';

const [anna = '', bert = ''] = phones(2);
const ofTwo = { kind: 'number', number: two } as const;

describe('a POST about several numbers', () => {
  it('is taken in number by number, and its repeat takes in the rest of it', async (t) => {
    const { store } = await openTestStore(t, { bounds: { deliveryBytes: 700 } });
    await putHooked(store, one);
    await putHooked(store, two, { url });
    const taker = new Taker(store);
    await store.webhooks.addDelivery(ofTwo, 'x'.repeat(600), at);
    const post = [
      change(one, { messages: [message(anna, 'a')] }),
      change({ there: '777' }, { messages: [message(anna, 'nobody')] }),
      change(two, { messages: [message(bert, 'b')] }),
    ];
    await assert.rejects(taker.take(post), { reason: { kind: 'overloaded', retryAfter: 30 } });
    assert.deepEqual([await taker.told(), await taker.told(ofTwo)], [['a'], ['']]);
    await taker.deliver(ofTwo);
    const again = await taker.take(post);
    assert.deepEqual(again, { apps: [ofTwo], opened: [], messages: 1, blocked: 0 });
    assert.deepEqual([await taker.told(), await taker.told(ofTwo)], [['a'], ['b']]);
    const [delivery] = await taker.waiting(ofTwo);
    assert.equal(delivery?.body, textOf(post.slice(2)));
  });

  it('goes to the number that it is about by then, should one take the place of another meanwhile', async (t) => {
    const { store, url: database } = await openTestStore(t);
    await putHooked(store, one);
    await putHooked(store, two, { url });
    await new Caller(store, two).block(anna);
    const { sessions } = await openDatabase(database);
    afterwards(t, () => sessions.close());
    const swap = async () => {
      await store.directory.putNumber(one, { upstream: { connection: main, numberId: thereOf(two) } }, at);
      await store.directory.putNumber(two, { upstream: { connection: main, numberId: thereOf(one) } }, at);
    };
    const { webhooks, reads } = between(sessions, swap);
    const taken = await webhooks.takeIn(
      intakeOf([change(one, { messages: [message(anna, 'a'), message(bert, 'b')] })]),
    );
    assert.deepEqual([taken, reads()], [{ apps: [ofTwo], opened: [], messages: 2, blocked: 1 }, 2]);
    const taker = new Taker(store);
    assert.deepEqual([await taker.told(ofOne), await taker.told(ofTwo)], [[], ['b']]);
  });
});

describe('what was taken in', () => {
  it('is forgotten in turn, however many numbers there are', async (t) => {
    const { store, query } = await openTestStore(t, { bounds: { seenFor: hour } });
    await query(
      `INSERT INTO seen SELECT '5' || n, sha256(n::text::bytea), ${at} + n % 2 FROM generate_series(1, 2100) AS n`,
    );
    const seen = async () => (await query('SELECT count(*)::int AS n FROM seen'))[0];
    const forget = async (time: number) => {
      let more = 0;
      while (await store.webhooks.expire(time, 600)) more += 1;
      return more;
    };
    assert.deepEqual([await forget(at + hour), await seen()], [2, { n: 1050 }]);
    assert.equal(await store.webhooks.expire(at + hour + 1, 2000), true, 'there are scopes beyond the first thousand');
    assert.equal(await store.webhooks.expire(at + hour + 1, 2000), false);
    assert.deepEqual(await seen(), { n: 0 });
  });
});

/** Webhooks of a store on which something is done once, after what they read first. */
function between(sessions: Sessions, meanwhile: () => Promise<void>) {
  let reads = 0;
  const read: Sessions['read'] = async (work) => {
    const value = await sessions.read(work);
    reads += 1;
    if (reads === 1) await meanwhile();
    return value;
  };
  const parts = {
    pushes: (context: ConstructorParameters<typeof WorkingPushes>[0]) => new WorkingPushes(context),
    webhooks: (context: ConstructorParameters<typeof WorkingWebhooks>[0]) => new WorkingWebhooks(context),
    beginAgain,
  };
  const writes = new Groups({ sessions, bound: new Bound(), parts });
  const webhooks = createWebhooks({ sessions: { ...sessions, read }, writes, bounds: boundsOf({}) });
  return { webhooks, reads: () => reads };
}

/** A store with rows of every kind, for tests of what is done to whole stores. */
import { hashSecret } from '../../core/credentials.ts';
import type { KeyId } from '../../core/ids.ts';
import { works } from '../../core/leases.ts';
import { defaultAccount } from '../../core/numbers.ts';
import type { Store } from '../../core/ports.ts';
import { asked, at, by, Caller, hour, one, phones, putNumber, two } from './fixture.contract.ts';
import {
  failed,
  minute,
  other,
  overflow,
  Pusher,
  putConnection,
  putPushed,
  sealed,
  shop,
  waiting,
} from './pushes.fixture.contract.ts';
import { change, putHooked, status, Taker, url } from './webhooks.fixture.contract.ts';

export const three = '1003' as typeof one;
export const everybody = phones(6);
export const secret = hashSecret('a secret of twenty characters');
const [anna = '', bert = '', carl = '', dora = '', eve = '', fred = ''] = everybody;

export async function fill(store: Store): Promise<void> {
  const { directory, webhooks, pushes, lists, leases, jobs } = store;
  await store.installation.setAdminKeyHash(hashSecret('an admin key of some length'));
  await directory.addAccount({ name: shop, createdAt: at });
  // Hooked, pushed and held.
  await putHooked(store, one, { url, secret: sealed('app'), headers: sealed('headers'), blocked: 'hold' });
  const caller = new Caller(store);
  const pusher = new Pusher(store);
  const taker = new Taker(store);
  await caller.block(['5511987654321', 'US.a', anna], { reason: 'threats, “4711” – ö' });
  await pusher.push();
  await caller.block(bert);
  await pusher.push(waiting());
  await caller.block(carl);
  await pusher.push(failed);
  await caller.block(dora);
  await pusher.push(overflow);
  await caller.unblock(anna, { reason: 'sorry' });
  await caller.block(anna, { at: at + hour });
  await taker.wrote('551187654321', 'r');
  await taker.wrote(`${anna} US.a`, 'joined');
  await taker.wrote(anna, 'held');
  for (const id of ['f', 'g', 'h']) await taker.wrote(fred, id);
  const [first, second] = await taker.waiting();
  if (!first || !second) throw new Error('nothing waits');
  await webhooks.settle(first.id, { kind: 'delivered' }, at);
  await webhooks.settle(second.id, { kind: 'given_up', detail: '500' }, at + minute);
  await webhooks.redeliver(second.id, at + 2 * minute);
  await taker.take([change(undefined, { statuses: [status('nobody')] })]);
  await caller.unblock(['US.a', dora]);
  // Waits for its provider, of another account.
  await putConnection(store, other, { provider: 'kapso', secrets: { token: sealed('t'), appSecret: sealed('s') } });
  await putPushed(store, two, { upstream: { connection: other }, rules: { push: 'wait', pushCapacity: 5 } });
  await pushes.intend('block', { number: two, users: asked(eve, 'US.b'), by, at, reason: 'wait' }, at + minute);
  await new Pusher(store, two).push();
  await pushes.intend('block', { number: two, users: asked(fred), by, at }, at + minute);
  const work = await leases.claim(works.reconcile(one), minute);
  if (!work) throw new Error('nobody else is there');
  await jobs.put(
    one,
    { id: 'j', state: 'done', prefer: 'ours', done: 2, total: 2, startedAt: at, endedAt: at + 1 },
    work,
  );
  // On its own, and with a log that outlives it.
  await putNumber(store, three, 'meta');
  await lists.receive({ number: three, sender: { waId: eve } as never, by, at });
  await new Caller(store, three).block(eve);
  await putNumber(store, '1004' as typeof one);
  await new Caller(store, '1004' as typeof one).block([anna, bert]);
  await directory.deleteNumber('1004' as typeof one, by, at);
  const key = { id: `key_${'k'.repeat(16)}` as KeyId, name: 'k', account: defaultAccount, createdAt: at };
  const fresh = { ...key, numbers: [one, two], expiresAt: at + hour, revokedAt: null };
  await directory.addKey(fresh, secret);
  await directory.addKey(
    { ...fresh, id: `key_${'o'.repeat(16)}` as KeyId, numbers: 'all' as const },
    hashSecret('old'),
  );
  await directory.revokeKey(`key_${'o'.repeat(16)}` as KeyId, at);
}

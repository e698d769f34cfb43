/** Work that writes to every table of the store, for several numbers at the same time. */

import { hashSecret } from '../../core/credentials.ts';
import type { AccountName, ConnectionName, KeyId, PhoneNumberId, WaId } from '../../core/ids.ts';
import { works } from '../../core/leases.ts';
import { defaultAccount } from '../../core/numbers.ts';
import type { Store } from '../../core/ports.ts';
import { asked, at, by, Caller, hour, phones } from '../contract/fixture.contract.ts';
import {
  done,
  failed,
  main,
  minute,
  overflow,
  Pusher,
  putConnection,
  sealed,
} from '../contract/pushes.fixture.contract.ts';
import { change, contact, message, ofAccount, putHooked, Taker, url } from '../contract/webhooks.fixture.contract.ts';

/** Long enough that nothing else is called so. */
export const [first, second, third] = ['700000000000001', '700000000000002', '700000000000003'] as PhoneNumberId[] as [
  PhoneNumberId,
  PhoneNumberId,
  PhoneNumberId,
];
export const numbers: readonly PhoneNumberId[] = [first, second, third];

const [ann = '', bob = '', eve = '', dan = ''] = phones(4);

export async function touchEverything(store: Store): Promise<void> {
  const { directory, pushes, webhooks } = store;
  await putConnection(store);
  for (const number of numbers) await putHooked(store, number, { url, blocked: 'hold' });
  await directory.putNumber(third, { app: null }, at);
  await directory.changeAccountApp(defaultAccount, { url, blocked: 'tag' });
  await store.installation.setAdminKeyHash(hashSecret('the key of the administrator'));
  await store.probe();
  await addKeys(store);
  await Promise.all(numbers.map((number) => changeLists(store, number)));
  await takeIn(store);
  await Promise.all(numbers.map((number) => push(store, number)));
  // To another list: each of its numbers begins again.
  await directory.putConnection(main, { origin: 'https://other.example', secrets: { token: sealed('u') } }, at);
  await Promise.all(numbers.map((number) => pushes.enqueue(number, at + minute, 100)));
  await webhooks.expire(at + 1000 * 24 * hour, 1000);
  await Promise.all(numbers.map((number) => directory.deleteNumber(number, by, at + hour)));
  await directory.deleteConnection('nowhere' as ConnectionName);
}

async function addKeys({ directory }: Store): Promise<void> {
  const key = { account: defaultAccount as AccountName, createdAt: at, expiresAt: null, revokedAt: null };
  for (const [index, reached] of [[first], [first, second], 'all' as const].entries()) {
    const id = `key_000000000000000${index}` as KeyId;
    await directory.addKey({ ...key, id, name: id, numbers: reached }, hashSecret(id));
    await directory.revokeKey(id, at);
  }
}

/** Blocks, unblocks and messages that join two people. */
async function changeLists(store: Store, number: PhoneNumberId): Promise<void> {
  const caller = new Caller(store, number);
  await Promise.all([caller.block([ann, bob], { reason: 'spam' }), caller.block('US.eve'), caller.block(eve)]);
  await caller.receive(eve, 'US.eve');
  await caller.block(ann, { reason: 'more spam', by: { ...by, requestId: 'again' } });
  await caller.unblock(bob, { held: 'replay' });
  await caller.block(phones(20, 4915200000000));
}

/** A POST about all numbers and about one that is not here; what is held, delivered and given up of it. */
async function takeIn(store: Store): Promise<void> {
  const { webhooks } = store;
  const taker = new Taker(store);
  const about = numbers.map((number, index) =>
    change(number, { contacts: [contact(ann)], messages: [message(ann, `a${index}`), message(dan, `d${index}`)] }),
  );
  await taker.take([...about, change({ there: '777' }, { messages: [message(dan, 'nobody')] })]);
  await taker.take(change({ there: '778' }, { messages: [message(dan, 'alone')] }));
  for (const owner of [...numbers.map((number) => ({ kind: 'number', number }) as const), ofAccount]) {
    const id = await webhooks.addDelivery(owner, 'a body', at);
    for (const delivery of await taker.waiting(owner))
      if (delivery.id !== id) await webhooks.settle(delivery.id, { kind: 'delivered' }, at);
    await webhooks.settle(id, { kind: 'given_up', detail: 'no' }, at);
    await webhooks.redeliver(id, at);
    await webhooks.settle(id, { kind: 'given_up', detail: 'no' }, at);
  }
  await new Caller(store, first).unblock(ann, { held: 'replay' });
}

async function push(store: Store, number: PhoneNumberId): Promise<void> {
  const { pushes } = store;
  const [pusher, upstream] = [new Pusher(store, number), { connection: main, numberId: `9${number}` as PhoneNumberId }];
  await pushes.imported(number, (await pushes.importing(number)) ?? 0);
  const { pushes: due } = await pusher.next(at, 9);
  for (const [index, result] of [done, failed, overflow].entries())
    await pusher.settle(
      due.filter((_push, place) => place % 3 === index),
      result,
    );
  await pushes.intend('block', { number, users: asked(dan), by, at }, at + minute);
  const { asOf } = await pushes.removals(number);
  const listed = { number, by, at: at + minute, upstream, asOf };
  await pushes.adopt('block', { ...listed, users: [{ waId: '4915300000000' as WaId }] });
  await pushes.ask('unblock', { ...listed, users: [{ waId: '4915300000001' as WaId }] });
  await store.directory.putNumber(number, { upstream, rules: { pushCapacity: 2000 } }, at);
  const lease = await store.leases.claim(works.reconcile(number), minute);
  if (!lease) throw new Error('nobody else is there');
  await store.jobs.put(number, { id: 'j', state: 'done', prefer: 'ours', done: 1, total: 1, startedAt: at }, lease);
}

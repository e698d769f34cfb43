import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { lineLength } from '../core/delivery-line.ts';
import {
  assertEveryStatusSeen,
  assertInvalid,
  baseUrl,
  commonStatuses,
  startAdmin,
  type TestAdmin,
} from './client.contract.ts';

after(() =>
  assertEveryStatusSeen(
    (name) => /\/deliveries|\/app\/test|\/held/.test(name),
    (status) => !commonStatuses.includes(status),
  ),
);

const app = { url: 'https://app.example/hook' };
const user = '16505551234';
const at = '2026-03-01T12:00:00.000Z';

const write = (admin: TestAdmin, id: string, text: string) =>
  admin.call('POST', `/numbers/${id}/sandbox/messages`, { from: user, text });
const list = async (admin: TestAdmin, query = '') => (await admin.call('GET', `/deliveries${query}`)).body;

test('what waits for an app is listed, oldest first, and shown with its body', async (t) => {
  const admin = await startAdmin(t);
  const id = await admin.addNumber({ app });
  const { message_id: messageId } = (await write(admin, id, 'é')).body;
  const [row] = (await list(admin)).data;
  const { body: whole } = await admin.call('GET', `/deliveries/${row.id}`);
  assert.match(row.id, /^dlv_[\w-]{22}$/);
  assert.deepEqual(row, {
    id: row.id,
    app: { phone_number_id: id },
    phone_number_id: id,
    state: 'waiting',
    blocked: false,
    created_at: at,
    attempts: 0,
    next_attempt_at: at,
    bytes: Buffer.byteLength(whole.body),
  });
  assert.deepEqual({ ...whole, body: undefined }, { ...row, body: undefined });
  assert.equal(JSON.parse(whole.body).entry[0].changes[0].value.messages[0].id, messageId);
});

test('attempts and why they failed are shown, and what was given up is tried again by hand', async (t) => {
  const admin = await startAdmin(t);
  const id = await admin.addNumber({ app });
  await write(admin, id, 'one');
  const { webhooks } = admin.store;
  const [{ id: delivery }] = (await list(admin)).data;
  const show = async () => {
    const { state, attempts, last_attempt_at: last, next_attempt_at: next, detail } = (await list(admin)).data[0];
    return [state, attempts, last, next, detail];
  };
  const later = '2026-03-01T12:00:01.000Z';
  await webhooks.settle(delivery, { kind: 'retry', detail: 'The app answered 500', at: admin.now + 1000 }, admin.now);
  assert.deepEqual(await show(), ['waiting', 1, at, later, 'The app answered 500']);
  await webhooks.settle(delivery, { kind: 'given_up', detail: 'The app hangs' }, admin.now);
  assert.deepEqual(await show(), ['given_up', 2, at, undefined, 'The app hangs']);
  admin.forwarded.length = 0;
  admin.now += 1000;
  const { status, body } = await admin.call('POST', `/deliveries/${delivery}/redeliver`);
  assert.deepEqual([status, body, admin.forwarded], [202, { delivery_id: delivery }, [`wake ${id}`]]);
  assert.deepEqual(await show(), ['waiting', 2, at, later, 'The app hangs']);
  await webhooks.settle(delivery, { kind: 'delivered' }, admin.now);
  await assertInvalid(admin.call('GET', `/deliveries/${delivery}?body=0`), 'body');
  await assertInvalid(admin.call('POST', `/deliveries/${delivery}/redeliver`, { at }), 'at');
  for (const gone of [delivery, 'dlv_AAAAAAABq83vEjRWeJASNF', 'nonsense', 'key_m1kAq0Zt9XcV7bNs']) {
    assert.equal((await admin.call('GET', `/deliveries/${gone}`)).status, 404);
    assert.equal((await admin.call('POST', `/deliveries/${gone}/redeliver`)).status, 404);
  }
});

test('what waits for one of the same user says for which', async (t) => {
  const admin = await startAdmin(t);
  const id = await admin.addNumber({ app });
  for (const text of ['one', 'two', 'three']) await write(admin, id, text);
  await admin.call('POST', `/numbers/${id}/sandbox/messages`, { from: '16505559999', text: 'of another' });
  const { webhooks } = admin.store;
  const waits = async () => (await list(admin)).data.map((row: any) => row.waits_for);
  const [first, second, third] = (await list(admin)).data;
  await webhooks.settle(first.id, { kind: 'retry', detail: 'The app answered 500', at: admin.now + 1000 }, admin.now);
  const one = { delivery_id: first.id, next_attempt_at: '2026-03-01T12:00:01.000Z' };
  assert.deepEqual(await waits(), [undefined, one, one, undefined]);
  assert.deepEqual((await admin.call('GET', `/deliveries/${second.id}`)).body.waits_for, one);
  assert.deepEqual((await list(admin, `?limit=1&phone_number_id=${id}`)).data[0].waits_for, undefined);
  await webhooks.settle(first.id, { kind: 'given_up', detail: 'The app hangs' }, admin.now);
  const two = { delivery_id: second.id, next_attempt_at: at };
  assert.deepEqual(await waits(), [undefined, undefined, two, undefined], 'nothing waits for what was given up');
  await webhooks.settle(second.id, { kind: 'delivered' }, admin.now);
  assert.equal((await admin.call('GET', `/deliveries/${third.id}`)).body.waits_for, undefined);
});

test('what stands behind the oldest of an app says for which it waits, too', async (t) => {
  const admin = await startAdmin(t);
  const id = await admin.addNumber({ app });
  await Promise.all(Array.from({ length: lineLength + 2 }, (_, index) => write(admin, id, String(index))));
  const [first, ...others] = (await list(admin, `?limit=${lineLength + 2}`)).data;
  const [last] = (await list(admin, `?limit=${lineLength + 2}`)).data.slice(-1);
  assert.ok(others.every((row: any) => row.waits_for.delivery_id === first.id));
  assert.equal((await admin.call('GET', `/deliveries/${last.id}`)).body.waits_for.delivery_id, first.id);
});

test('the list is paged, of all apps or of one', async (t) => {
  const admin = await startAdmin(t);
  await admin.call('PUT', '/accounts/acme', { app });
  const own = await admin.addNumber({ app });
  const shared = await admin.addNumber({ account: 'acme' });
  for (const id of [own, shared, own, shared, own]) await write(admin, id, 'one');
  const walk = async (query: string) => {
    const apps: unknown[] = [];
    let next: string | undefined = `/deliveries?limit=2${query}`;
    for (let pages = 0; next !== undefined; pages += 1) {
      assert.ok(pages < 5);
      const { body } = await admin.call('GET', next);
      apps.push(...body.data.map((row: any) => row.app.account ?? row.app.phone_number_id));
      next = body.paging.next?.replace(`${baseUrl}/api/v1`, '');
    }
    return apps;
  };
  assert.deepEqual(await walk(''), [own, 'acme', own, 'acme', own]);
  assert.deepEqual(await walk(`&phone_number_id=${own}`), [own, own, own]);
  assert.deepEqual(await walk('&account=acme'), ['acme', 'acme']);
  assert.deepEqual((await list(admin, '?account=default')).data, []);
  await assertInvalid(admin.call('GET', '/deliveries?phone_number_id=x'), 'phone_number_id');
  await assertInvalid(admin.call('GET', '/deliveries?account=X'), 'account');
  await assertInvalid(admin.call('GET', `/deliveries?account=acme&phone_number_id=${own}`), 'account');
  await assertInvalid(admin.call('GET', '/deliveries?after=dlv_AAAAAAABq83vEjRWeJASNF'), 'after');
});

test('an app is tried with a webhook of our own', async (t) => {
  const admin = await startAdmin(t);
  await admin.call('PUT', '/accounts/acme', { app });
  const [own, without] = [await admin.addNumber({ app }), await admin.addNumber({ account: 'acme' })];
  admin.forwarded.length = 0;
  const value = {
    messaging_product: 'whatsapp',
    metadata: { display_phone_number: '15550783881', phone_number_id: own },
  };
  const cases: [string, string, object][] = [
    [`/numbers/${own}`, own, value],
    ['/accounts/acme', 'acme', { messaging_product: 'whatsapp' }],
  ];
  for (const [path, id, expected] of cases) {
    const { status, body } = await admin.call('POST', `${path}/app/test`);
    await assertInvalid(admin.call('POST', `${path}/app/test`, { url: 'x' }), 'url');
    assert.deepEqual([status, admin.forwarded.pop()], [202, `wake ${id}`]);
    const { body: delivery } = await admin.call('GET', `/deliveries/${body.delivery_id}`);
    assert.deepEqual(JSON.parse(delivery.body), {
      object: 'whatsapp_business_account',
      entry: [{ id, changes: [{ field: 'gatehouse_test', value: expected }] }],
    });
  }
  for (const path of [`/numbers/${without}`, '/accounts/default']) {
    const { status, body } = await admin.call('POST', `${path}/app/test`);
    assert.deepEqual([status, body.code], [409, 'no_app']);
  }
  for (const path of ['/numbers/404', '/numbers/x', '/accounts/nobody', '/accounts/X'])
    assert.equal((await admin.call('POST', `${path}/app/test`)).status, 404);
});

test('what is held of a blocked user is shown, and replayed or deleted with the unblock', async (t) => {
  const admin = await startAdmin(t);
  await admin.call('PUT', '/accounts/acme', { app: { ...app, blocked: 'hold' } });
  const own = await admin.addNumber({ app: { ...app, blocked: 'hold' } });
  const shared = await admin.addNumber({ account: 'acme' });
  for (const [id, owner] of [
    [own, own],
    [shared, 'acme'],
  ] as const) {
    const block = `/numbers/${id}/blocks/${user}`;
    const held = async (query = '') => (await admin.call('GET', `${block}/held${query}`)).body.data;
    const unblock = (body?: object) => admin.call('DELETE', block, body);
    await admin.call('PUT', block);
    for (const text of ['one', 'two']) await write(admin, id, text);
    const [one, two] = await held();
    assert.deepEqual([one.at, JSON.parse(one.body).entry[0].changes[0].value.messages[0].id], [at, one.id]);
    assert.deepEqual([await held('?limit=1'), two.body.includes('two')], [[one], true]);
    assert.deepEqual(await list(admin), { data: [] });
    await unblock();
    assert.equal((await held()).length, 2);
    admin.forwarded.length = 0;
    assert.equal((await unblock({ held: 'replay', reason: 'appeal' })).status, 200);
    assert.deepEqual([await held(), admin.forwarded], [[], [`wake ${owner}`]]);
    const waiting = (await list(admin)).data;
    const bodies = await Promise.all(waiting.map((row: any) => admin.call('GET', `/deliveries/${row.id}`)));
    assert.deepEqual(
      bodies.map(({ body }) => body.body),
      [one.body, two.body],
    );
    for (const row of waiting) await admin.store.webhooks.settle(row.id, { kind: 'delivered' }, admin.now);
    await admin.call('PUT', block);
    await write(admin, id, 'three');
    admin.forwarded.length = 0;
    assert.deepEqual((await unblock({ held: 'delete' })).body, { blocked: false, removed: true });
    assert.deepEqual([await held(), await list(admin), admin.forwarded], [[], { data: [] }, []]);
    await assertInvalid(unblock({ held: 'keep' }), 'held');
    await assertInvalid(admin.call('PUT', block, { held: 'delete' }), 'held');
    await assertInvalid(admin.call('GET', `${block}/held?after=x`), 'after');
  }
  assert.equal((await admin.call('GET', `/numbers/404/blocks/${user}/held`)).status, 404);
  await assertInvalid(admin.call('GET', `/numbers/${own}/blocks/nobody/held`), 'user');
});

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { assertEveryStatusSeen, assertInvalid, baseUrl, commonStatuses, startAdmin } from './client.contract.ts';

after(() =>
  assertEveryStatusSeen(
    (name) => /\/numbers(\/:phone_number_id)?$/.test(name),
    (status) => !commonStatuses.includes(status),
  ),
);

const display_phone_number = '+1 555 078 3881';
const open = { window: 'off', capacity: null, paging: 'stable', partial_failure_status: 400 };
const gateway = { push: 'later', push_capacity: 64_000, paging: 'stable', partial_failure_status: 400 };
const meta = { window: 'strict', capacity: 64_000, paging: 'versioned', partial_failure_status: 400 };

test('a number is created with the open rules and in the default account', async (t) => {
  const admin = await startAdmin(t);
  const { status, body } = await admin.call('PUT', '/numbers/106540352242922', { display_phone_number });
  assert.equal(status, 201);
  assert.deepEqual(body, {
    phone_number_id: '106540352242922',
    display_phone_number,
    name: null,
    account: 'default',
    upstream: null,
    rules: open,
    on_store_failure: 'refuse',
    app: null,
    created_at: '2026-03-01T12:00:00.000Z',
  });
});

test('a change keeps what it does not name, and null removes', async (t) => {
  const admin = await startAdmin(t);
  await admin.call('PUT', '/accounts/acme');
  const id = await admin.addNumber({ name: 'Support', account: 'acme', rules: 'meta' });
  admin.now += 5000;
  const put = async (body: object) => {
    const answer = await admin.call('PUT', `/numbers/${id}`, body);
    assert.equal(answer.status, 200);
    return answer.body;
  };
  const before = await put({});
  assert.deepEqual(
    [before.name, before.account, before.rules, before.created_at],
    ['Support', 'acme', meta, '2026-03-01T12:00:00.000Z'],
  );
  assert.deepEqual((await put({ rules: { capacity: 7 } })).rules, { ...meta, capacity: 7 });
  assert.deepEqual((await put({ rules: { capacity: null, partial_failure_status: 200 } })).rules, {
    ...meta,
    capacity: null,
    partial_failure_status: 200,
  });
  assert.deepEqual((await put({ rules: {} })).rules.window, 'strict');
  assert.deepEqual((await put({ rules: null })).rules, open);
  assert.deepEqual((await put({ rules: 'meta' })).rules, meta);
  assert.equal((await put({ name: null })).name, null);
  assert.equal((await put({ account: null })).account, 'default');
  assert.equal((await put({ display_phone_number: '49 (30) 1234-5678' })).display_phone_number, '49 (30) 1234-5678');
});

test('a number is pushed through a connection of its account, with rules of its own', async (t) => {
  const admin = await startAdmin(t);
  await admin.call('PUT', '/connections/cloud', { provider: 'meta', token: 'up-token' });
  const id = await admin.addNumber({ rules: 'meta' });
  admin.upstreams.told.length = 0;
  const put = async (body: object) => {
    const answer = await admin.call('PUT', `/numbers/${id}`, body);
    assert.equal(answer.status, 200);
    return answer.body;
  };
  const pushed = await put({ upstream: { connection: 'cloud' } });
  assert.deepEqual(pushed.upstream, { connection: 'cloud', number_id: id });
  assert.deepEqual(pushed.rules, { ...gateway, paging: 'versioned' });
  const other = { connection: 'cloud', number_id: '777' };
  assert.deepEqual((await put({ upstream: other })).upstream, other);
  assert.deepEqual((await put({ name: 'Support' })).upstream, other);
  assert.deepEqual((await put({ rules: { push: 'wait', push_capacity: 5 } })).rules, {
    push: 'wait',
    push_capacity: 5,
    paging: 'versioned',
    partial_failure_status: 400,
  });
  assert.deepEqual((await put({ rules: null })).rules, gateway);
  assert.deepEqual((await put({ upstream: null, rules: null })).rules, open);
  assert.deepEqual((await put({ upstream: other, rules: null })).rules, gateway);
  assert.deepEqual((await put({ rules: { partial_failure_status: 200 } })).rules.partial_failure_status, 200);
  const alone = await put({ upstream: null });
  assert.deepEqual([alone.upstream, alone.rules], [null, { ...open, partial_failure_status: 200 }]);
  assert.equal((await put({ on_store_failure: 'pass' })).on_store_failure, 'pass');
  assert.equal((await put({})).on_store_failure, 'pass');
  assert.deepEqual((await admin.call('GET', `/numbers/${id}`)).body, {
    ...(await put({})),
    upstream_fault: null,
    blocked_users: 0,
  });
  assert.deepEqual(new Set(admin.upstreams.told), new Set([`number ${id}`]));
  admin.upstreams.told.length = 0;
  await admin.call('DELETE', `/numbers/${id}?confirm=${id}`);
  await admin.call('DELETE', `/numbers/${id}?confirm=${id}`);
  assert.deepEqual(admin.upstreams.told, [`number ${id}`]);
});

test('rules of the other kind of number are refused, each by its name', async (t) => {
  const admin = await startAdmin(t);
  await admin.call('PUT', '/connections/cloud', { provider: 'meta', token: 'up-token' });
  const alone = await admin.addNumber();
  const pushed = await admin.addNumber({ upstream: { connection: 'cloud' }, rules: 'gateway' });
  admin.upstreams.told.length = 0;
  const words = async (id: string, body: object) => {
    const { status, body: answer } = await admin.call('PUT', `/numbers/${id}`, body);
    assert.equal(status, 422);
    return answer.errors.map(({ field, detail }: { field: string; detail: string }) => `${field} ${detail}`);
  };
  const [own, push] = ['is for numbers without an upstream.', 'is for numbers with an upstream.'];
  assert.deepEqual(await words(pushed, { rules: { window: 'off', capacity: 9 } }), [
    `rules/window ${own}`,
    `rules/capacity ${own}`,
  ]);
  assert.deepEqual(await words(alone, { rules: { push: 'wait', push_capacity: 9, paging: 'stable' } }), [
    `rules/push ${push}`,
    `rules/push_capacity ${push}`,
  ]);
  const ownPreset = 'rules must be gateway or rules one by one: open and meta are for numbers without an upstream.';
  const pushPreset = 'rules must be open, meta or rules one by one: gateway is for numbers with an upstream.';
  assert.deepEqual(await words(pushed, { rules: 'meta' }), [ownPreset]);
  assert.deepEqual(await words(alone, { rules: 'gateway' }), [pushPreset]);
  assert.deepEqual(await words(pushed, { upstream: null, rules: 'gateway' }), [pushPreset]);
  assert.deepEqual(admin.upstreams.told, []);
});

test('an upstream is a connection that the number’s account has', async (t) => {
  const admin = await startAdmin(t);
  await admin.call('PUT', '/accounts/acme');
  await admin.call('PUT', '/connections/cloud', { provider: 'meta', token: 'up-token', account: 'acme' });
  const id = await admin.addNumber();
  for (const connection of ['cloud', 'nowhere', 'CLOUD', '']) {
    await assertInvalid(admin.call('PUT', `/numbers/${id}`, { upstream: { connection } }), 'upstream/connection');
  }
  const { body } = await admin.call('PUT', `/numbers/${id}`, { upstream: { connection: 'cloud' } });
  assert.equal(body.detail, 'upstream/connection names no connection of the number’s account: create it first.');
  const { status } = await admin.call('PUT', `/numbers/${id}`, { upstream: { connection: 'cloud' }, account: 'acme' });
  assert.equal(status, 200);
  await assertInvalid(admin.call('PUT', `/numbers/${id}`, { account: null }), 'upstream/connection');
});

test('an upstream is not the number itself, by this server’s own address', async (t) => {
  const admin = await startAdmin(t);
  const { origin } = new URL(baseUrl);
  const id = await admin.addNumber();
  for (const [connection, more] of Object.entries({ own: { origin }, cloud: {} }))
    await admin.call('PUT', `/connections/${connection}`, { provider: 'meta', token: 'up-token', ...more });
  const put = (upstream: object) => admin.call('PUT', `/numbers/${id}`, { upstream });
  for (const more of [{}, { number_id: id }])
    await assertInvalid(put({ connection: 'own', ...more }), 'upstream/number_id');
  for (const upstream of [{ connection: 'own', number_id: '1001' }, { connection: 'cloud' }])
    assert.equal((await put(upstream)).status, 200);
});

test('an upstream is that of one number alone', async (t) => {
  const admin = await startAdmin(t);
  await admin.call('PUT', '/connections/cloud', { provider: 'meta', token: 'up-token' });
  const [first, second] = [await admin.addNumber(), await admin.addNumber()];
  const put = (id: string, upstream: object | null) => admin.call('PUT', `/numbers/${id}`, { upstream });
  const taken = { connection: 'cloud', number_id: second };
  assert.equal((await put(first, taken)).status, 200);
  assert.equal((await put(first, taken)).status, 200);
  for (const upstream of [taken, { connection: 'cloud' }]) {
    await assertInvalid(put(second, upstream), 'upstream/number_id');
    assert.ok((await put(second, upstream)).body.detail.includes(first));
  }
  await put(first, null);
  assert.equal((await put(second, taken)).status, 200);
});

test('a PUT without a body changes nothing', async (t) => {
  const admin = await startAdmin(t);
  const id = await admin.addNumber({ name: 'Support' });
  const { status, body } = await admin.call('PUT', `/numbers/${id}`);
  assert.equal(status, 200);
  assert.equal(body.name, 'Support');
});

test('a new number needs its phone number', async (t) => {
  const admin = await startAdmin(t);
  await assertInvalid(admin.call('PUT', '/numbers/1', {}), 'display_phone_number');
  await assertInvalid(admin.call('PUT', '/numbers/1'), 'display_phone_number');
  assert.equal((await admin.call('GET', '/numbers/1')).status, 404);
});

test('a number is shown with how many users it blocks', async (t) => {
  const admin = await startAdmin(t);
  const id = await admin.addNumber();
  assert.equal((await admin.call('GET', `/numbers/${id}`)).body.blocked_users, 0);
  await admin.call('PUT', `/numbers/${id}/blocks/16505551234`);
  await admin.call('PUT', `/numbers/${id}/blocks/16505551235`);
  const { status, body } = await admin.call('GET', `/numbers/${id}`);
  assert.equal(status, 200);
  assert.equal(body.blocked_users, 2);
  await assertInvalid(admin.call('GET', `/numbers/${id}?fields=name`), 'fields');
});

test('numbers are listed page by page', async (t) => {
  const admin = await startAdmin(t);
  const ids = [await admin.addNumber(), await admin.addNumber(), await admin.addNumber()];
  const first = (await admin.call('GET', '/numbers?limit=2')).body;
  assert.equal(first.data.length, 2);
  assert.equal(first.data[0].blocked_users, undefined);
  assert.equal(first.paging.next, `${baseUrl}/api/v1/numbers?limit=2&after=${first.paging.cursors.after}`);
  const second = (await admin.call('GET', `/numbers?limit=2&after=${first.paging.cursors.after}`)).body;
  assert.equal(second.paging.next, undefined);
  const listed = [...first.data, ...second.data].map((number) => number.phone_number_id);
  assert.deepEqual(listed.sort(), ids.sort());
  await assertInvalid(admin.call('GET', '/numbers?limit=x&after=y'), 'limit');
  await assertInvalid(admin.call('GET', '/numbers?after=y'), 'after');
});

test('a number is deleted only when its id is given once more', async (t) => {
  const admin = await startAdmin(t);
  const id = await admin.addNumber();
  for (const query of [
    '',
    '?confirm=',
    '?confirm=1',
    '?confirm=true',
    `?confirm=${id}&confirm=${id}`,
    `?confirm=%20${id}`,
  ]) {
    await assertInvalid(admin.call('DELETE', `/numbers/${id}${query}`), 'confirm');
  }
  await assertInvalid(admin.call('DELETE', `/numbers/${id}?confirm=${id}&force=1`), 'force');
  await assertInvalid(admin.call('DELETE', `/numbers/${id}?confirm=${id}`, { force: true }), 'force');
  assert.equal((await admin.call('GET', `/numbers/${id}`)).status, 200);
  assert.equal((await admin.call('DELETE', `/numbers/${id}?confirm=${id}`)).status, 204);
  assert.equal((await admin.call('GET', `/numbers/${id}`)).status, 404);
  assert.equal((await admin.call('DELETE', `/numbers/${id}?confirm=${id}`)).status, 404);
});

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
    rules: open,
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

test('bad values are refused by the name of their field and nothing changes', async (t) => {
  const admin = await startAdmin(t);
  const id = await admin.addNumber({ name: 'Support' });
  const before = (await admin.call('GET', `/numbers/${id}`)).body;
  const cases: [object, ...string[]][] = [
    ...[null, 5, true, [], ['+1 555 078 3881'], {}, '', 'phone', '12345', '0555 078 3881', '+1 555 078 3881 x9'].map(
      (value): [object, string] => [{ display_phone_number: value }, 'display_phone_number'],
    ),
    ...['+15550783881\u0000', `+1555078388${'1'.repeat(60)}`, '１５５５０７８３８８１', '+1\n5550783881'].map(
      (value): [object, string] => [{ display_phone_number: value }, 'display_phone_number'],
    ),
    ...[5, false, [], {}, '', 'a\u0000', 'a\nb', '\u007f', '\ud800', 'x'.repeat(201)].map((value): [object, string] => [
      { name: value },
      'name',
    ]),
    ...[5, [], {}, '', 'ACME', 'no such account', 'nowhere'].map((value): [object, string] => [
      { account: value },
      'account',
    ]),
    ...[5, true, [], ['open'], '', 'Open', 'strict'].map((value): [object, string] => [{ rules: value }, 'rules']),
    ...['on', null, 1, ['off']].map((value): [object, string] => [{ rules: { window: value } }, 'rules/window']),
    ...[0, -1, 1.5, '5', 1e308, 1e16, [], true].map((value): [object, string] => [
      { rules: { capacity: value } },
      'rules/capacity',
    ]),
    ...['offset', null, {}].map((value): [object, string] => [{ rules: { paging: value } }, 'rules/paging']),
    ...[201, '400', null, 400.5].map((value): [object, string] => [
      { rules: { partial_failure_status: value } },
      'rules/partial_failure_status',
    ]),
    [{ rules: { windows: 'off', constructor: 1 } }, 'rules/windows', 'rules/constructor'],
    [{ id: '1', created_at: 'now', hasOwnProperty: 1 }, 'id', 'created_at', 'hasOwnProperty'],
    [{ name: 5, rules: { window: 'on' }, extra: 1 }, 'name', 'rules/window', 'extra'],
    [{ ['k'.repeat(500)]: 1 }, 'k'.repeat(100)],
  ];
  for (const [body, ...fields] of cases) await assertInvalid(admin.call('PUT', `/numbers/${id}`, body), ...fields);
  assert.deepEqual((await admin.call('GET', `/numbers/${id}`)).body, before);
});

test('a body that is no object is refused as the body', async (t) => {
  const admin = await startAdmin(t);
  const id = await admin.addNumber();
  for (const raw of ['null', '[]', '"text"', '5', 'true', '[{}]']) {
    await assertInvalid(admin.call('PUT', `/numbers/${id}`, undefined, { raw }), 'body');
  }
});

test('the words of a refusal say what is expected', async (t) => {
  const admin = await startAdmin(t);
  const id = await admin.addNumber();
  const words = async (body: object) => {
    const answer = await admin.call('PUT', `/numbers/${id}`, body);
    return answer.body.errors.map(({ field, detail }: { field: string; detail: string }) => `${field} ${detail}`);
  };
  assert.deepEqual(await words({ rules: 5 }), ['rules must be a string, an object or null.']);
  assert.deepEqual(await words({ rules: 'nope' }), ['rules must be open or meta.']);
  assert.deepEqual(await words({ rules: { window: 'on', capacity: 0 } }), [
    'rules/window must be off or strict.',
    'rules/capacity must be at least 1.',
  ]);
  assert.deepEqual(await words({ name: '', nam: 1 }), [
    'nam is not known here.',
    'name must have at least 1 character.',
  ]);
  assert.deepEqual(await words({ display_phone_number: 5 }), ['display_phone_number must be a string.']);
  assert.deepEqual(await words({ account: 'nowhere' }), ['account names no account: create it first.']);
});

test('thousands of unknown fields are answered shortly', async (t) => {
  const admin = await startAdmin(t);
  const id = await admin.addNumber();
  const body = { rules: 5, ...Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`f${index}`, 1])) };
  const { status, body: answer } = await admin.call('PUT', `/numbers/${id}`, body);
  assert.equal(status, 422);
  assert.equal(answer.errors.length, 100);
});

test('an id that is no phone number id cannot be created and is not found', async (t) => {
  const admin = await startAdmin(t);
  for (const id of ['abc', '012', '1.5', '-1', '%00', '1'.repeat(33), '%EF%BC%91', '1%202', '%2F']) {
    await assertInvalid(admin.call('PUT', `/numbers/${id}`, { display_phone_number }), 'phone_number_id');
    assert.equal((await admin.call('GET', `/numbers/${id}`)).status, 404);
    assert.equal((await admin.call('DELETE', `/numbers/${id}?confirm=${id}`)).status, 404);
  }
  assert.deepEqual((await admin.call('GET', '/numbers')).body, { data: [] });
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

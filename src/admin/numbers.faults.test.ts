/** What a number is not given: each fault is named by its field, and nothing changes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertInvalid, startAdmin } from './client.contract.ts';

const display_phone_number = '+1 555 078 3881';

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
    ...[5, 'cloud', [], true].map((value): [object, string] => [{ upstream: value }, 'upstream']),
    [{ upstream: {} }, 'upstream/connection'],
    [{ upstream: { connection: 'cloud', number_id: '012' } }, 'upstream/number_id'],
    [{ upstream: { connection: 'cloud', number_id: 777 } }, 'upstream/number_id'],
    [{ upstream: { connection: 'cloud', token: 'x' } }, 'upstream/token'],
    ...['now', null, 5].map((value): [object, string] => [{ rules: { push: value } }, 'rules/push']),
    ...[0, null, '5', 1_000_000_001].map((value): [object, string] => [
      { rules: { push_capacity: value } },
      'rules/push_capacity',
    ]),
    ...['fail', null, 5].map((value): [object, string] => [{ on_store_failure: value }, 'on_store_failure']),
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
  assert.deepEqual(await words({ rules: 'nope' }), ['rules must be open, meta or gateway.']);
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

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { assertEveryStatusSeen, assertInvalid, commonStatuses, startAdmin } from './client.contract.ts';

after(() =>
  assertEveryStatusSeen(
    (name) => /\/sandbox/.test(name),
    (status) => !commonStatuses.includes(status),
  ),
);

test('a message is delivered until its sender is blocked', async (t) => {
  const admin = await startAdmin(t);
  const id = await admin.addNumber();
  const send = () =>
    admin.call('POST', `/numbers/${id}/sandbox/messages`, { from: '+1 650 555 1234', text: 'Hello\n!', name: 'Ann' });
  const first = await send();
  assert.equal(first.status, 200);
  assert.equal(first.body.delivered, true);
  assert.match(first.body.message_id, /^wamid\.[A-Za-z0-9_-]{32}$/);
  assert.notEqual((await send()).body.message_id, first.body.message_id);
  await admin.call('PUT', `/numbers/${id}/blocks/16505551234`);
  assert.deepEqual((await send()).body, { delivered: false, reason: 'blocked' });
  await admin.call('DELETE', `/numbers/${id}/blocks/16505551234`);
  assert.equal((await send()).body.delivered, true);
});

test('a message joins the phone number and the BSUID of its sender', async (t) => {
  const admin = await startAdmin(t);
  const id = await admin.addNumber();
  await admin.call('PUT', `/numbers/${id}/blocks/US.123`);
  const message = { from: '16505551234', user_id: 'US.123' };
  assert.equal((await admin.call('POST', `/numbers/${id}/sandbox/messages`, message)).body.delivered, false);
  const { body } = await admin.call('GET', `/numbers/${id}/blocks/16505551234`);
  assert.deepEqual(body.entry.user, { wa_id: '16505551234', user_id: 'US.123' });
});

test('a message opens the window for 24 hours', async (t) => {
  const admin = await startAdmin(t);
  const id = await admin.addNumber({ rules: 'meta' });
  await admin.call('POST', `/numbers/${id}/sandbox/messages`, { from: '16505551234' });
  admin.now += 24 * 60 * 60 * 1000 + 1;
  assert.equal((await admin.call('PUT', `/numbers/${id}/blocks/16505551234`)).body.code, 'window');
  await admin.call('POST', `/numbers/${id}/sandbox/messages`, { from: '16505551234' });
  assert.equal((await admin.call('PUT', `/numbers/${id}/blocks/16505551234`)).status, 201);
});

test('a message of two days ago does not open the window', async (t) => {
  const admin = await startAdmin(t);
  const id = await admin.addNumber({ rules: 'meta' });
  const day = 24 * 60 * 60 * 1000;
  for (const [ago, status] of [
    [2 * day, 409],
    [day, 201],
    [2 * day, 200],
  ] as const) {
    const message = { from: '16505551234', sent_at: new Date(admin.now - ago).toISOString() };
    assert.equal((await admin.call('POST', `/numbers/${id}/sandbox/messages`, message)).status, 200);
    assert.equal((await admin.call('PUT', `/numbers/${id}/blocks/16505551234`)).status, status);
  }
});

test('bad values are refused by the name of their field', async (t) => {
  const admin = await startAdmin(t);
  const id = await admin.addNumber({ display_phone_number: '+1 555 078 3881' });
  const from = '16505551234';
  const cases: [object, ...string[]][] = [
    [{}, 'from'],
    ...[null, 16505551234, [], '', 'abc', 'US.123', '123', '15550783881', '+1 (555) 078-3881', '1650555\u00001234'].map(
      (value): [object, string] => [{ from: value }, 'from'],
    ),
    ...[null, 5, [], '', 'us.1', 'US.', 'US.ENT.1', '16505551234', 'US.\u0000'].map((user_id): [object, string] => [
      { from, user_id },
      'user_id',
    ]),
    ...[null, 5, {}, 'x'.repeat(4097)].map((text): [object, string] => [{ from, text }, 'text']),
    ...[null, 5, '', 'a\u0000'].map((name): [object, string] => [{ from, name }, 'name']),
    ...[null, 5, '', 'yesterday', '1969-12-31T23:59:59Z', new Date(admin.now + 1).toISOString()].map(
      (sent_at): [object, string] => [{ from, sent_at }, 'sent_at'],
    ),
    [{ from, type: 'text', to: '1' }, 'type', 'to'],
  ];
  for (const [body, ...fields] of cases) {
    await assertInvalid(admin.call('POST', `/numbers/${id}/sandbox/messages`, body), ...fields);
  }
  await assertInvalid(admin.call('POST', `/numbers/${id}/sandbox/messages`), 'from');
  await assertInvalid(admin.call('POST', `/numbers/${id}/sandbox/messages?from=1`, { from }), 'from');
});

test('a number with an upstream receives nothing here', async (t) => {
  const admin = await startAdmin(t);
  await admin.call('PUT', '/connections/cloud', { provider: 'meta', token: 'up-token' });
  const id = await admin.addNumber({ upstream: { connection: 'cloud' } });
  const { status, body } = await admin.call('POST', `/numbers/${id}/sandbox/messages`, { from: '16505551234' });
  assert.deepEqual([status, body.code], [409, 'has_upstream']);
});

test('a number that is not there receives nothing', async (t) => {
  const admin = await startAdmin(t);
  for (const id of ['404', 'abc']) {
    const { status } = await admin.call('POST', `/numbers/${id}/sandbox/messages`, { from: '16505551234' });
    assert.equal(status, 404);
  }
});

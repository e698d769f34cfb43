import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { assertEveryStatusSeen, assertInvalid, baseUrl, commonStatuses, startAdmin } from './client.contract.ts';

const isHeld = (operation: string) => /\/held$/.test(operation);
const isUnblock = (operation: string) => /^DELETE .*\/blocks/.test(operation);

after(() => {
  assertEveryStatusSeen(
    (name) => /\/blocks/.test(name) && !isUnblock(name) && !isHeld(name),
    (status) => !commonStatuses.includes(status),
  );
  // An unblocking is refused by providers alone.
  assertEveryStatusSeen(isUnblock, (status) => ![...commonStatuses, 409].includes(status));
});

const bsuid = 'US.13491208655302741918';

test('a user is blocked in any writing, once, and the entry tells who, when and why', async (t) => {
  const admin = await startAdmin(t);
  const id = await admin.addNumber();
  const first = await admin.call('PUT', `/numbers/${id}/blocks/${encodeURIComponent('+1 (650) 555-1234')}`, {
    reason: 'Ticket 4711 – “threats” 😡',
  });
  assert.equal(first.status, 201);
  const entry = {
    user: { wa_id: '16505551234' },
    blocked_at: '2026-03-01T12:00:00.000Z',
    dialect: 'admin',
    key_id: null,
    request_id: first.headers['x-request-id'],
    reason: 'Ticket 4711 – “threats” 😡',
  };
  assert.deepEqual(first.body, { blocked: true, matched_by: 'wa_id', entry });
  admin.now += 1000;
  const again = await admin.call('PUT', `/numbers/${id}/blocks/16505551234`);
  assert.equal(again.status, 200);
  assert.deepEqual(again.body, first.body);
  assert.deepEqual((await admin.call('GET', `/numbers/${id}/blocks/1-650-555-1234`)).body, first.body);
});

test('another reason replaces the first and the block keeps its time', async (t) => {
  const admin = await startAdmin(t);
  const id = await admin.addNumber();
  await admin.call('PUT', `/numbers/${id}/blocks/16505551234`, { reason: 'Spam' });
  admin.now += 1000;
  const { status, body } = await admin.call('PUT', `/numbers/${id}/blocks/16505551234`, { reason: 'Fraud' });
  assert.equal(status, 200);
  assert.deepEqual([body.entry.reason, body.entry.blocked_at], ['Fraud', '2026-03-01T12:00:00.000Z']);
});

test('null takes the reason away', async (t) => {
  const admin = await startAdmin(t);
  const id = await admin.addNumber();
  await admin.call('PUT', `/numbers/${id}/blocks/16505551234`, { reason: 'Spam' });
  const { status, body } = await admin.call('PUT', `/numbers/${id}/blocks/16505551234`, { reason: null });
  assert.equal(status, 200);
  assert.equal('reason' in body.entry, false);
  const { data } = (await admin.call('GET', `/numbers/${id}/events`)).body;
  assert.deepEqual(
    data.map((event: { action: string; reason?: string }) => [event.action, event.reason]),
    [
      ['block', 'Spam'],
      ['update', undefined],
    ],
  );
});

test('a BSUID and another form of a phone number find their user', async (t) => {
  const admin = await startAdmin(t);
  const id = await admin.addNumber();
  await admin.call('PUT', `/numbers/${id}/blocks/${bsuid}`);
  const known = (await admin.call('GET', `/numbers/${id}/blocks/${bsuid}`)).body;
  assert.deepEqual([known.matched_by, known.entry.user], ['user_id', { user_id: bsuid }]);
  await admin.call('PUT', `/numbers/${id}/blocks/5511987654321`);
  assert.equal((await admin.call('GET', `/numbers/${id}/blocks/551187654321`)).body.matched_by, 'variant');
});

test('the longest BSUID is a user', async (t) => {
  const admin = await startAdmin(t);
  const id = await admin.addNumber();
  assert.equal((await admin.call('PUT', `/numbers/${id}/blocks/US.${'a'.repeat(128)}`)).status, 201);
});

test('unblocking says whether the user was blocked', async (t) => {
  const admin = await startAdmin(t);
  const id = await admin.addNumber();
  await admin.call('PUT', `/numbers/${id}/blocks/16505551234`);
  const remove = async () => {
    const answer = await admin.call('DELETE', `/numbers/${id}/blocks/%2B16505551234`, { reason: 'Made up' });
    return [answer.status, answer.body];
  };
  assert.deepEqual(await remove(), [200, { blocked: false, removed: true }]);
  assert.deepEqual(await remove(), [200, { blocked: false, removed: false }]);
  assert.deepEqual((await admin.call('GET', `/numbers/${id}/blocks/16505551234`)).body, { blocked: false });
});

test('what names nobody is refused as the user, with every method', async (t) => {
  const admin = await startAdmin(t);
  const id = await admin.addNumber();
  const texts = [
    'abc',
    '123',
    '0165055512',
    '%00',
    '1650555123%0A4',
    'us.123',
    'US.',
    'US.ENT.123',
    '%20',
    '%F0%9F%98%80',
  ];
  texts.push('1'.repeat(16), `US.${'a'.repeat(129)}`, '1'.repeat(900), '..%2F..%2Fetc', '1650555%2F1234', '__proto__');
  for (const text of texts) {
    for (const method of ['GET', 'PUT', 'DELETE']) {
      await assertInvalid(admin.call(method, `/numbers/${id}/blocks/${text}`), 'user');
    }
  }
  assert.deepEqual((await admin.call('GET', `/numbers/${id}/blocks`)).body, { data: [] });
});

test('a reason has 1 to 1,000 characters and none that controls', async (t) => {
  const admin = await startAdmin(t);
  const id = await admin.addNumber();
  for (const method of ['PUT', 'DELETE']) {
    for (const reason of [5, true, [], {}, '', 'a\u0000', 'a\tb', 'a\u009f', '\ud83d', 'x'.repeat(1001)]) {
      await assertInvalid(admin.call(method, `/numbers/${id}/blocks/16505551234`, { reason }), 'reason');
    }
    await assertInvalid(admin.call(method, `/numbers/${id}/blocks/16505551234`, { reasons: 'x' }), 'reasons');
    await assertInvalid(admin.call(method, `/numbers/${id}/blocks/16505551234?reason=x`), 'reason');
  }
  await assertInvalid(admin.call('GET', `/numbers/${id}/blocks/16505551234?reason=x`), 'reason');
  assert.deepEqual((await admin.call('GET', `/numbers/${id}/blocks`)).body, { data: [] });
  const longest = '😀'.repeat(1000);
  const { body } = await admin.call('PUT', `/numbers/${id}/blocks/16505551234`, { reason: longest });
  assert.equal(body.entry.reason, longest);
});

test('a user whom the rules do not let block is a conflict that says why', async (t) => {
  const admin = await startAdmin(t);
  await admin.addNumber({ display_phone_number: '+1 555 000 2222' });
  const id = await admin.addNumber({ display_phone_number: '+1 555 000 1111', rules: 'meta' });
  const put = async (user: string) => {
    const { status, body } = await admin.call('PUT', `/numbers/${id}/blocks/${user}`);
    return [status, body.code];
  };
  assert.deepEqual(await put('15550001111'), [409, 'self']);
  assert.deepEqual(await put('15550002222'), [409, 'business']);
  assert.deepEqual(await put('16505551234'), [409, 'window']);
  await admin.call('POST', `/numbers/${id}/sandbox/messages`, { from: '16505551234' });
  assert.deepEqual(await put('16505551234'), [201, undefined]);
  await admin.call('PUT', `/numbers/${id}`, { rules: { window: 'off', capacity: 1 } });
  assert.deepEqual(await put('16505559999'), [409, 'capacity']);
  assert.deepEqual(await put('16505551234'), [200, undefined]);
  assert.equal((await admin.call('GET', `/numbers/${id}`)).body.blocked_users, 1);
});

test('a list is read to its end while others change it, whatever the paging of the number', async (t) => {
  const admin = await startAdmin(t);
  const id = await admin.addNumber({ rules: { paging: 'versioned' } });
  for (let user = 0; user < 5; user += 1) await admin.call('PUT', `/numbers/${id}/blocks/1650555000${user}`);
  const users: string[] = [];
  let url: string | undefined = `/numbers/${id}/blocks?limit=2`;
  while (url !== undefined) {
    const { body } = await admin.call('GET', url);
    users.push(...body.data.map((entry: { user: { wa_id: string } }) => entry.user.wa_id));
    await admin.call('DELETE', `/numbers/${id}/blocks/${users[0]}`);
    const next: string | undefined = body.paging.next;
    if (next) assert.ok(next.startsWith(`${baseUrl}/api/v1/numbers/${id}/blocks?limit=2&after=`), next);
    url = next?.replace(`${baseUrl}/api/v1`, '');
  }
  assert.deepEqual(users, ['16505550000', '16505550001', '16505550002', '16505550003', '16505550004']);
});

test('a cursor of another list or none is refused', async (t) => {
  const admin = await startAdmin(t);
  const [one, other] = [await admin.addNumber(), await admin.addNumber()];
  await admin.call('PUT', `/numbers/${other}/blocks/16505551234`);
  const { after: foreign } = (await admin.call('GET', `/numbers/${other}/blocks`)).body.paging.cursors;
  for (const cursor of ['', 'x', foreign, `${foreign}=`, `${foreign}&after=${foreign}`, '%FF']) {
    await assertInvalid(admin.call('GET', `/numbers/${one}/blocks?after=${cursor}`), 'after');
  }
  await assertInvalid(admin.call('GET', `/numbers/${one}/blocks?limit=0`), 'limit');
  await assertInvalid(admin.call('GET', `/numbers/${one}/blocks?before=${foreign}`), 'before');
});

test('a number that is not there is not found', async (t) => {
  const admin = await startAdmin(t);
  for (const id of ['404', 'abc', '%00']) {
    assert.equal((await admin.call('GET', `/numbers/${id}/blocks`)).status, 404);
    for (const method of ['GET', 'PUT', 'DELETE']) {
      assert.equal((await admin.call(method, `/numbers/${id}/blocks/16505551234`)).status, 404);
    }
  }
});

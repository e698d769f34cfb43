import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { hashSecret } from '../core/credentials.ts';
import { adminKey, assertEveryStatusSeen, assertInvalid, commonStatuses, startAdmin } from './client.contract.ts';

after(() =>
  assertEveryStatusSeen(
    (name) => /\/keys/.test(name),
    (status) => !commonStatuses.includes(status),
  ),
);

test('a key is created with a secret of its own, shown once, that opens the door', async (t) => {
  const admin = await startAdmin(t);
  const { status, body } = await admin.call('POST', '/keys', { name: 'Robot', numbers: 'all' });
  assert.equal(status, 201);
  const { id, secret, ...rest } = body;
  assert.match(secret, /^gh_[A-Za-z0-9_-]{43}$/);
  assert.deepEqual(rest, {
    name: 'Robot',
    account: 'default',
    numbers: 'all',
    created_at: '2026-03-01T12:00:00.000Z',
    expires_at: null,
  });
  assert.equal((await admin.store.directory.keyBySecret(hashSecret(secret)))?.id, id);
  const listed = (await admin.call('GET', '/keys')).body;
  assert.deepEqual(listed.data, [{ id, ...rest, revoked_at: null }]);
  assert.ok(!JSON.stringify(listed).includes(secret));
  assert.ok(!admin.log.join('').includes(secret));
});

test('a key reaches the numbers that it names, with the secret and the end that it is given', async (t) => {
  const admin = await startAdmin(t);
  const id = await admin.addNumber();
  const secret = `${'s'.repeat(18)}~!`;
  const { status, body } = await admin.call('POST', '/keys', {
    name: 'Robot',
    account: null,
    numbers: [id],
    secret,
    expires_at: '2026-12-31T23:59:59+01:00',
  });
  assert.equal(status, 201);
  assert.deepEqual([body.numbers, body.secret, body.expires_at], [[id], secret, '2026-12-31T22:59:59.000Z']);
});

test('the admin key is no secret of a key', async (t) => {
  const admin = await startAdmin(t);
  await assertInvalid(admin.call('POST', '/keys', { name: 'Robot', numbers: 'all', secret: adminKey }), 'secret');
  assert.deepEqual((await admin.call('GET', '/keys')).body, { data: [] });
});

test('a secret in use is refused until its key is revoked', async (t) => {
  const admin = await startAdmin(t);
  const asked = { name: 'Robot', numbers: 'all', secret: 'a-secret-of-my-own-making' };
  const { body: first } = await admin.call('POST', '/keys', asked);
  const { status, body } = await admin.call('POST', '/keys', asked);
  assert.equal(status, 409);
  assert.equal(body.code, 'secret_in_use');
  assert.ok(body.detail.includes(first.id), body.detail);
  assert.equal((await admin.call('DELETE', `/keys/${first.id}`)).status, 204);
  assert.equal((await admin.call('POST', '/keys', asked)).status, 201);
});

test('a revoked key stays in the list with its time, and is not found to revoke again', async (t) => {
  const admin = await startAdmin(t);
  const { id } = (await admin.call('POST', '/keys', { name: 'Robot', numbers: 'all' })).body;
  admin.now += 60_000;
  const { status, body } = await admin.call('DELETE', `/keys/${id}`);
  assert.equal(status, 204);
  assert.equal(body, null);
  assert.equal((await admin.call('GET', '/keys')).body.data[0].revoked_at, '2026-03-01T12:01:00.000Z');
  assert.equal((await admin.call('DELETE', `/keys/${id}`)).status, 404);
});

test('a key that is not there is not found', async (t) => {
  const admin = await startAdmin(t);
  for (const id of ['key_0123456789abcdef', 'nonsense', '%00', 'key_', '%F0%9F%98%80']) {
    assert.equal((await admin.call('DELETE', `/keys/${id}`)).status, 404);
  }
  await assertInvalid(admin.call('DELETE', '/keys/key_0123456789abcdef?now=1'), 'now');
});

test('numbers that are unknown or of another account are refused by their place', async (t) => {
  const admin = await startAdmin(t);
  await admin.call('PUT', '/accounts/acme');
  const own = await admin.addNumber({ account: 'acme' });
  const foreign = await admin.addNumber();
  const asked = { name: 'Robot', account: 'acme', numbers: [own, foreign, '404'] };
  await assertInvalid(admin.call('POST', '/keys', asked), 'numbers/1', 'numbers/2');
  assert.deepEqual((await admin.call('GET', '/keys')).body, { data: [] });
});

test('bad values are refused by the name of their field and no key is made', async (t) => {
  const admin = await startAdmin(t);
  const good = { name: 'Robot', numbers: 'all' };
  const cases: [object, ...string[]][] = [
    [{}, 'name', 'numbers'],
    [{ name: 'Robot' }, 'numbers'],
    ...[null, 5, [], {}, '', 'a\u0000b', '\u0085', '\udc00', 'x'.repeat(201)].map((name): [object, string] => [
      { ...good, name },
      'name',
    ]),
    ...[5, [], 'ACME', '', 'nowhere'].map((account): [object, string] => [{ ...good, account }, 'account']),
    ...[null, 5, {}, 'ALL', '', '106540352242922', [], ['1', '1']].map((numbers): [object, string] => [
      { ...good, numbers },
      'numbers',
    ]),
    [{ ...good, numbers: [5, null, '1'] }, 'numbers/0', 'numbers/1'],
    [{ ...good, numbers: ['abc'] }, 'numbers/0'],
    ...[
      null,
      5,
      [],
      '',
      'x'.repeat(19),
      'x'.repeat(513),
      `${'x'.repeat(20)} `,
      'ü'.repeat(20),
      `${'x'.repeat(20)}\n`,
    ].map((secret): [object, string] => [{ ...good, secret }, 'secret']),
    ...[
      5,
      true,
      '',
      'tomorrow',
      '2026-12-31',
      '2026-02-30T00:00:00Z',
      '2026-12-31T25:00:00Z',
      '2026-12-31 10:00:00Z',
    ].map((expires_at): [object, string] => [{ ...good, expires_at }, 'expires_at']),
    [{ ...good, id: 'key_0123456789abcdef', scopes: [] }, 'id', 'scopes'],
  ];
  for (const [body, ...fields] of cases) await assertInvalid(admin.call('POST', '/keys', body), ...fields);
  await assertInvalid(admin.call('POST', '/keys'), 'name', 'numbers');
  assert.deepEqual((await admin.call('GET', '/keys')).body, { data: [] });
});

test('a key whose numbers are gone is still listed', async (t) => {
  const admin = await startAdmin(t);
  const id = await admin.addNumber();
  await admin.call('POST', '/keys', { name: 'Robot', numbers: [id] });
  await admin.call('DELETE', `/numbers/${id}?confirm=${id}`);
  const { status, body } = await admin.call('GET', '/keys');
  assert.equal(status, 200);
  assert.equal(body.data.length, 1);
});

test('keys are listed page by page', async (t) => {
  const admin = await startAdmin(t);
  const ids = [];
  for (let made = 0; made < 3; made += 1) {
    ids.push((await admin.call('POST', '/keys', { name: `Robot ${made}`, numbers: 'all' })).body.id);
  }
  const first = (await admin.call('GET', '/keys?limit=2')).body;
  const second = (await admin.call('GET', `/keys?limit=2&after=${first.paging.cursors.after}`)).body;
  const listed = [...first.data, ...second.data].map(({ id }: { id: string }) => id);
  assert.deepEqual(listed.sort(), ids.sort());
  await assertInvalid(admin.call('GET', '/keys?limit=0'), 'limit');
  await assertInvalid(admin.call('GET', '/keys?after=key_0123456789abcdef'), 'after');
});

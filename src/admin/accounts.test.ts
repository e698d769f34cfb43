import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { assertEveryStatusSeen, assertInvalid, baseUrl, commonStatuses, startAdmin } from './client.contract.ts';

after(() =>
  assertEveryStatusSeen(
    (name) => /\/accounts/.test(name) && !/test$/.test(name),
    (status) => !commonStatuses.includes(status),
  ),
);

test('an account is created once and keeps its time', async (t) => {
  const admin = await startAdmin(t);
  const created = await admin.call('PUT', '/accounts/acme');
  assert.equal(created.status, 201);
  assert.deepEqual(created.body, { name: 'acme', app: null, created_at: '2026-03-01T12:00:00.000Z' });
  admin.now += 1000;
  const again = await admin.call('PUT', '/accounts/acme', {});
  assert.equal(again.status, 200);
  assert.deepEqual(again.body, created.body);
});

test('a name that is no account name is refused and nothing is created', async (t) => {
  const admin = await startAdmin(t);
  const before = await admin.call('GET', '/accounts');
  for (const name of ['Acme', '-a', '_a', 'a b', 'a%00', 'ä', 'a'.repeat(65), '%F0%9F%98%80', 'a%2Fb', '%20']) {
    await assertInvalid(admin.call('PUT', `/accounts/${name}`), 'name');
  }
  await assertInvalid(admin.call('PUT', '/accounts/acme', { name: 'acme' }), 'name');
  await assertInvalid(admin.call('PUT', '/accounts/acme?dry_run=1'), 'dry_run');
  assert.deepEqual((await admin.call('GET', '/accounts')).body, before.body);
});

test('accounts are listed by name, page by page, with absolute links', async (t) => {
  const admin = await startAdmin(t);
  for (const name of ['delta', 'beta', 'alpha', 'gamma']) await admin.call('PUT', `/accounts/${name}`);
  const names: string[] = [];
  let url: string | undefined = '/accounts?limit=2';
  for (let pages = 0; url !== undefined; pages += 1) {
    assert.ok(pages < 5);
    const { body } = await admin.call('GET', url);
    names.push(...body.data.map(({ name }: { name: string }) => name));
    const next: string | undefined = body.paging.next;
    if (next) assert.ok(next.startsWith(`${baseUrl}/api/v1/accounts?limit=2&after=`), next);
    url = next?.replace(`${baseUrl}/api/v1`, '');
  }
  assert.deepEqual(
    names.filter((name) => name !== 'default'),
    ['alpha', 'beta', 'delta', 'gamma'],
  );
});

test('a limit is a whole number of at least 1, and at most 1,000 rows are given', async (t) => {
  const admin = await startAdmin(t);
  await admin.call('PUT', '/accounts/acme');
  for (const limit of [
    '0',
    '-1',
    '1.5',
    '1e2',
    '',
    '%20',
    'ten',
    '0x10',
    '+1',
    '%D9%A1',
    'NaN',
    'Infinity',
    '1&limit=2',
  ]) {
    await assertInvalid(admin.call('GET', `/accounts?limit=${limit}`), 'limit');
  }
  for (const limit of ['1', '007', '1000', '1001', '9'.repeat(400)]) {
    assert.equal((await admin.call('GET', `/accounts?limit=${limit}`)).status, 200);
  }
});

test('a cursor that the list has not given out is refused', async (t) => {
  const admin = await startAdmin(t);
  for (const name of ['alpha', 'beta']) await admin.call('PUT', `/accounts/${name}`);
  await admin.addNumber();
  const { after: real } = (await admin.call('GET', '/accounts?limit=1')).body.paging.cursors;
  const foreign = (await admin.call('GET', '/numbers')).body.paging.cursors.after;
  const flipped = `${real[0] === 'A' ? 'B' : 'A'}${real.slice(1)}`;
  for (const forged of ['', 'x', 'alpha', flipped, `${real}=`, `${real}A`, foreign, '%00', `${real}&after=${real}`]) {
    await assertInvalid(admin.call('GET', `/accounts?after=${forged}`), 'after');
  }
  assert.equal((await admin.call('GET', `/accounts?after=${real}`)).status, 200);
});

test('a page after the last row is empty and has no paging', async (t) => {
  const admin = await startAdmin(t);
  await admin.call('PUT', '/accounts/zeta');
  const { after: last } = (await admin.call('GET', '/accounts')).body.paging.cursors;
  assert.deepEqual((await admin.call('GET', `/accounts?after=${last}`)).body, { data: [] });
});

test('unknown parameters of a list are refused by name', async (t) => {
  const admin = await startAdmin(t);
  await assertInvalid(admin.call('GET', '/accounts?limitt=5&before=x&__proto__=1'), 'limitt', 'before', '__proto__');
});

test('an account is shown by its name', async (t) => {
  const admin = await startAdmin(t);
  const { body } = await admin.call('PUT', '/accounts/acme');
  const { status, body: shown } = await admin.call('GET', '/accounts/acme');
  assert.deepEqual([status, shown], [200, body]);
  await assertInvalid(admin.call('GET', '/accounts/acme?app=1'), 'app');
  for (const name of ['nobody', 'No%20name']) assert.equal((await admin.call('GET', `/accounts/${name}`)).status, 404);
});

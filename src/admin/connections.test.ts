import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { SecretName } from '../core/connections.ts';
import type { AccountName, ConnectionName } from '../core/ids.ts';
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
    (name) => /\/connections/.test(name),
    (status) => !commonStatuses.includes(status),
  ),
);

const cloud = '/connections/cloud';
const good = { provider: 'meta', token: 'up-token' };
const header = { name: 'X-Proof', value: 'Bearer up-secret' };
const all = {
  ...good,
  origin: 'https://Provider.example:443/',
  api_version: 'v25.0',
  app_secret: 'up-secret-1',
  verify_token: 'up-secret-2',
  webhook_secret: 'up-secret-3',
  webhook_header: header,
  account: 'acme',
};
const shown = {
  name: 'cloud',
  provider: 'meta',
  origin: null,
  api_version: null,
  account: 'default',
  webhook_url: null,
  webhook_header: null,
  secrets: ['token'],
  stopped: null,
  created_at: '2026-03-01T12:00:00.000Z',
};
const shownWithAll = {
  ...shown,
  origin: 'https://provider.example',
  api_version: 'v25.0',
  account: 'acme',
  webhook_url: `${baseUrl}/webhooks/cloud`,
  webhook_header: { name: 'x-proof' },
  secrets: ['token', 'app_secret', 'verify_token', 'webhook_secret', 'webhook_header'],
};

/** A secret as the store keeps it, opened. */
async function secretOf({ store, sealer }: TestAdmin, secret: SecretName): Promise<string | undefined> {
  const kept = (await store.directory.connection('cloud' as ConnectionName))?.secrets[secret];
  return kept && sealer.open(kept, `cloud/${secret}`);
}

test('a connection is created from provider and token, and what else there is', async (t) => {
  const admin = await startAdmin(t);
  const { status, body } = await admin.call('PUT', cloud, good);
  assert.deepEqual([status, body], [201, shown]);
  await admin.store.directory.addAccount({ name: 'acme' as AccountName, createdAt: 0 });
  assert.deepEqual((await admin.call('PUT', '/connections/other', all)).body, {
    ...shownWithAll,
    name: 'other',
    webhook_url: `${baseUrl}/webhooks/other`,
  });
  assert.deepEqual(admin.upstreams.told, ['connection cloud', 'connection other']);
});

test('a change keeps what it does not name, and null removes', async (t) => {
  const admin = await startAdmin(t);
  await admin.store.directory.addAccount({ name: 'acme' as AccountName, createdAt: 0 });
  await admin.call('PUT', cloud, all);
  admin.now += 5000;
  const put = async (body?: object) => {
    const answer = await admin.call('PUT', cloud, body);
    assert.equal(answer.status, 200);
    return answer.body;
  };
  assert.deepEqual(await put(), shownWithAll);
  assert.equal(await secretOf(admin, 'token'), 'up-token');
  await put({ token: 'another-token' });
  assert.equal(await secretOf(admin, 'token'), 'another-token');
  assert.equal(await secretOf(admin, 'webhookHeader'), 'Bearer up-secret');
  assert.equal((await put({ provider: '360dialog' })).provider, '360dialog');
  const gone = { app_secret: null, verify_token: null, webhook_secret: null, webhook_header: null };
  assert.deepEqual(await put({ ...gone, origin: null, api_version: null, account: null }), {
    ...shown,
    provider: '360dialog',
  });
  assert.equal(await secretOf(admin, 'appSecret'), undefined);
  assert.equal(admin.upstreams.told.length, 5);
});

test('no answer and no log line shows a secret, and each is sealed for its place', async (t) => {
  const admin = await startAdmin(t);
  await admin.store.directory.addAccount({ name: 'acme' as AccountName, createdAt: 0 });
  const answers = [
    await admin.call('PUT', cloud, all),
    await admin.call('PUT', cloud, { ...all, token: 'up-secret with a space', webhook_header: 'up-secret' }),
    await admin.call('PUT', cloud, { ...all, provider: 'up-secret', app_secret: 'up-secret'.repeat(500) }),
    await admin.call('PUT', cloud, { ...all, app_secret: ['up-secret'], account: 'nobody' }),
    await admin.call('PUT', cloud, undefined, { raw: '{"token":"up-secret"' }),
    await admin.call('GET', cloud),
    await admin.call('GET', '/connections'),
  ];
  assert.deepEqual(
    answers.map(({ status }) => status),
    [201, 422, 422, 422, 400, 200, 200],
  );
  const told = JSON.stringify([answers.map(({ body }) => body), admin.log]);
  assert.doesNotMatch(told, /up-(token|secret)/);
  const names: readonly SecretName[] = ['token', 'appSecret', 'verifyToken', 'webhookSecret', 'webhookHeader'];
  assert.deepEqual(await Promise.all(names.map((name) => secretOf(admin, name))), [
    'up-token',
    'up-secret-1',
    'up-secret-2',
    'up-secret-3',
    'Bearer up-secret',
  ]);
});

test('a secret is refused by its name while there is no key to keep it with', async (t) => {
  const admin = await startAdmin(t, { secretKeys: [] });
  const { body } = await assertInvalid(
    admin.call('PUT', cloud, { ...good, webhook_header: header }),
    'token',
    'webhook_header',
  );
  assert.match(body.detail, /^token cannot be kept: .*GATEHOUSE_SECRET_KEY/);
  await assertInvalid(admin.call('PUT', cloud, { provider: 'meta', app_secret: null }), 'token');
  assert.equal((await admin.call('GET', cloud)).status, 404);
  assert.deepEqual(admin.upstreams.told, []);
});

test('a new connection needs provider and token, and an old one keeps them', async (t) => {
  const admin = await startAdmin(t);
  await assertInvalid(admin.call('PUT', cloud), 'provider', 'token');
  await assertInvalid(admin.call('PUT', cloud, { provider: 'meta' }), 'token');
  await assertInvalid(admin.call('PUT', cloud, { token: 'x' }), 'provider');
  assert.equal((await admin.call('PUT', cloud, { ...good, token: 'x' })).status, 201);
  await assertInvalid(admin.call('PUT', cloud, { token: null, provider: null }), 'provider', 'token');
});

test('bad values are refused by the name of their field and nothing changes', async (t) => {
  const admin = await startAdmin(t);
  await admin.call('PUT', cloud, good);
  const each = (field: string, values: readonly unknown[]) =>
    values.map((value): [object, string] => [{ [field]: value }, field]);
  // What is in no header may have spaces, and letters of any kind.
  const noSecrets = [5, true, [], {}, '', 'a\n', 'x'.repeat(4097)];
  const noOrigins = ['', 'provider.example', 'ftp://provider.example', 'https://', 'https://a/path', 'https://a?b'];
  const cases: [object, ...string[]][] = [
    ...each('provider', [5, null, [], '', 'kapso', 'Meta', 'toString']),
    ...each('token', ['a b', 'ü']),
    ...['token', 'app_secret', 'verify_token', 'webhook_secret'].flatMap((field) => each(field, noSecrets)),
    ...each('origin', [
      5,
      ...noOrigins,
      'https://a?',
      'https://a#',
      'https://u@a',
      'https://u:p@a',
      'http://a',
      ' https://a',
    ]),
    ...each('api_version', [25, '', '25.0', 'v25', 'v25.0.1', 'v25.0/x', 'V25.0', 'v9999.0']),
    ...each('webhook_header', [5, 'x-proof', []]),
    ...each('account', [5, '', 'ACME', 'nowhere']),
    [{ webhook_header: {} }, 'webhook_header/name', 'webhook_header/value'],
    [{ webhook_header: { ...header, more: 1 } }, 'webhook_header/more'],
    ...['', 'x proof', 'x:', 'ü', 'Content-Type', 'host', 'connection', 'Transfer-Encoding', 5].map(
      (name): [object, string] => [{ webhook_header: { ...header, name } }, 'webhook_header/name'],
    ),
    ...['', ' x', 'x ', 'a\nb', 'ü', 'x'.repeat(4097), null].map((value): [object, string] => [
      { webhook_header: { ...header, value } },
      'webhook_header/value',
    ]),
    [{ secrets: [], name: 'x', stopped: null }, 'secrets', 'name', 'stopped'],
  ];
  for (const [body, ...fields] of cases) await assertInvalid(admin.call('PUT', cloud, body), ...fields);
  for (const name of ['A', '-a', 'a%20b', 'a'.repeat(65), '%00'])
    await assertInvalid(admin.call('PUT', `/connections/${name}`, good), 'name');
  assert.deepEqual((await admin.call('GET', cloud)).body, shown);
  assert.deepEqual(admin.upstreams.told, ['connection cloud']);
});

test('the words of a refusal say what is expected', async (t) => {
  const admin = await startAdmin(t);
  const words = async (body: object) => (await admin.call('PUT', cloud, body)).body.detail;
  assert.equal(await words({ provider: 'x' }), 'provider must be meta or 360dialog.');
  assert.equal(await words({ origin: 'http://a' }), 'origin must be https.');
  assert.equal(await words({ api_version: '25' }), 'api_version must be a version like v25.0.');
  assert.match(await words({ origin: 'a' }), /^origin must be http or https, a host and at most a port/);
  assert.match(await words({ webhook_header: { ...header, name: 'Host' } }), /must be the name of an HTTP header/);
});

test('a connection tells that its provider stopped it', async (t) => {
  const admin = await startAdmin(t);
  await admin.call('PUT', cloud, good);
  await admin.call('PUT', '/connections/other', good);
  const stop = { code: 190, detail: 'Invalid OAuth access token.', at: admin.now };
  admin.upstreams.stopped = [{ ...stop, connection: 'cloud' as ConnectionName }];
  const stopped = { ...stop, at: '2026-03-01T12:00:00.000Z' };
  assert.deepEqual((await admin.call('GET', cloud)).body, { ...shown, stopped });
  const { data } = (await admin.call('GET', '/connections')).body;
  assert.deepEqual(
    data.map((one: { stopped: unknown }) => one.stopped),
    [stopped, null],
  );
});

test('connections are listed page by page, by name', async (t) => {
  const admin = await startAdmin(t);
  for (const name of ['c', 'a', 'b']) await admin.call('PUT', `/connections/${name}`, good);
  const first = (await admin.call('GET', '/connections?limit=2')).body;
  assert.equal(first.paging.next, `${baseUrl}/api/v1/connections?limit=2&after=${first.paging.cursors.after}`);
  const second = (await admin.call('GET', `/connections?limit=2&after=${first.paging.cursors.after}`)).body;
  assert.equal(second.paging.next, undefined);
  assert.deepEqual(
    [...first.data, ...second.data].map(({ name }: { name: string }) => name),
    ['a', 'b', 'c'],
  );
  await assertInvalid(admin.call('GET', '/connections?after=a'), 'after');
  await assertInvalid(admin.call('GET', '/connections/a?secrets=all'), 'secrets');
  await assertInvalid(admin.call('DELETE', '/connections/a?force=1'), 'force');
});

test('a connection in use is not deleted, and stays with its account', async (t) => {
  const admin = await startAdmin(t);
  await admin.store.directory.addAccount({ name: 'acme' as AccountName, createdAt: 0 });
  await admin.call('PUT', cloud, good);
  const id = await admin.addNumber({ upstream: { connection: 'cloud' } });
  const refused = [await admin.call('DELETE', cloud), await admin.call('PUT', cloud, { account: 'acme' })];
  assert.deepEqual(
    refused.map(({ status, body }) => [status, body.code]),
    [
      [409, 'in_use'],
      [409, 'in_use'],
    ],
  );
  await admin.call('PUT', `/numbers/${id}`, { upstream: null });
  admin.upstreams.told.length = 0;
  assert.equal((await admin.call('PUT', cloud, { account: 'acme' })).body.account, 'acme');
  assert.equal((await admin.call('DELETE', cloud)).status, 204);
  assert.deepEqual(admin.upstreams.told, ['connection cloud', 'connection cloud']);
  for (const name of ['cloud', 'CLOUD', '%00']) {
    for (const method of ['GET', 'DELETE']) {
      const { status, body } = await admin.call(method, `/connections/${name}`);
      assert.deepEqual([status, body.detail], [404, 'There is no connection with this name.']);
    }
  }
  assert.equal(admin.upstreams.told.length, 2);
});

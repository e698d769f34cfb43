import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AppOwner, placeOfApp } from '../core/apps.ts';
import type { AccountName, PhoneNumberId } from '../core/ids.ts';
import { assertInvalid, startAdmin, type TestAdmin } from './client.contract.ts';

const url = 'https://app.example/hook?team=1';
const whole = { url, secret: 'of the app', headers: { 'X-Mine': 'kept, too' }, blocked: 'hold' };
const shown = { url, blocked: 'hold', secrets: ['secret', 'headers'], header_names: ['x-mine'] };

interface Owned {
  readonly path: string;
  readonly owner: AppOwner;
  readonly id: string;
}

/** A number and an account: their apps are the same. */
async function owners(admin: TestAdmin): Promise<readonly Owned[]> {
  const id = await admin.addNumber();
  await admin.call('PUT', '/accounts/acme');
  return [
    { id, path: `/numbers/${id}`, owner: { kind: 'number', number: id as PhoneNumberId } },
    { id: 'acme', path: '/accounts/acme', owner: { kind: 'account', account: 'acme' as AccountName } },
  ];
}

/** The app as the store keeps it, with its secrets opened. */
async function kept({ store: { directory }, sealer }: TestAdmin, owner: AppOwner) {
  const found = owner.kind === 'number' ? directory.number(owner.number) : directory.account(owner.account);
  const app = (await found)?.app;
  const open = (name: 'secret' | 'headers') => app?.[name] && sealer.open(app[name], placeOfApp(owner, name));
  return [open('secret'), open('headers')];
}

test('an app needs its url alone, and what a change does not name stays', async (t) => {
  const admin = await startAdmin(t);
  for (const { id, path, owner } of await owners(admin)) {
    const put = async (app: object | null) => {
      const { status, body } = await admin.call('PUT', path, { app });
      assert.equal(status, 200, JSON.stringify(body));
      assert.equal(admin.forwarded.pop(), `changed ${id}`);
      return body.app;
    };
    assert.equal((await admin.call('GET', path)).body.app, null);
    const bare = { url, blocked: 'drop', secrets: [], header_names: [] };
    assert.deepEqual(await put({ url }), bare);
    assert.deepEqual(await put(whole), shown);
    assert.deepEqual(await kept(admin, owner), ['of the app', '{"x-mine":"kept, too"}']);
    assert.deepEqual(await put({ blocked: 'tag' }), { ...shown, blocked: 'tag' });
    assert.deepEqual(await put({ secret: null, url: 'https://OTHER.example' }), {
      url: 'https://other.example/',
      blocked: 'tag',
      secrets: ['headers'],
      header_names: ['x-mine'],
    });
    assert.deepEqual((await put({ headers: {} })).secrets, []);
    assert.deepEqual(await kept(admin, owner), [undefined, undefined]);
    await put(whole);
    admin.forwarded.length = 0;
    assert.deepEqual((await admin.call('PUT', path, {})).body.app, shown);
    assert.deepEqual(admin.forwarded, []);
    assert.equal(await put(null), null);
    await assertInvalid(admin.call('PUT', path, { app: { blocked: 'hold' } }), 'app/url');
  }
});

test('a new number and a new account have their app at once, and are not there without its url', async (t) => {
  const admin = await startAdmin(t);
  const number = { display_phone_number: '+1 555 078 3881' };
  await assertInvalid(admin.call('PUT', '/numbers/1001', { ...number, app: { secret: 'x' } }), 'app/url');
  await assertInvalid(admin.call('PUT', '/accounts/berlin', { app: { secret: 'x' } }), 'app/url');
  for (const path of ['/numbers/1001', '/accounts/berlin']) assert.equal((await admin.call('GET', path)).status, 404);
  assert.deepEqual((await admin.call('PUT', '/numbers/1001', { ...number, app: whole })).body.app, shown);
  const { status, body } = await admin.call('PUT', '/accounts/berlin', { app: whole });
  assert.deepEqual([status, body.app], [201, shown]);
  assert.deepEqual((await admin.call('GET', '/numbers')).body.data[0].app, shown);
  assert.deepEqual((await admin.call('GET', '/accounts')).body.data[0].app, shown);
  admin.forwarded.length = 0;
  await admin.call('DELETE', '/numbers/1001?confirm=1001');
  assert.deepEqual(admin.forwarded, ['changed 1001']);
});

test('no answer and no log line shows a secret or the value of a header', async (t) => {
  const admin = await startAdmin(t);
  const answers: unknown[] = [];
  for (const { path } of await owners(admin)) {
    for (const app of [whole, { ...whole, secret: 'of the app\u0000' }, { ...whole, url: 'ftp://of.the.app.example' }])
      answers.push((await admin.call('PUT', path, { app })).body);
    answers.push((await admin.call('GET', path)).body);
  }
  assert.doesNotMatch(JSON.stringify([answers, admin.log]), /of the app|kept, too/);
});

test('bad values are refused by the name of their field, and change nothing', async (t) => {
  const admin = await startAdmin(t);
  const names = (...list: string[]) => ({ url, headers: Object.fromEntries(list.map((name) => [name, 'x'])) });
  const cases: [unknown, ...string[]][] = [
    ...[
      '',
      'x',
      'ftp://a.example',
      'https://',
      'https://u:p@a.example/',
      'https://u@a.example/',
      'https://a.example/#f',
    ]
      .concat([
        'https://a.example/#',
        ' https://a.example/',
        'https://a.example/a b',
        'http://a.example/',
        '//a.example',
      ])
      .concat([`https://a.example/${'x'.repeat(2031)}`])
      .map((text): [unknown, string] => [{ url: text }, 'app/url']),
    ...[5, null, ['https://a.example']].map((text): [unknown, string] => [{ url: text }, 'app/url']),
    ...['', 'a\u0000', 'x'.repeat(4097), 5].map((secret): [unknown, string] => [{ url, secret }, 'app/secret']),
    ...['DROP', null, 5].map((blocked): [unknown, string] => [{ url, blocked }, 'app/blocked']),
    [{ url, headers: ['x'] }, 'app/headers'],
    [names(...Array.from({ length: 21 }, (_, index) => `x-${index}`)), 'app/headers'],
    ...['', ' x', '\u001f ', 'ä'].map((value): [unknown, string] => [
      { url, headers: { 'x-a': value } },
      'app/headers/x-a',
    ]),
    ...['content-type', 'content-length', 'host', 'connection', 'x-hub-signature-256', 'x-webhook-signature', 'a b', '']
      .concat(['x-gatehouse-delivery', 'x-gatehouse-', 'x'.repeat(101)].map((name) => name.slice(0, 101)))
      .map((name): [unknown, string] => [names(name.toUpperCase()), `app/headers/${name.slice(0, 100)}`]),
    [names('X-Mine', 'x-mine'), 'app/headers/x-mine'],
    [{ url, name: 'x' }, 'app/name'],
    ['https://a.example', 'app'],
  ];
  for (const { path } of await owners(admin)) {
    for (const [app, ...fields] of cases) await assertInvalid(admin.call('PUT', path, { app }), ...fields);
    assert.equal((await admin.call('GET', path)).body.app, null);
    const longest = `https://a.example/${'x'.repeat(2030)}`;
    assert.equal((await admin.call('PUT', path, { app: { url: longest } })).body.app.url, longest);
  }
});

test('secrets that nothing can encrypt are refused by the name of their field and of the variable', async (t) => {
  const admin = await startAdmin(t, { secretKeys: [] });
  for (const { path } of await owners(admin)) {
    const { body } = await assertInvalid(admin.call('PUT', path, { app: whole }), 'app/secret', 'app/headers');
    assert.match(body.detail, /GATEHOUSE_SECRET_KEY/);
    assert.equal((await admin.call('PUT', path, { app: { url, secret: null, headers: null } })).status, 200);
  }
});

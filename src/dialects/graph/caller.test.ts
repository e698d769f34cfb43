import assert from 'node:assert/strict';
import { it } from 'node:test';
import { d360 } from '../d360/index.ts';
import type { Caller } from '../dialect.ts';
import { kapso } from '../kapso/index.ts';
import { meta } from '../meta/index.ts';

type PlaceOf = Parameters<Caller['path']>[0];

it('each provider gets a path in its own form', () => {
  for (const [place, apiVersion, ...expected] of [
    [{ version: 'v23.0', numberId: '7', rest: '/x' }, null, '/v23.0/7/x', '/x', '/meta/whatsapp/v23.0/7/x'],
    [{ version: 'v23.0', numberId: '7', rest: '/x' }, 'v22.0', '/v23.0/7/x', '/x', '/meta/whatsapp/v23.0/7/x'],
    [{ version: undefined, numberId: '7', rest: '/x/' }, 'v22.0', '/v22.0/7/x/', '/x/', '/meta/whatsapp/v22.0/7/x/'],
    [{ version: undefined, numberId: '7', rest: '/%20' }, null, '/v25.0/7/%20', '/%20', '/meta/whatsapp/v24.0/7/%20'],
    [{ version: 'v23.0', numberId: '7', rest: '' }, null, '/v23.0/7', '/', '/meta/whatsapp/v23.0/7'],
    [{ version: undefined, rest: '/12/x' }, null, '/v25.0/12/x', '/12/x', '/meta/whatsapp/v24.0/12/x'],
  ] as const satisfies [PlaceOf, string | null, string, string, string][]) {
    assert.deepEqual(
      [meta, d360, kapso].map(({ caller }) => caller.path(place, apiVersion)),
      expected,
    );
  }
});

it('each provider gets its credential, and is where its documents say', () => {
  const headersOf = ({ caller }: { caller: Caller }) => [caller.origin, caller.credential('t')];
  assert.deepEqual(headersOf(meta), ['https://graph.facebook.com', { authorization: 'Bearer t' }]);
  assert.deepEqual(headersOf(d360), ['https://waba-v2.360dialog.io', { 'd360-api-key': 't' }]);
  assert.deepEqual(headersOf(kapso), ['https://api.kapso.ai', { 'x-api-key': 't' }]);
});

it('a block is asked for as Meta’s reference shows', () => {
  const users = [
    { kind: 'wa_id', waId: '16505551234' },
    { kind: 'user_id', userId: 'US.1' },
  ] as never;
  const call = meta.caller.change('block', users, { numberId: '7', token: 't', apiVersion: null });
  assert.deepEqual(call, {
    method: 'POST',
    path: '/v25.0/7/block_users',
    headers: { authorization: 'Bearer t', accept: 'application/json', 'content-type': 'application/json' },
    body: '{"messaging_product":"whatsapp","block_users":[{"user":"16505551234"},{"user_id":"US.1"}]}',
  });
  const { method, body } = meta.caller.change('unblock', users, { numberId: '7', token: 't', apiVersion: 'v23.0' });
  assert.deepEqual([method, body], ['DELETE', call.body]);
});

it('Meta takes what its clients of uploads write for Bearer', async () => {
  const request = {
    method: 'POST',
    path: '/v25.0/upload:x',
    query: '',
    body: new Uint8Array(),
    requestId: 'A',
    baseUrl: '',
  };
  for (const scheme of ['OAuth', 'oauth', 'Bearer']) {
    const headers = { authorization: [`${scheme} the secret`] };
    assert.deepEqual(await meta.credential({ ...request, headers }), { secret: 'the secret' });
  }
  assert.ok(!('secret' in (await kapso.credential({ ...request, headers: { authorization: ['OAuth x'] } }))));
});

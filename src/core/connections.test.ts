import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Connection, changeConnection, reachesAnotherList } from './connections.ts';
import type { AccountName, ConnectionName, SealedSecret } from './ids.ts';
import { defaultAccount } from './numbers.ts';

const name = 'main' as ConnectionName;
const at = Date.UTC(2026, 0, 2);
const [token, secret] = ['v1.k.token', 'v1.k.secret'] as SealedSecret[];
const before: Connection = {
  name,
  provider: 'meta',
  origin: null,
  apiVersion: 'v24.0',
  account: 'shop' as AccountName,
  webhookHeaderName: 'x-proof',
  secrets: { token: token!, webhookHeader: secret! },
  createdAt: at,
};

describe('a connection', () => {
  it('needs a provider and a token, and belongs to the default account', () => {
    const missing = (patch: Parameters<typeof changeConnection>[2]) => changeConnection(name, undefined, patch, at);
    assert.deepEqual(missing({ secrets: {} }), { missing: ['provider', 'token'] });
    assert.deepEqual(missing({ provider: 'meta', secrets: {} }), { missing: ['token'] });
    assert.deepEqual(missing({ secrets: { token: token! } }), { missing: ['provider'] });
    assert.deepEqual(missing({ provider: 'meta', secrets: { token: token!, appSecret: null } }), {
      name,
      provider: 'meta',
      origin: null,
      apiVersion: null,
      account: defaultAccount,
      webhookHeaderName: null,
      secrets: { token },
      createdAt: at,
    });
  });

  it('keeps what a change does not name, and loses what is null', () => {
    assert.deepEqual(changeConnection(name, before, { secrets: {} }, at + 1), before);
    const patch = { apiVersion: null, webhookHeaderName: null, secrets: { webhookHeader: null } };
    const after = { ...before, apiVersion: null, webhookHeaderName: null, secrets: { token } };
    assert.deepEqual(changeConnection(name, before, patch, at + 1), after);
    assert.deepEqual(changeConnection(name, before, { secrets: { token: null } }, at), { missing: ['token'] });
  });

  it('reaches another list by another provider or origin alone', () => {
    assert.equal(reachesAnotherList(before, { ...before, apiVersion: null, secrets: { token: secret! } }), false);
    assert.equal(reachesAnotherList(before, { ...before, provider: 'kapso' }), true);
    assert.equal(reachesAnotherList(before, { ...before, origin: 'https://localhost:1' }), true);
  });
});

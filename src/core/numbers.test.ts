import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ConnectionName, PhoneNumberId, WaId } from './ids.ts';
import { type BusinessNumber, changeNumber, defaultAccount, isNumberFault, type NumberPatch } from './numbers.ts';
import { presets } from './rules.ts';

const id = '1001' as PhoneNumberId;
const at = Date.UTC(2026, 0, 2);
const phone = { displayPhoneNumber: '+1 555 000 1001', waId: '15550001001' as WaId };
const connection = 'main' as ConnectionName;

function put(patch: NumberPatch, before?: BusinessNumber): BusinessNumber {
  const number = changeNumber(id, before, patch, at);
  assert.ok(!isNumberFault(number), JSON.stringify(number));
  return number;
}

describe('a new number', () => {
  it('needs a phone, and is open and without an upstream unless told otherwise', () => {
    assert.deepEqual(changeNumber(id, undefined, {}, at), { kind: 'no_display_phone_number' });
    assert.deepEqual(put({ phone }), {
      id,
      account: defaultAccount,
      ...phone,
      name: null,
      upstream: null,
      rules: presets.open,
      onStoreFailure: 'refuse',
      app: null,
      createdAt: at,
    });
  });

  it('with an upstream is a gateway, known to the provider by the same id', () => {
    const { upstream, rules } = put({ phone, upstream: { connection } });
    assert.deepEqual([upstream, rules], [{ connection, numberId: id }, presets.gateway]);
  });
});

describe('a number’s app', () => {
  it('needs its url when it is new, and stays until it is taken away', () => {
    const url = 'https://app.example/hook';
    assert.deepEqual(changeNumber(id, undefined, { phone, app: { blocked: 'tag' } }, at), { kind: 'no_app_url' });
    const number = put({ phone, app: { url } });
    assert.deepEqual([number.app, put({ name: 'Support' }, number).app], [{ url, blocked: 'drop' }, number.app]);
    assert.equal(put({ app: null }, number).app, null);
  });
});

describe('a number that is changed', () => {
  const plain = put({
    phone,
    rules: { window: 'strict', capacity: 5, paging: 'versioned', partialFailureStatus: 200 },
  });
  const pushed = put({ upstream: { connection }, rules: { push: 'wait' } }, plain);

  it('keeps what the change does not name', () => {
    assert.deepEqual(changeNumber(id, pushed, {}, at + 1), pushed);
    assert.deepEqual(put({ onStoreFailure: 'pass' }, pushed), { ...pushed, onStoreFailure: 'pass' });
  });

  it('keeps the rules that all numbers have when it gets an upstream or loses it', () => {
    const shared = { paging: 'versioned', partialFailureStatus: 200 };
    assert.deepEqual(pushed.rules, { push: 'wait', pushCapacity: 64_000, ...shared });
    const { upstream, rules } = put({ upstream: null }, pushed);
    assert.deepEqual([upstream, rules], [null, { window: 'off', capacity: null, ...shared }]);
    const asked = put({ upstream: null, rules: 'meta' }, pushed);
    assert.deepEqual(asked.rules, presets.meta);
  });

  it('is refused rules that are for the other kind of number', () => {
    const fault = (patch: NumberPatch, before: BusinessNumber) => changeNumber(id, before, patch, at);
    const kind = 'rules_do_not_fit';
    const both = { window: 'off', paging: 'stable', capacity: 1 } as const;
    assert.deepEqual(fault({ rules: both }, pushed), { kind, rules: ['window', 'capacity'], hasUpstream: true });
    assert.deepEqual(fault({ rules: { pushCapacity: 1 } }, plain), {
      kind,
      rules: ['pushCapacity'],
      hasUpstream: false,
    });
    assert.deepEqual(fault({ rules: 'meta' }, pushed), { kind, rules: [], hasUpstream: true });
    assert.deepEqual(fault({ rules: 'gateway' }, plain), { kind, rules: [], hasUpstream: false });
    assert.deepEqual(fault({ upstream: null, rules: { push: 'wait' } }, pushed), {
      kind,
      rules: ['push'],
      hasUpstream: false,
    });
  });
});

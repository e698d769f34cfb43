import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { changeApp, placeOfApp } from './apps.ts';
import type { AccountName, PhoneNumberId, SealedSecret } from './ids.ts';

const url = 'https://app.example/hook';
const [secret, headers] = ['v1.k.secret', 'v1.k.headers'] as SealedSecret[];

describe('a change of an app', () => {
  it('makes one that needs its url alone, and drops what blocked users send', () => {
    assert.deepEqual(changeApp(null, { url }), { url, blocked: 'drop' });
    assert.equal(changeApp(null, { blocked: 'hold' }), undefined);
    assert.equal(changeApp(null, {}), undefined);
  });

  it('keeps what it does not name, and removes what is null', () => {
    const before = { url, secret: secret!, headers: headers!, blocked: 'hold' } as const;
    assert.deepEqual(changeApp(before, {}), before);
    assert.deepEqual(changeApp(before, { blocked: 'tag', headers: null }), { url, secret, blocked: 'tag' });
    const other = { url: 'https://other.example/', secret: null };
    assert.deepEqual(changeApp(before, other), { url: other.url, headers, blocked: 'hold' });
    assert.equal(changeApp(before, null), null);
  });
});

describe('the place of an app’s secret', () => {
  it('is of one owner and one name alone', () => {
    const owners = [
      { kind: 'number', number: '1001' as PhoneNumberId },
      { kind: 'account', account: '1001' as AccountName },
    ] as const;
    const places = owners.flatMap((owner) => [placeOfApp(owner, 'secret'), placeOfApp(owner, 'headers')]);
    assert.equal(new Set(places).size, 4);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Refusal } from '../core/errors.ts';
import { cutBody } from './body.ts';

const json = 'application/json; charset=utf-8';
const form = 'application/x-www-form-urlencoded';
const multipart = 'multipart/form-data; boundary=b';

function cut(body: string, type: string, kind: 'pass' | 'send' = 'pass'): string {
  return Buffer.from(cutBody(Buffer.from(body), type, kind)).toString();
}

function assertRefused(body: string, type: string, kind: 'pass' | 'send', reason: Refusal['reason']['kind']): void {
  assert.throws(
    () => cut(body, type, kind),
    (error) => error instanceof Refusal && error.reason.kind === reason,
    body,
  );
}

describe('a body that was read', () => {
  it('loses its credentials, and is the very same if it has none', () => {
    const cuts: readonly (readonly [type: string, body: string, rest: string])[] = [
      [json, '{"access_token":"x", "a": 1.0}', '{"a": 1.0}'],
      [json, '{ "a":"\\u00e9" ,"appsecret\\u005fproof":"x"}', '{ "a":"\\u00e9"}'],
      [form, 'a=%20&access_token=x&b=+', 'a=%20&b=+'],
      [
        multipart,
        '--b\r\nContent-Disposition: form-data; name="access_token"\r\n\r\nx\r\n--b\r\n\r\ny\r\n--b--',
        '--b\r\n\r\ny\r\n--b--',
      ],
    ];
    for (const [type, body, rest] of cuts) assert.equal(cut(body, type), rest);
    for (const body of ['{"a":"access_token"}', '{"a":{"access_token":1}}', '[{"access_token":1}]', '{broken', ''])
      assert.equal(cut(body, json), body);
    const bytes = Buffer.from('a=1');
    assert.equal(cutBody(bytes, form, 'pass'), bytes);
    assert.equal(cutBody(bytes, 'text/plain', 'pass'), bytes);
  });

  it('is refused if a credential may be in what nobody can read', () => {
    assertRefused('{"access_token":"x"', json, 'pass', 'invalid_body');
    assertRefused('{"access\\u005ftoken":', json, 'pass', 'invalid_body');
  });

  it('is refused if it is a batch', () => {
    assertRefused('{"batch":[]}', json, 'pass', 'batch_refused');
    assertRefused('{"\\u0062atch":[]}', json, 'pass', 'batch_refused');
    assertRefused('a=1&%62atch=[]', form, 'pass', 'batch_refused');
    assertRefused('--b\r\nContent-Disposition: form-data; name=batch\r\n\r\n[]', multipart, 'pass', 'batch_refused');
    assert.equal(cut('{"a":"batch"}', json), '{"a":"batch"}');
  });

  it('of a send is JSON whatever it calls itself, and must not be understood in two ways', () => {
    assert.equal(cut('{"access_token":"x","to":"1"}', 'text/plain', 'send'), '{"to":"1"}');
    assertRefused('{"to":"1","to":"2"}', json, 'send', 'invalid_body');
    assertRefused('{"to":"1","t\\u006f":"2"}', json, 'send', 'invalid_body');
    assert.equal(cut('{"to":"1","text":{"to":"2"}}', json, 'send'), '{"to":"1","text":{"to":"2"}}');
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dialects } from '../../src/dialects/index.ts';
import { validateOwn } from '../helpers/own-schemas.ts';

const user = { input: '+16505551234', wa_id: '16505551234' };
const product = { messaging_product: 'whatsapp' };
const error = { message: 'm', type: 'OAuthException', code: 100, fbtrace_id: `A${'i'.repeat(22)}` };
const cursors = { before: 'b', after: 'a' };

const right: [dialect: string, method: string, status: number, body: unknown][] = [
  ['meta', 'get', 200, { data: [{ ...product, wa_id: '16505551234' }], paging: { cursors, next: 'http://h/' } }],
  ['meta', 'post', 200, { ...product, block_users: { added_users: [user] } }],
  ['360dialog', 'delete', 200, { ...product, block_users: { added_users: [user], removed_users: [user] } }],
  ['kapso', 'delete', 200, { success: true, ...product, block_users: { removed_users: [] } }],
  ['kapso', 'get', 401, { error }],
  ['360dialog', 'get', 401, { error: 'Invalid API key' }],
];

const wrong: [dialect: string, method: string, status: number, body: unknown, fault: RegExp][] = [
  ['meta', 'get', 200, {}, /required property 'data'/],
  ['meta', 'get', 200, { data: [product] }, /fewer than 2 properties/],
  ['meta', 'get', 200, { data: [], paging: {} }, /required property 'cursors'/],
  ['meta', 'get', 200, { data: [], paging: { cursors, next: '/relative' } }, /format "uri"/],
  ['meta', 'post', 200, { block_users: { added_users: [user] } }, /required property 'messaging_product'/],
  ['meta', 'post', 200, { ...product, block_users: { removed_users: [user] } }, /required property 'added_users'/],
  ['meta', 'post', 200, { ...product, block_users: { added_users: [{ input: 'x' }] } }, /fewer than 2 properties/],
  ['meta', 'post', 200, { success: true, ...product, block_users: { added_users: [] } }, /additional properties/],
  ['meta', 'post', 400, { ...product, block_users: { failed_users: [] }, error }, /fewer than 1 items/],
  ['meta', 'get', 401, { error: 'Invalid API key' }, /must be object/],
  ['meta', 'get', 401, { error: { ...error, fbtrace_id: 'A' } }, /must match pattern/],
  ['meta', 'get', 401, { error: { ...error, secret: 'x' } }, /additional properties/],
  [
    '360dialog',
    'delete',
    200,
    { ...product, block_users: { removed_users: [user] } },
    /required property 'added_users'/,
  ],
  ['360dialog', 'get', 401, { error }, /must be string/],
  ['kapso', 'delete', 200, { success: false, ...product, block_users: { removed_users: [] } }, /must be equal to/],
  ['kapso', 'get', 429, { error: 'Rate limit exceeded' }, /required property 'message'/],
  ['meta', 'get', 429, {}, /meta block_users GET 429 is in no schema/],
];

describe('the dialects’ own schemas', () => {
  it('accept what is right', () => {
    for (const [dialect, method, status, body] of right) {
      assert.deepEqual(validateOwn(dialect, method, status, body), [], `${dialect} ${method} ${status}`);
    }
  });

  it('refuse what the providers’ schemas would let pass', () => {
    for (const [dialect, method, status, body, fault] of wrong) {
      assert.match(validateOwn(dialect, method, status, body).join('; '), fault, JSON.stringify(body));
    }
  });

  it('refuse a body that is none, for every status of every operation', async () => {
    for (const dialect of dialects) {
      const operations = (await dialect.docs()).places.flatMap((place) => place.operations);
      assert.equal(operations.length, 6);
      for (const { edge, method, answers } of operations) {
        for (const status of Object.keys(answers)) {
          const faults = validateOwn(dialect.name, method, Number(status), 'text', edge);
          assert.deepEqual(
            faults.filter((fault) => / is in no schema$/.test(fault)),
            [],
          );
          assert.notDeepEqual(faults, [], `${dialect.name} ${edge} ${status}`);
        }
      }
    }
  });
});

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { contractSchemas, validateContract } from '../helpers/contract-schemas.ts';

const user = { input: '+16505551234', wa_id: '16505551234' };
const graphError = { message: '(#100) Invalid parameter', type: 'OAuthException', code: 100, fbtrace_id: 'A' };
const cursors = { before: 'b', after: 'a' };

const right: [dialect: string, method: string, status: number, body: unknown][] = [
  ['meta', 'GET', 200, { data: [{ messaging_product: 'whatsapp', wa_id: '16505551234' }], paging: { cursors } }],
  ['meta', 'POST', 200, { messaging_product: 'whatsapp', block_users: { added_users: [user] } }],
  ['meta', 'DELETE', 200, { messaging_product: 'whatsapp', block_users: { removed_users: [user] } }],
  ['360dialog', 'GET', 200, { data: [{ wa_id: '16505551234', block_users: [user] }], paging: { cursors, next: 'u' } }],
  ['360dialog', 'DELETE', 200, { block_users: { added_users: [user], removed_users: [user] } }],
  [
    '360dialog',
    'POST',
    400,
    { block_users: { failed_users: [{ ...user, errors: [{ code: 1 }] }] }, error: graphError },
  ],
  ['360dialog', 'GET', 401, { error: 'Unauthorized' }],
  ['360dialog', 'GET', 500, { error: 'Internal server error' }],
  ['kapso', 'GET', 200, { data: [] }],
  ['kapso', 'POST', 200, { success: true, block_users: { added_users: [user] } }],
  ['kapso', 'DELETE', 400, { error: graphError }],
];

const wrong: [dialect: string, method: string, status: number, body: unknown, fault: string][] = [
  ['meta', 'GET', 200, { data: { wa_id: '16505551234' } }, '/data must be array'],
  ['meta', 'GET', 200, { data: [{ wa_id: 16505551234 }] }, '/data/0/wa_id must be string'],
  ['meta', 'POST', 200, { block_users: { added_users: ['+1'] } }, '/block_users/added_users/0 must be object'],
  ['meta', 'DELETE', 200, { block_users: { removed_users: null } }, '/block_users/removed_users must be array'],
  ['360dialog', 'GET', 200, { data: [{ block_users: user }] }, '/data/0/block_users must be array'],
  ['360dialog', 'DELETE', 200, { block_users: { added_users: user } }, '/block_users/added_users must be array'],
  ['360dialog', 'POST', 400, { error: { ...graphError, code: '100' } }, '/error/code must be integer'],
  ['360dialog', 'GET', 401, { error: graphError }, '/error must be string'],
  ['kapso', 'POST', 200, { success: 'true' }, '/success must be boolean'],
  ['kapso', 'GET', 401, { error: { message: 'm', type: 't' } }, "/error must have required property 'code'"],
  ['kapso', 'DELETE', 400, { errors: [graphError] }, "/ must have required property 'error'"],
];

describe('the documented schemas', () => {
  it('accept a right body', () => {
    for (const [dialect, method, status, body] of right) {
      assert.deepEqual(validateContract(dialect, method, status, body), [], `${dialect} ${method} ${status}`);
    }
  });

  it('refuse a wrong body and say where', () => {
    for (const [dialect, method, status, body, fault] of wrong) {
      assert.deepEqual(validateContract(dialect, method, status, body), [fault], `${dialect} ${method} ${status}`);
    }
  });

  it('are all there and all used', () => {
    const used = Object.entries(contractSchemas).flatMap(([dialect, byMethod]) =>
      Object.entries(byMethod).flatMap(([method, byStatus]) =>
        Object.keys(byStatus).map((status) => {
          assert.deepEqual(validateContract(dialect, method, Number(status), 'no object'), ['/ must be object']);
          return `${dialect} ${method} ${status}`;
        }),
      ),
    );
    const ofD360 = ['200', '400', '401', '500'];
    assert.deepEqual(used.toSorted(), [
      ...['delete', 'get', 'post'].flatMap((method) => ofD360.map((status) => `360dialog ${method} ${status}`)),
      ...['delete', 'get', 'post'].flatMap((method) =>
        ['200', '400', '401'].map((status) => `kapso ${method} ${status}`),
      ),
      ...['delete', 'get', 'post'].map((method) => `meta ${method} 200`),
    ]);
  });

  it('say nothing of a status that the provider does not document', () => {
    assert.deepEqual(validateContract('meta', 'POST', 400, 'anything'), []);
  });

  it('are asked only for a dialect that there is', () => {
    assert.throws(() => validateContract('telegram', 'GET', 200, {}), /telegram/);
  });

  it('hold no prose and no path of the machine that took them', () => {
    const text = readFileSync(new URL('../fixtures/contract-schemas.json', import.meta.url), 'utf8');
    assert.doesNotMatch(text, /"(description|example|examples|summary|title|\$ref)"/);
    const strings = [...text.matchAll(/"([^"]*)"/g)].map(([, string]) => string!);
    const schemas = strings.filter((string) => !string.startsWith('https://'));
    assert.deepEqual(
      schemas.filter((string) => !/^[a-z0-9_]*(Items)?$/.test(string)),
      [],
    );
  });
});

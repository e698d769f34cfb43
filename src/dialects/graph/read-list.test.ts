import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readList } from './read-list.ts';

const read = (body: unknown, status = 200) =>
  readList({ status, retryAfter: undefined, body: JSON.stringify(body), at: 0 });
const meta = { messaging_product: 'whatsapp', wa_id: '16505551234' };
const d360 = { block_users: [{ input: '+16505551234', wa_id: '16505551234' }] };
const bsuid = 'US.13491208655302741918';
const paging = { cursors: { before: 'b', after: 'a' } };

describe('a page of a provider’s list', () => {
  it('is read in every form of its rows', () => {
    for (const [row, expected] of [
      [meta, [{ waId: '16505551234' }]],
      [{ ...meta, user_id: bsuid }, [{ waId: '16505551234', userId: bsuid }]],
      [{ user_id: bsuid }, [{ userId: bsuid }]],
      [d360, [{ waId: '16505551234' }]],
      [{ ...meta, ...d360 }, [{ waId: '16505551234' }]],
      [{ block_users: [{ input: bsuid }, { input: '16505551234' }] }, [{ userId: bsuid }, { waId: '16505551234' }]],
      [{ block_users: [] }, []],
      // Ids of kinds that are not known here.
      [{ wa_id: '12' }, []],
      [{ user_id: 'US.ENT.1' }, []],
    ] as const) {
      assert.deepEqual(read({ data: [row] }), { kind: 'page', users: expected }, JSON.stringify(row));
    }
  });

  it('goes on unless it is empty', () => {
    assert.deepEqual(read({ data: [meta], paging }), { kind: 'page', users: [{ waId: '16505551234' }], after: 'a' });
    assert.deepEqual(read({ data: [{ wa_id: '12' }], paging }), { kind: 'page', users: [], after: 'a' });
    assert.deepEqual(read({ data: [], paging }), { kind: 'page', users: [] });
    for (const odd of [{}, { cursors: null }, { cursors: { after: '' } }, { cursors: { after: 1 } }, [], 'x']) {
      assert.deepEqual(read({ data: [meta], paging: odd }), { kind: 'page', users: [{ waId: '16505551234' }] });
    }
  });

  it('that changed has to be read anew', () => {
    const error = { message: '(#139102) Blocklist concurrent update', code: 139102 };
    for (const status of [400, 200, 500]) assert.deepEqual(read({ error }, status), { kind: 'changed' });
  });

  it('in no form that is known is none', () => {
    for (const body of [
      {},
      [],
      null,
      { data: {} },
      { data: [null] },
      { data: [meta, {}] },
      { data: ['16505551234'] },
    ]) {
      const reading = read(body);
      assert.ok(reading.kind === 'failed', JSON.stringify(body));
      assert.equal(reading.failure.kind, 'broken');
    }
    for (const row of [{ wa_id: 16505551234 }, { block_users: {} }, { block_users: [null] }, { block_users: [{}] }]) {
      assert.equal(read({ data: [row] }).kind, 'failed', JSON.stringify(row));
    }
  });

  it('is none with an error, or an error’s status', () => {
    assert.equal(read({ data: [], error: { code: 190, message: 'x' } }).kind, 'failed');
    assert.equal(read({ data: [] }, 500).kind, 'failed');
    assert.equal(read({ data: [] }, 302).kind, 'failed');
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { UserId } from '../../core/user.ts';
import { readChange } from './read-change.ts';

const phone = { kind: 'wa_id', waId: '16505551234' } as UserId;
const other = { kind: 'wa_id', waId: '14155559876' } as UserId;
const bsuid = { kind: 'user_id', userId: 'US.13491208655302741918' } as UserId;

const window = {
  code: 131047,
  message: 'Re-engagement required',
  details: 'User has not messaged in the last 24 hours',
};
const item = { input: '16505551234', wa_id: '16505551234' };
const failed = {
  input: '14155559876',
  wa_id: '14155559876',
  errors: [{ message: window.message, code: window.code, error_data: { details: window.details } }],
};
const someFailed = {
  message: '(#139100) Failed to block/unblock users',
  type: 'OAuthException',
  code: 139100,
  error_data: { details: 'Failed to block some users, see the block_users response list for details' },
};
const done = { kind: 'done' };
const silent = { kind: 'silent' };
const refused = { kind: 'refused', told: window };

const read = (body: unknown, { status = 200, goal = 'block' as 'block' | 'unblock', users = [phone] } = {}) =>
  readChange(goal, users, { status, retryAfter: undefined, body: JSON.stringify(body), at: 0 });
const told = (...users: object[]) => ({ kind: 'told', users });

describe('an answer to a change', () => {
  it('is believed as far as it names users', () => {
    const lists = (block_users: unknown) => ({ messaging_product: 'whatsapp', block_users });
    const unblock = { goal: 'unblock' } as const;
    for (const [what, actual, expected] of [
      ['a block', read(lists({ added_users: [item] })), told(done)],
      ['an unblock of Meta', read(lists({ removed_users: [item] }), unblock), told(done)],
      ['an unblock of 360dialog', read(lists({ added_users: [item] }), unblock), told(done)],
      ['both lists of an unblock', read(lists({ added_users: [], removed_users: [item] }), unblock), told(done)],
      ['Kapso’s own words', read({ success: true }), told(silent)],
      ['the same for an unblock', read({ success: true }, unblock), told(silent)],
      ['Kapso’s words and Meta’s', read({ success: true, ...lists({ added_users: [item] }) }), told(done)],
      ['a 200 that names nobody', read(lists({ added_users: [] })), told(silent)],
      ['a block told as an unblock', read({ success: true, ...lists({ removed_users: [item] }) }), told(silent)],
      [
        'a user without errors',
        read(lists({ failed_users: [{ input: '16505551234' }] })),
        told({
          kind: 'refused',
          told: { code: 139100, message: 'Failed to block/unblock user', details: 'Failed to block/unblock user' },
        }),
      ],
      [
        'one in both lists',
        read(lists({ added_users: [item], failed_users: [{ ...failed, input: item.input }] })),
        told(silent),
      ],
      ['items that are none', read(lists({ added_users: [null, 1, 'x', [], item] })), told(done)],
    ] as const) {
      assert.deepEqual(actual, expected, what);
    }
  });

  it('is read before its status', () => {
    const body = { block_users: { added_users: [item], failed_users: [failed] }, error: someFailed };
    for (const status of [200, 400, 500, 401, 429]) {
      assert.deepEqual(read(body, { status, users: [other, phone, bsuid] }), told(refused, done, silent));
    }
    const all = { block_users: { failed_users: [failed] }, error: someFailed };
    assert.deepEqual(read(all, { status: 400, users: [other] }), told(refused));
  });

  it('names a user by what was sent, else by what WhatsApp makes of it', () => {
    const brazil = { kind: 'wa_id', waId: '5511987654321' } as UserId;
    const short = { kind: 'wa_id', waId: '551187654321' } as UserId;
    const added = (...added_users: object[]) => ({ block_users: { added_users } });
    const users = [brazil];
    assert.deepEqual(read(added({ input: '5511987654321', wa_id: '551187654321' }), { users }), told(done));
    assert.deepEqual(read(added({ input: '+55 11 98765-4321', wa_id: '5511987654321' }), { users }), told(done));
    assert.deepEqual(read(added({ wa_id: '+5511987654321' }), { users }), told(done));
    assert.deepEqual(read(added({ input: '551187654321', wa_id: '551187654321' }), { users }), told(silent));
    // The input counts first: of two forms of one phone, the one that was named.
    const both = { users: [brazil, short] };
    assert.deepEqual(read(added({ input: '5511987654321', wa_id: '551187654321' }), both), told(done, silent));
    const byId = { input: bsuid.kind === 'user_id' ? bsuid.userId : '', user_id: 'US.13491208655302741918' };
    assert.deepEqual(read(added(byId), { users: [bsuid] }), told(done));
    assert.deepEqual(read(added({ user_id: byId.user_id }), { users: [bsuid] }), told(done));
  });

  it('that names nobody and tells of an error is that error', () => {
    for (const body of [
      { error: { message: 'Invalid OAuth access token', code: 190 }, block_users: { added_users: [] } },
      { error: { message: 'x', code: 190 }, success: true },
    ]) {
      const reading = read(body, { status: 400 });
      assert.ok(reading.kind === 'failed');
      assert.equal(reading.failure.kind, 'token');
    }
    for (const body of [
      {},
      { success: false },
      { block_users: {} },
      { block_users: [] },
      [],
      null,
      'x',
      { data: [] },
    ]) {
      const reading = read(body);
      assert.ok(reading.kind === 'failed', JSON.stringify(body));
      assert.equal(reading.failure.kind, 'broken');
    }
    const reading = read({ error: someFailed, block_users: { failed_users: [failed] } }, { status: 400 });
    assert.ok(reading.kind === 'failed');
    assert.equal(reading.failure.kind, 'broken');
  });
});

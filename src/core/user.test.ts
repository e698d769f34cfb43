import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isUserId, parseUser } from './user.ts';

describe('a user', () => {
  it('is a phone number in any writing', () => {
    assert.deepEqual(parseUser('+1 (650) 555-1234'), { kind: 'wa_id', waId: '16505551234' });
  });

  it('is a BSUID', () => {
    assert.deepEqual(parseUser('US.13491208655302741918'), { kind: 'user_id', userId: 'US.13491208655302741918' });
  });

  it('is no parent BSUID, which is told apart from other texts', () => {
    assert.deepEqual(parseUser('US.ENT.11815799212886844830'), { kind: 'parent_user_id' });
    assert.deepEqual(parseUser('somebody'), { kind: 'not_a_user' });
    assert.deepEqual(parseUser(''), { kind: 'not_a_user' });
  });

  it('is known as one', () => {
    assert.deepEqual(['+16505551234', 'US.1', 'US.ENT.1', '-'].map(parseUser).map(isUserId), [
      true,
      true,
      false,
      false,
    ]);
  });
});

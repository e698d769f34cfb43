import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KeyId, WaId } from '../../core/ids.ts';
import {
  asked,
  at,
  by,
  Caller,
  hour,
  nowhere,
  type OpenStore,
  one,
  ownWaId,
  phones,
  putNumber,
  two,
} from './fixture.contract.ts';

export function blockingContract(open: OpenStore): void {
  describe('block and unblock', () => {
    it('blocks users in the order of the request and keeps who did it, when and why', async (t) => {
      const store = await open(t);
      await putNumber(store, one);
      const caller = new Caller(store);
      assert.deepEqual(await caller.block(['+49 151 1', '+4915100000002', 'US.abc'], { reason: 'spam' }), [
        'not_a_user',
        'added',
        'added',
      ]);
      const page = await caller.page();
      assert.deepEqual(page.entries, [
        { seq: 1, waId: '4915100000002', blockedAt: at, by, reason: 'spam' },
        { seq: 2, userId: 'US.abc', blockedAt: at, by, reason: 'spam' },
      ]);
      assert.equal(page.count, 2);
      assert.equal(page.version, at * 1000);
    });

    it('answers each user with their input and the id they are listed under', async (t) => {
      const store = await open(t);
      await putNumber(store, one);
      const outcomes = await store.lists.block({ number: one, users: asked('+49 (151) 0000-0001', 'US.abc'), by, at });
      assert.deepEqual(outcomes, [
        { kind: 'added', input: '+49 (151) 0000-0001', user: { kind: 'wa_id', waId: '4915100000001' } },
        { kind: 'added', input: 'US.abc', user: { kind: 'user_id', userId: 'US.abc' } },
      ]);
    });

    it('changes nothing when everybody is blocked already', async (t) => {
      const store = await open(t);
      await putNumber(store, one);
      const caller = new Caller(store);
      await caller.block(['4915100000001', 'US.abc']);
      const before = await caller.page();
      assert.deepEqual(await caller.block(['4915100000001', 'US.abc'], { at: at + hour }), [
        'already_there',
        'already_there',
      ]);
      assert.deepEqual(await caller.page(), before);
      assert.equal((await caller.events()).length, 2);
    });

    it('removes whom it unblocks, and changes nothing for who is free', async (t) => {
      const store = await open(t);
      await putNumber(store, one);
      const caller = new Caller(store);
      await caller.block(['4915100000001', '4915100000002', 'US.abc']);
      assert.deepEqual(await caller.unblock(['4915100000001', '4915100000009', 'US.abc'], { at: at + 1 }), [
        'removed',
        'was_not_there',
        'removed',
      ]);
      assert.deepEqual(await caller.names(), ['4915100000002']);
      const before = await caller.page();
      assert.equal(before.version, (at + 1) * 1000);
      assert.equal(before.count, 1);
      assert.deepEqual(await caller.unblock(['4915100000001', 'US.abc', 'US.never'], { at: at + hour }), [
        'was_not_there',
        'was_not_there',
        'was_not_there',
      ]);
      assert.deepEqual(await caller.page(), before);
      assert.equal((await caller.events()).length, 5);
    });

    it('puts a user who is blocked again at the end', async (t) => {
      const store = await open(t);
      await putNumber(store, one);
      const caller = new Caller(store);
      await caller.block(['4915100000001', '4915100000002']);
      await caller.unblock('4915100000001');
      assert.equal(await caller.check('4915100000001'), undefined);
      await caller.block('4915100000001', { at: at + hour });
      assert.deepEqual(await caller.names(), ['4915100000002', '4915100000001']);
      assert.equal((await caller.page()).entries[1]!.blockedAt, at + hour);
      assert.equal(await caller.check('4915100000001'), 'wa_id');
    });

    it('takes a user whom one request names twice once, with one outcome per input', async (t) => {
      const store = await open(t);
      await putNumber(store, one);
      const caller = new Caller(store);
      assert.deepEqual(await caller.block(['+4915100000001', '4915100000001']), ['added', 'added']);
      assert.deepEqual(await caller.names(), ['4915100000001']);
      assert.deepEqual(await caller.unblock(['+4915100000001', '4915100000001']), ['removed', 'removed']);
      assert.deepEqual(await caller.history(), ['1 block 4915100000001', '2 unblock 4915100000001']);
    });

    it('refuses the number itself and, with a strict window, other numbers hosted here and who did not write', async (t) => {
      const store = await open(t);
      await putNumber(store, one, 'meta');
      await putNumber(store, two);
      const caller = new Caller(store);
      assert.deepEqual(await caller.block([ownWaId, '15550001002', '4915100000001', 'US.ENT.abc']), [
        'self',
        'business',
        'window',
        'parent_user_id',
      ]);
      assert.deepEqual(await new Caller(store, two).block([ownWaId, '15550001002']), ['added', 'self']);
      assert.equal((await caller.page()).count, 0);
    });

    it('refuses a business hosted here in whatever form of its phone number', async (t) => {
      const store = await open(t);
      await putNumber(store, one, 'meta');
      const phone = { displayPhoneNumber: '+52 55 1234 5678', waId: '525512345678' as WaId };
      await store.directory.putNumber(two, { phone }, at);
      const caller = new Caller(store);
      assert.deepEqual(await caller.block(['5215512345678', '525512345678']), ['business', 'business']);
    });

    it('gives a blocked user another reason and logs it, without moving the version', async (t) => {
      const store = await open(t);
      await putNumber(store, one);
      const caller = new Caller(store);
      await caller.block(['4915100000001', '4915100000002'], { reason: 'spam' });
      const { version } = await caller.page();
      const other = { ...by, dialect: 'admin', keyId: null, requestId: 'A2' };
      assert.deepEqual(
        await caller.block(['4915100000001', '4915100000003'], { reason: 'threats', at: at + 1, by: other }),
        ['already_there', 'added'],
      );
      const { entries } = await caller.page();
      assert.deepEqual(
        entries.map(({ reason, by: { requestId } }) => [reason, requestId]),
        [
          ['threats', by.requestId],
          ['spam', by.requestId],
          ['threats', 'A2'],
        ],
      );
      assert.deepEqual(await caller.history(), [
        '1 block 4915100000001',
        '2 block 4915100000002',
        '3 block 4915100000003',
        '4 update 4915100000001',
      ]);
      assert.deepEqual((await caller.events(3))[0], {
        seq: 4,
        at: at + 1,
        action: 'update',
        user: { waId: '4915100000001' },
        by: other,
        reason: 'threats',
      });
      assert.equal((await caller.page()).version, Math.max(version + 1, (at + 1) * 1000));
      await caller.block('4915100000002', { reason: 'fraud' });
      assert.equal((await caller.page()).version, (at + 1) * 1000, 'a reason alone is no change of the list');
    });

    it('keeps the reason when none or the same is given', async (t) => {
      const store = await open(t);
      await putNumber(store, one);
      const caller = new Caller(store);
      await caller.block('4915100000001', { reason: 'spam' });
      await caller.block('4915100000001');
      await caller.block('4915100000001', { reason: 'spam' });
      assert.equal((await caller.page()).entries[0]!.reason, 'spam');
      assert.equal((await caller.events()).length, 1);
    });

    it('moves the version on at each change, in the same millisecond and when the clock goes back', async (t) => {
      const store = await open(t);
      await putNumber(store, one);
      const caller = new Caller(store);
      const versions: number[] = [];
      for (const [phone, time] of [
        ['4915100000001', at],
        ['4915100000002', at],
        ['4915100000003', at - hour],
      ] as const) {
        await caller.block(phone, { at: time });
        versions.push((await caller.page()).version);
      }
      assert.deepEqual(versions, [at * 1000, at * 1000 + 1, at * 1000 + 2]);
    });

    it('keeps the lists of two numbers apart', async (t) => {
      const store = await open(t);
      await putNumber(store, one);
      await putNumber(store, two);
      await new Caller(store, one).block(['4915100000001', 'US.abc']);
      await new Caller(store, two).block('4915100000002');
      assert.deepEqual(await new Caller(store, two).names(), ['4915100000002']);
      assert.equal(await new Caller(store, two).check('4915100000001'), undefined);
      assert.equal(await new Caller(store, two).check('US.abc'), undefined);
      assert.equal((await new Caller(store, two).events()).length, 1);
    });

    it('takes 1,000 users in one request', async (t) => {
      const store = await open(t);
      await putNumber(store, one);
      const caller = new Caller(store);
      assert.deepEqual(new Set(await caller.block(phones(1000))), new Set(['added']));
      assert.deepEqual(await caller.names(), phones(1000));
      assert.deepEqual(new Set(await caller.unblock(phones(1000))), new Set(['removed']));
      assert.deepEqual(await caller.names(), []);
    });

    it('checks a user by any id, and says by which', async (t) => {
      const store = await open(t);
      await putNumber(store, one);
      const caller = new Caller(store);
      await caller.block(['4915100000001', 'US.abc'], { reason: 'spam' });
      assert.deepEqual(await store.lists.check(one, asked('US.abc')[0]!.user as never), {
        matchedBy: 'user_id',
        entry: { seq: 2, userId: 'US.abc', blockedAt: at, by, reason: 'spam' },
      });
      assert.equal(await caller.check('4915100000001'), 'wa_id');
      assert.equal(await caller.check('4915100000002'), undefined);
      assert.equal(await caller.check('US.ABC'), undefined);
    });

    it('refuses every call for a number that is not there', async (t) => {
      const store = await open(t);
      await putNumber(store, one);
      const missing = { name: 'Refusal', reason: { kind: 'number_not_found', asked: nowhere } };
      const change = { number: nowhere, users: asked('4915100000001'), by, at };
      const message = { number: nowhere, sender: { waId: ownWaId }, by, at };
      await assert.rejects(store.lists.block(change), missing);
      await assert.rejects(store.lists.unblock(change), missing);
      await assert.rejects(store.lists.receive(message), missing);
      for (const position of [{ kind: 'start' }, { kind: 'after', seq: 1 }] as const) {
        await assert.rejects(store.lists.page(nowhere, { position, limit: 1 }), missing);
        await assert.rejects(store.lists.pageOfIds(nowhere, { position, limit: 1 }), missing);
      }
      await assert.rejects(store.lists.check(nowhere, { kind: 'wa_id', waId: ownWaId }), missing);
      await assert.rejects(store.lists.isBlocked(nowhere, { kind: 'wa_id', waId: ownWaId }), missing);
      await assert.rejects(store.lists.events(nowhere, 0, 1), missing);
    });

    it('keeps the admin API apart from a key in what it logs', async (t) => {
      const store = await open(t);
      await putNumber(store, one);
      const caller = new Caller(store);
      const admin = { dialect: 'admin', keyId: null, requestId: 'A1' };
      const key = { dialect: 'kapso', keyId: 'key_fedcba9876543210' as KeyId, requestId: 'A2' };
      await caller.block('4915100000001', { by: admin });
      await caller.unblock('4915100000001', { by: key, reason: 'appeal' });
      assert.deepEqual(
        (await caller.events()).map((event) => [event.by, event.reason]),
        [
          [admin, undefined],
          [key, 'appeal'],
        ],
      );
    });
  });
}

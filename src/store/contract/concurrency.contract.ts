import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PhoneNumberId } from '../../core/ids.ts';
import {
  asked,
  at,
  by,
  Caller,
  nowhere,
  type OpenStore,
  one,
  phones,
  putNumber,
  two,
  user,
  verdicts,
} from './fixture.contract.ts';
import { putPushed } from './pushes.fixture.contract.ts';

export function concurrencyContract(open: OpenStore): void {
  describe('requests that come at once', () => {
    it('keep the capacity exactly', async (t) => {
      const store = await open(t);
      await putNumber(store, one, { capacity: 50 });
      const caller = new Caller(store);
      const answers = (await Promise.all(phones(200).map((phone) => caller.block(phone)))).flat();
      assert.equal(answers.filter((answer) => answer === 'added').length, 50);
      assert.equal(answers.filter((answer) => answer === 'capacity').length, 150);
      const page = await caller.page();
      assert.equal(page.count, 50);
      assert.equal(page.entries.length, 50);
      assert.equal(await store.directory.blockedCount(one), 50);
    });

    it('make one entry of one user', async (t) => {
      const store = await open(t);
      await putNumber(store, one);
      const caller = new Caller(store);
      const answers = (await Promise.all(phones(50).map(() => caller.block('4915100000001')))).flat();
      assert.equal(answers.filter((answer) => answer === 'added').length, 1);
      assert.deepEqual(await caller.names(), ['4915100000001']);
      assert.equal((await caller.events()).length, 1);
    });

    it('take effect in the order they were made, on one number', async (t) => {
      const store = await open(t);
      await putNumber(store, one);
      const caller = new Caller(store);
      const calls = Array.from({ length: 40 }, (_, index) =>
        index % 2 === 0 ? caller.block('4915100000001') : caller.unblock('4915100000001'),
      );
      const answers = (await Promise.all(calls)).flat();
      assert.deepEqual(new Set(answers.filter((_, index) => index % 2 === 0)), new Set(['added']));
      assert.deepEqual(new Set(answers.filter((_, index) => index % 2 === 1)), new Set(['removed']));
    });

    it('are not harmed by one that is refused', async (t) => {
      const store = await open(t);
      await putNumber(store, one);
      const change = (number: typeof one, phone: string) => ({ number, users: asked(phone), by, at });
      const answers = await Promise.allSettled([
        store.lists.block(change(one, '4915100000001')),
        store.lists.block(change(nowhere, '4915100000002')),
        store.lists.block(change(one, '4915100000003')),
      ]);
      assert.deepEqual(
        answers.map((answer) => (answer.status === 'fulfilled' ? verdicts(answer.value)[0] : answer.reason.message)),
        ['added', 'number_not_found', 'added'],
      );
      assert.deepEqual(await new Caller(store).names(), ['4915100000001', '4915100000003']);
    });

    it('tell of each user of each number by itself who is blocked', async (t) => {
      const store = await open(t);
      const [pushed, quiet] = ['1003' as PhoneNumberId, '1004' as PhoneNumberId];
      for (const number of [one, two, quiet]) await putNumber(store, number);
      await putPushed(store, pushed);
      const callers = [one, two, quiet, pushed, nowhere].map((number) => new Caller(store, number));
      const [first, second, , fourth] = callers;
      await first?.block(['4915100000001', '5511987654321', 'US.abc']);
      await first?.receive('4915100000001', 'US.both');
      await second?.block(['4915100000002', 'US.two']);
      await second?.receive('4915100000002', 'US.two');
      await fourth?.block('4915100000001');
      const users = ['4915100000001', '551187654321', 'US.abc', 'US.both', '4915100000002', 'US.two', '4915100000003'];
      const answers = await Promise.all(
        users.map((text) => Promise.all(callers.map((caller) => caller.check(text).catch(({ message }) => message)))),
      );
      const none = 'number_not_found';
      assert.deepEqual(answers, [
        ['wa_id', undefined, undefined, 'wa_id', none],
        ['variant', undefined, undefined, undefined, none],
        ['user_id', undefined, undefined, undefined, none],
        ['user_id', undefined, undefined, undefined, none],
        [undefined, 'wa_id', undefined, undefined, none],
        [undefined, 'user_id', undefined, undefined, none],
        [undefined, undefined, undefined, undefined, none],
      ]);
      const asked = [one, two, quiet, pushed].map((number) => store.lists.isBlocked(number, user('4915100000001')));
      assert.deepEqual(await Promise.all(asked), [true, false, false, true]);
      const checks = await Promise.all([pushed, one].map((number) => store.lists.check(number, user('4915100000001'))));
      assert.deepEqual(
        checks.map((check) => check?.entry.sync?.state),
        ['pending', undefined],
      );
    });
  });
}

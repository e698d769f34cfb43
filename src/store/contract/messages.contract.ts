import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { at, Caller, hour, type OpenStore, one, putNumber } from './fixture.contract.ts';

const phone = '4915100000001';
const other = '4915100000002';
const bsuid = 'US.abc';

/** One person's number in the two writings that are known to differ. */
const pairs = [
  ['Brazil', '5511987654321', '551187654321'],
  ['Mexico', '5215512345678', '525512345678'],
  ['Argentina', '5491123456789', '541123456789'],
] as const;

export function messagesContract(open: OpenStore): void {
  async function begin(t: Parameters<OpenStore>[0], rules?: 'open' | 'meta'): Promise<Caller> {
    const store = await open(t);
    await putNumber(store, one, rules);
    return new Caller(store);
  }

  describe('messages', () => {
    it('open the window for exactly 24 hours, for the phone and for the BSUID', async (t) => {
      const caller = await begin(t, 'meta');
      assert.equal(await caller.receive(phone, bsuid), false);
      assert.deepEqual(await caller.block(phone, { at: at + 24 * hour + 1 }), ['window']);
      assert.deepEqual(await caller.block([phone, bsuid], { at: at + 24 * hour }), ['added', 'added']);
      assert.deepEqual(await caller.names(), [`${phone} ${bsuid}`]);
    });

    it('open the window anew, and one that is reported late does not shorten it', async (t) => {
      const caller = await begin(t, 'meta');
      await caller.receive(phone, undefined, at + hour);
      await caller.receive(phone, undefined, at);
      assert.deepEqual(await caller.block(phone, { at: at + 25 * hour }), ['added']);
      await caller.unblock(phone);
      await caller.receive(phone, undefined, at + 2 * hour);
      assert.deepEqual(await caller.block(phone, { at: at + 26 * hour }), ['added']);
    });

    it('open the window for both of two persons that are merged, by the last of their messages', async (t) => {
      const caller = await begin(t, 'meta');
      await caller.receive(other, bsuid, at);
      await caller.block(bsuid);
      await caller.receive(phone, undefined, at + 2 * hour);
      await caller.receive(phone, bsuid, at + hour);
      await caller.unblock(bsuid);
      assert.deepEqual(await caller.block(bsuid, { at: at + 26 * hour }), ['added']);
    });

    it('say whether the sender is blocked', async (t) => {
      const caller = await begin(t);
      await caller.block(phone);
      assert.equal(await caller.receive(phone), true);
      assert.equal(await caller.receive(other), false);
      await caller.unblock(phone);
      assert.equal(await caller.receive(phone), false);
    });

    it('leave the version alone while nobody goes, and log what they change of a blocked user, once', async (t) => {
      const caller = await begin(t);
      await caller.block(phone);
      const before = await caller.page();
      await caller.receive(phone, bsuid, at + hour);
      await caller.receive(phone, bsuid, at + hour);
      await caller.receive(other, 'US.other', at + hour);
      const after = await caller.page();
      assert.deepEqual([after.version, after.count], [before.version, before.count]);
      assert.deepEqual(await caller.history(), [`1 block ${phone}`, `2 identify ${phone} ${bsuid}`]);
    });

    it('of a phone number’s new user leave the old one blocked without it, and the new one free', async (t) => {
      const caller = await begin(t);
      await caller.receive(phone, bsuid);
      await caller.block(bsuid, { reason: 'threats' });
      assert.equal(await caller.receive(phone, 'US.new', at + hour), false);
      assert.deepEqual(await caller.names(), [bsuid]);
      for (const id of [phone, 'US.new']) assert.equal(await caller.check(id), undefined, id);
      assert.equal(await caller.check(bsuid), 'user_id');
      assert.equal((await caller.history()).at(-1), `2 identify ${bsuid}`);
      assert.equal(await caller.receive(other, bsuid, at + hour), true);
      assert.deepEqual(await caller.names(), [`${other} ${bsuid}`]);
      assert.deepEqual(await caller.block(phone), ['added']);
    });

    it('take every form of a number along to its new user', async (t) => {
      const caller = await begin(t);
      const [, long, short] = pairs[0];
      await caller.block(long);
      await caller.receive(short, bsuid);
      assert.equal(await caller.receive(short, 'US.new'), false);
      for (const id of [long, short, 'US.new']) assert.equal(await caller.check(id), undefined, id);
      assert.deepEqual(await caller.names(), [bsuid]);
    });

    it('teach the BSUID of who is blocked by phone', async (t) => {
      const caller = await begin(t);
      await caller.block(phone);
      assert.equal(await caller.check(bsuid), undefined);
      assert.equal(await caller.receive(phone, bsuid), true);
      assert.equal(await caller.check(bsuid), 'user_id');
      assert.deepEqual(await caller.names(), [`${phone} ${bsuid}`]);
      assert.deepEqual(await caller.unblock(bsuid), ['removed']);
      assert.equal(await caller.check(phone), undefined);
    });

    it('teach the phone of who is blocked by BSUID, and keep the BSUID when a later message lacks it', async (t) => {
      const caller = await begin(t);
      await caller.block(bsuid);
      assert.equal(await caller.receive(phone, bsuid), true);
      assert.equal(await caller.receive(phone), true);
      assert.deepEqual(await caller.names(), [`${phone} ${bsuid}`]);
      assert.equal(await caller.check(phone), 'wa_id');
    });

    it('merge two blocks into the earlier one, and log it', async (t) => {
      const caller = await begin(t);
      await caller.block(bsuid, { reason: 'first' });
      await caller.block([other, phone], { reason: 'second' });
      assert.equal(await caller.receive(phone, bsuid, at + hour), true);
      const page = await caller.page();
      assert.deepEqual(
        page.entries.map(({ seq, waId, userId, reason }) => ({ seq, waId, userId, reason })),
        [
          { seq: 1, waId: phone, userId: bsuid, reason: 'first' },
          { seq: 2, waId: other, userId: undefined, reason: 'second' },
        ],
      );
      assert.equal(page.count, 2);
      assert.equal(page.version, (at + hour) * 1000);
      assert.deepEqual((await caller.history()).at(-1), `4 merge ${phone} ${bsuid}`);
      assert.deepEqual(await caller.block([phone, bsuid]), ['already_there', 'already_there']);
      assert.deepEqual(await caller.unblock([phone, bsuid]), ['removed', 'removed']);
      assert.deepEqual(await caller.names(), [other]);
    });

    it('merge into the block by phone when that is the earlier', async (t) => {
      const caller = await begin(t);
      await caller.block(phone);
      await caller.block(bsuid);
      await caller.receive(phone, bsuid);
      const { entries, count } = await caller.page();
      assert.deepEqual(
        entries.map(({ seq }) => seq),
        [1],
      );
      assert.equal(count, 1);
    });

    for (const [blocked, free] of [
      [phone, 'US.known'],
      ['US.known', phone],
    ] as const) {
      it(`merge who is blocked as ${blocked} with who is known as ${free}: one entry, one event, the same version`, async (t) => {
        const caller = await begin(t);
        await caller.block([phone, 'US.known']);
        await caller.unblock(free);
        const { version } = await caller.page();
        assert.equal(await caller.receive(phone, 'US.known', at + hour), true);
        const page = await caller.page();
        assert.deepEqual(
          page.entries.map(({ waId, userId }) => [waId, userId]),
          [[phone, 'US.known']],
        );
        assert.deepEqual([page.count, page.version], [1, version]);
        assert.equal((await caller.history()).at(-1), `4 merge ${phone} US.known`);
        assert.equal(await caller.check(phone), 'wa_id');
        assert.equal(await caller.check('US.known'), 'user_id');
      });
    }

    it('merge two who are free without an event', async (t) => {
      const caller = await begin(t);
      await caller.block([phone, bsuid]);
      await caller.unblock([phone, bsuid]);
      assert.equal(await caller.receive(phone, bsuid), false);
      assert.equal((await caller.events()).length, 4);
      assert.deepEqual(await caller.block([phone, bsuid]), ['added', 'added']);
      assert.deepEqual(await caller.names(), [`${phone} ${bsuid}`]);
    });

    it('lead all ids of persons merged one after the other to the last survivor', async (t) => {
      const caller = await begin(t);
      const [, long, short] = pairs[0];
      await caller.block([bsuid, long]);
      await caller.receive(short, bsuid);
      await caller.receive(phone);
      await caller.receive(phone, bsuid);
      assert.deepEqual(await caller.names(), [`${phone} ${bsuid}`]);
      for (const id of [phone, short, bsuid]) assert.notEqual(await caller.check(id), undefined, id);
      assert.deepEqual(await caller.unblock(short), ['removed']);
      for (const id of [phone, short, bsuid]) assert.equal(await caller.check(id), undefined, id);
    });
  });

  for (const [country, long, short] of pairs) {
    describe(`variants of a number in ${country}`, () => {
      it('are one person until a message tells otherwise', async (t) => {
        const caller = await begin(t);
        assert.deepEqual(await caller.block([long, short]), ['added', 'added']);
        assert.deepEqual(await caller.names(), [long]);
        assert.deepEqual([await caller.check(long), await caller.check(short)], ['wa_id', 'variant']);
        assert.deepEqual(await caller.block(short), ['already_there']);
        assert.deepEqual(await caller.unblock(short), ['removed']);
      });

      it('are settled by a message: the entry shows what WhatsApp calls the user', async (t) => {
        const caller = await begin(t);
        await caller.block(long);
        assert.equal(await caller.receive(short, bsuid), true);
        assert.deepEqual(await caller.names(), [`${short} ${bsuid}`]);
        assert.deepEqual([await caller.check(long), await caller.check(short)], ['variant', 'wa_id']);
      });

      it('are free for another user once settled: their message makes a person of their own', async (t) => {
        const caller = await begin(t);
        await caller.block(long);
        await caller.receive(short);
        assert.equal(await caller.receive(long), false);
        assert.deepEqual([await caller.check(long), await caller.check(short)], [undefined, 'wa_id']);
        assert.deepEqual(await caller.block(long), ['added']);
        assert.deepEqual(await caller.names(), [short, long]);
        assert.deepEqual(await caller.unblock(short), ['removed']);
        assert.equal(await caller.check(long), 'wa_id');
      });

      it('are settled as well when the BSUID is merged with a guess', async (t) => {
        const caller = await begin(t);
        await caller.block([bsuid, long]);
        assert.equal(await caller.receive(short, bsuid), true);
        assert.deepEqual(await caller.names(), [`${short} ${bsuid}`]);
        assert.equal(await caller.check(long), 'variant');
        assert.equal(await caller.receive(long), false);
      });
    });
  }

  describe('numbers of other countries', () => {
    it('have no variants', async (t) => {
      const caller = await begin(t);
      await caller.block('4915112345678');
      assert.equal(await caller.check('49915112345678'), undefined);
      assert.equal(await caller.check('491515112345678'), undefined);
    });
  });
}

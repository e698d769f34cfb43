import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { asked, at, hour, listOf, person, verdicts } from './block-list.fixture.contract.ts';
import { decideBlock, decideUnblock } from './block-list.ts';
import { presets } from './rules.ts';

const [ann, bob, eve] = ['16505551234', '16505559876', '442079460958'];
const bsuid = 'US.13491208655302741918';

describe('a block', () => {
  it('adds those who are not there, in the order asked, and counts on', () => {
    const plan = decideBlock(listOf([], { count: 4, seq: 9 }), asked('+1 650 555 1234', bsuid), at);
    assert.deepEqual(plan.outcomes, [
      { kind: 'added', input: '+1 650 555 1234', user: { kind: 'wa_id', waId: ann } },
      { kind: 'added', input: bsuid, user: { kind: 'user_id', userId: bsuid } },
    ]);
    assert.deepEqual(plan.add, [
      { person: { user: { kind: 'wa_id', waId: ann } }, seq: 10 },
      { person: { user: { kind: 'user_id', userId: bsuid } }, seq: 11 },
    ]);
    assert.deepEqual(plan.next, { count: 6, seq: 11, version: at * 1000 });
  });

  it('of a pushed list has neither window nor capacity, which are the provider’s to tell, but never is of the number itself', () => {
    const rules = { ...presets.gateway, pushCapacity: 1 };
    const state = listOf([], { rules, count: 5, businesses: [eve] });
    assert.deepEqual(verdicts(decideBlock(state, asked(ann, eve, '15550783881'), at)), ['added', 'added', 'self']);
  });

  it('leaves alone who is there, with the list’s version', () => {
    const state = listOf([person(1, { waId: ann, blockedSeq: 3 })], { version: 5 });
    const plan = decideBlock(state, asked(ann), at);
    assert.deepEqual(verdicts(plan), ['already_there']);
    assert.deepEqual([plan.add, plan.reword], [[], []]);
    assert.deepEqual(plan.next, { count: state.count, seq: state.seq, version: 5 });
  });

  it('moves the version on even when the clock stands or goes back', () => {
    const ahead = at * 1000 + 10;
    assert.equal(decideBlock(listOf([], { version: ahead }), asked(ann), at).next.version, ahead + 1);
  });

  it('adds a newcomer once, in whatever writings the request names them', () => {
    const plan = decideBlock(listOf([]), asked('+55 11 99876-5432', '551198765432', '5511998765432'), at);
    assert.deepEqual(verdicts(plan), ['added', 'added', 'added']);
    assert.equal(plan.add.length, 1);
    assert.deepEqual(
      plan.outcomes.map(({ user }) => user),
      Array(3).fill({ kind: 'wa_id', waId: '5511998765432' }),
    );
  });

  it('adds a person once who is named by phone and by BSUID, and answers each in kind', () => {
    const plan = decideBlock(listOf([person(1, { waId: ann, userId: bsuid })]), asked(bsuid, ann), at);
    assert.equal(plan.add.length, 1);
    assert.deepEqual(
      plan.outcomes.map(({ user }) => user?.kind),
      ['user_id', 'wa_id'],
    );
  });

  it('answers a known person’s variant with the wa_id that they are listed under', () => {
    const plan = decideBlock(listOf([person(1, { waId: '551198765432', settled: true })]), asked('+5511998765432'), at);
    assert.deepEqual(plan.outcomes[0]?.user, { kind: 'wa_id', waId: '551198765432' });
  });

  it('refuses what names nobody, and says which kind', () => {
    const plan = decideBlock(listOf([]), asked('nobody', 'US.ENT.1', ann), at);
    assert.deepEqual(verdicts(plan), ['not_a_user', 'parent_user_id', 'added']);
    assert.deepEqual(plan.outcomes[0], { kind: 'refused', input: 'nobody', why: 'not_a_user' });
  });

  it('refuses the number itself, by phone and by BSUID, under any rules', () => {
    const itself = person(1, { waId: '15550783881', userId: bsuid });
    assert.deepEqual(verdicts(decideBlock(listOf([itself]), asked('+1 555 078 3881', bsuid), at)), ['self', 'self']);
    assert.deepEqual(verdicts(decideBlock(listOf([]), asked('+1 555 078 3881'), at)), ['self']);
  });

  it('gives those blocked already the new reason, and logs it without moving the version', () => {
    const there = person(1, { waId: ann, blockedSeq: 1 });
    const state = listOf([there], { reasons: new Map([[1, 'spam']]), version: 5, seq: 7 });
    const reworded = decideBlock(state, asked(ann), at, 'threats');
    assert.deepEqual(reworded.reword, [there]);
    assert.deepEqual(reworded.next, { count: 1, seq: 8, version: 5 });
    assert.deepEqual(decideBlock(state, asked(ann), at, 'spam').reword, []);
    assert.deepEqual(decideBlock(state, asked(ann), at).reword, []);
    assert.equal(decideBlock(state, asked(ann, bob), at, 'threats').next.seq, 9);
  });
});

describe('a block under a strict window', () => {
  const strict = { rules: { window: 'strict' } } as const;
  const wrote = (ago: number) => person(1, { waId: ann, lastMessageAt: at - ago });

  it('takes who wrote up to 24 hours ago', () => {
    assert.deepEqual(verdicts(decideBlock(listOf([wrote(0)], strict), asked(ann), at)), ['added']);
    assert.deepEqual(verdicts(decideBlock(listOf([wrote(24 * hour)], strict), asked(ann), at)), ['added']);
  });

  it('refuses who wrote earlier, never wrote, or is unknown', () => {
    assert.deepEqual(verdicts(decideBlock(listOf([wrote(24 * hour + 1)], strict), asked(ann), at)), ['window']);
    const never = [person(1, { waId: ann }), person(2, { userId: bsuid })];
    assert.deepEqual(verdicts(decideBlock(listOf(never, strict), asked(ann, bsuid, bob), at)), Array(3).fill('window'));
  });

  it('lets a message count for every id and variant of the person', () => {
    const writer = person(1, { waId: '551198765432', userId: bsuid, lastMessageAt: at });
    for (const text of [bsuid, '551198765432', '+55 11 99876-5432']) {
      assert.deepEqual(verdicts(decideBlock(listOf([writer], strict), asked(text), at)), ['added'], text);
    }
  });

  it('does not ask when the user is blocked already', () => {
    const blocked = person(1, { waId: ann, blockedSeq: 1 });
    assert.deepEqual(verdicts(decideBlock(listOf([blocked], strict), asked(ann), at)), ['already_there']);
  });

  it('refuses a business hosted here, by phone and by BSUID, though it wrote', () => {
    const shop = person(1, { waId: ann, userId: bsuid, lastMessageAt: at });
    const state = listOf([shop], { ...strict, businesses: [ann] });
    assert.deepEqual(verdicts(decideBlock(state, asked(ann), at)), ['business']);
    assert.deepEqual(verdicts(decideBlock(state, asked(bsuid), at)), ['business']);
    assert.deepEqual(verdicts(decideBlock(listOf([shop], { businesses: [ann] }), asked(ann), at)), ['added']);
  });
});

describe('a block on a list with a capacity', () => {
  const two = { rules: { capacity: 2 } } as const;
  const there = person(1, { waId: ann, blockedSeq: 1 });

  it('fills it to the last place and refuses those beyond', () => {
    const plan = decideBlock(listOf([there], two), asked(bob, eve), at);
    assert.deepEqual(verdicts(plan), ['added', 'capacity']);
    assert.equal(plan.next.count, 2);
  });

  it('counts a user named twice once', () => {
    assert.deepEqual(
      verdicts(decideBlock(listOf([there], two), asked(bob, bob, `+${bob}`), at)),
      Array(3).fill('added'),
    );
    assert.deepEqual(
      verdicts(decideBlock(listOf([there], { rules: { capacity: 1 } }), asked(bob, bob), at)),
      Array(2).fill('capacity'),
    );
  });

  it('has room for those who are there, and for nobody who was refused', () => {
    const plan = decideBlock(listOf([there], two), asked(ann, 'nobody', '15550783881', bob), at);
    assert.deepEqual(verdicts(plan), ['already_there', 'not_a_user', 'self', 'added']);
  });

  it('tells of the window before it tells of a full list', () => {
    const state = listOf([there], { rules: { capacity: 1, window: 'strict' } });
    assert.deepEqual(verdicts(decideBlock(state, asked(bob), at)), ['window']);
  });
});

describe('an unblock', () => {
  it('removes who is there once, by any id, and serves those who are not', () => {
    const there = person(1, { waId: ann, userId: bsuid, blockedSeq: 1 });
    const plan = decideUnblock(listOf([there], { seq: 4 }), asked(bsuid, ann, bob), at);
    assert.deepEqual(verdicts(plan), ['removed', 'removed', 'was_not_there']);
    assert.deepEqual(plan.remove, [there]);
    assert.deepEqual(plan.next, { count: 0, seq: 5, version: at * 1000 });
  });

  it('has no window, no capacity and no business', () => {
    const there = person(1, { waId: ann, blockedSeq: 1 });
    const rules = { window: 'strict', capacity: 1 } as const;
    assert.deepEqual(verdicts(decideUnblock(listOf([there], { rules, businesses: [ann] }), asked(ann), at)), [
      'removed',
    ]);
    assert.deepEqual(verdicts(decideUnblock(listOf([], { rules }), asked('15550783881'), at)), ['was_not_there']);
  });

  it('refuses what names nobody', () => {
    assert.deepEqual(verdicts(decideUnblock(listOf([]), asked('nobody', 'US.ENT.1'), at)), [
      'not_a_user',
      'parent_user_id',
    ]);
  });

  it('changes nothing when nobody was there', () => {
    const state = listOf([], { version: 5, seq: 4 });
    assert.deepEqual(decideUnblock(state, asked(ann), at).next, { count: 0, seq: 4, version: 5 });
  });
});

describe('any request', () => {
  const text = fc.oneof(
    fc.integer({ min: 1, max: 9 }).map((digit) => `+551199876543${digit}`),
    fc.integer({ min: 1, max: 9 }).map((digit) => `+55119876543${digit}`),
    fc.constantFrom(bsuid, 'US.2', 'nobody', 'US.ENT.1', '15550783881'),
  );
  const people = fc.uniqueArray(fc.integer({ min: 1, max: 9 })).map((digits) =>
    digits.map((digit, index) =>
      person(digit, {
        waId: `551199876543${digit}`,
        ...(index === 0 && { userId: bsuid }),
        ...(digit % 2 === 0 && { blockedSeq: digit }),
      }),
    ),
  );

  it('gets one outcome for each input, and a count that fits what is added and removed', () => {
    fc.assert(
      fc.property(people, fc.array(text), fc.option(fc.integer({ min: 1, max: 12 })), (known, texts, capacity) => {
        const state = listOf(known, { rules: { capacity }, seq: 20 });
        const block = decideBlock(state, asked(...texts), at);
        const unblock = decideUnblock(state, asked(...texts), at);
        for (const plan of [block, unblock])
          assert.deepEqual(
            plan.outcomes.map(({ input }) => input),
            texts,
          );
        assert.deepEqual(
          block.add.map(({ seq }) => seq),
          block.add.map((_, index) => 21 + index),
        );
        assert.equal(block.next.count, state.count + block.add.length);
        assert.equal(unblock.next.count, state.count - unblock.remove.length);
        assert.equal(new Set(unblock.remove).size, unblock.remove.length);
        if (capacity !== null) assert.ok(block.next.count <= Math.max(capacity, state.count));
        assert.equal(block.next.version > state.version, block.add.length > 0);
        assert.equal(unblock.next.version > state.version, unblock.remove.length > 0);
      }),
    );
  });
});

describe('a phone number in another form', () => {
  const [real, guess] = ['551198765432', '5511998765432'];

  it('is still the number itself', () => {
    const state = listOf([], { ownWaId: guess ?? '' });
    assert.deepEqual(verdicts(decideBlock(state, asked(real, guess), at)), ['self', 'self']);
  });
});

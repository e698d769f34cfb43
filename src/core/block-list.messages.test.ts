import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { at, listOf, person } from './block-list.fixture.contract.ts';
import { decideMessage, type ListState, type Sender } from './block-list.ts';

const phone = '16505551234';
const bsuid = 'US.13491208655302741918';
const [real, guess] = ['551198765432', '5511998765432'];

function message(state: ListState, waId: string | undefined, userId?: string) {
  return decideMessage(
    state,
    { ...(waId !== undefined && { waId }), ...(userId !== undefined && { userId }) } as Sender,
    at,
  );
}

describe('a message', () => {
  it('from a stranger makes a person with the ids that it shows, and no line in the log', () => {
    const state = listOf([], { seq: 3, version: 5 });
    const plan = message(state, phone, bsuid);
    assert.equal(plan.writer, undefined);
    assert.deepEqual(plan.ids, { waId: phone, userId: bsuid });
    assert.deepEqual([plan.blockedSeq, plan.lessons], [undefined, []]);
    assert.deepEqual(plan.next, { count: 0, seq: 3, version: 5 });
  });

  it('from a blocked user says so', () => {
    assert.equal(message(listOf([person(1, { waId: phone, blockedSeq: 4 })]), phone).blockedSeq, 4);
  });

  it('keeps the BSUID that is known of the writer', () => {
    const known = listOf([person(1, { waId: phone, userId: bsuid })]);
    assert.deepEqual(message(known, phone).ids, { waId: phone, userId: bsuid });
  });

  it('with another BSUID is a new user of the phone number: the block stays with the old one, who loses the number', () => {
    const old = person(1, { waId: phone, userId: bsuid, blockedSeq: 4 });
    const plan = message(listOf([old], { seq: 9, version: 5 }), phone, 'US.2');
    assert.deepEqual([plan.writer, plan.leave, plan.blockedSeq], [undefined, old, undefined]);
    assert.deepEqual(plan.ids, { waId: phone, userId: 'US.2' });
    assert.deepEqual(plan.lessons, [{ action: 'identify', ids: { userId: bsuid } }]);
    assert.deepEqual([plan.next.seq, plan.next.version], [10, 5]);
  });

  it('never merges two users who each have a BSUID of their own', () => {
    const [one, two] = [person(1, { waId: phone, userId: bsuid, blockedSeq: 4 }), person(2, { userId: 'US.2' })];
    const plan = message(listOf([one, two]), phone, 'US.2');
    assert.deepEqual([plan.writer, plan.absorb, plan.leave, plan.blockedSeq], [two, undefined, one, undefined]);
  });

  it('is told in the log when it changes what the list shows of a blocked user', () => {
    const guessed = listOf([person(1, { waId: guess, blockedSeq: 4 })]);
    assert.deepEqual(message(guessed, real, bsuid).lessons, [
      { action: 'identify', ids: { waId: real, userId: bsuid } },
    ]);
    const known = listOf([person(1, { waId: phone, userId: bsuid, blockedSeq: 4 })]);
    assert.deepEqual(message(known, phone, bsuid).lessons, []);
    assert.deepEqual(message(known, phone).lessons, []);
  });

  it('settles which form of a phone number is real', () => {
    const guessed = person(1, { waId: guess, blockedSeq: 4 });
    const plan = message(listOf([guessed]), real);
    assert.equal(plan.writer, guessed);
    assert.deepEqual(plan.ids, { waId: real });
    assert.equal(plan.blockedSeq, 4);
  });

  it('is another person’s when the variant belongs to somebody who wrote', () => {
    const plan = message(listOf([person(1, { waId: guess, settled: true, blockedSeq: 4 })]), real);
    assert.deepEqual([plan.writer, plan.blockedSeq], [undefined, undefined]);
  });

  it('is the same person’s when they write again', () => {
    const writer = person(1, { waId: real, settled: true });
    assert.equal(message(listOf([writer]), real).writer, writer);
  });

  it('tells a phone number to a person known by BSUID', () => {
    const known = person(1, { userId: bsuid, blockedSeq: 4 });
    const plan = message(listOf([known]), phone, bsuid);
    assert.deepEqual([plan.writer, plan.absorb, plan.blockedSeq], [known, undefined, 4]);
    assert.deepEqual(plan.ids, { waId: phone, userId: bsuid });
    assert.deepEqual(plan.lessons, [{ action: 'identify', ids: plan.ids }]);
  });
});

describe('a message that shows a BSUID alone', () => {
  it('is of who has it, whose phone number stays as it was known', () => {
    const known = person(1, { waId: guess, userId: bsuid, blockedSeq: 4 });
    const plan = message(listOf([known]), undefined, bsuid);
    assert.deepEqual([plan.writer, plan.absorb, plan.leave, plan.blockedSeq], [known, undefined, undefined, 4]);
    assert.deepEqual([plan.ids, plan.lessons], [{ waId: guess, userId: bsuid }, []]);
  });

  it('makes a stranger known by it', () => {
    const plan = message(listOf([person(1, { waId: phone, blockedSeq: 4 })]), undefined, bsuid);
    assert.deepEqual([plan.writer, plan.ids, plan.blockedSeq], [undefined, { userId: bsuid }, undefined]);
  });
});

describe('a message that shows two persons to be one', () => {
  const merge = (phoneSeq: number | undefined, userSeq: number | undefined) => {
    const byPhone = person(1, { waId: phone, ...(phoneSeq !== undefined && { blockedSeq: phoneSeq }) });
    const byUserId = person(2, { userId: bsuid, ...(userSeq !== undefined && { blockedSeq: userSeq }) });
    const state = listOf([byPhone, byUserId], { seq: 9, version: 5 });
    const { writer, absorb, ...plan } = message(state, phone, bsuid);
    return { ...plan, kept: writer?.id, absorbed: absorb?.id, change: plan.next.count - state.count };
  };

  it('keeps the earlier of two blocks, whichever it is, and drops the later', () => {
    const first = merge(3, 7);
    assert.deepEqual([first.kept, first.absorbed, first.blockedSeq, first.dropSeq, first.change], [1, 2, 3, 7, -1]);
    const second = merge(7, 3);
    assert.deepEqual(
      [second.kept, second.absorbed, second.blockedSeq, second.dropSeq, second.change],
      [2, 1, 3, 7, -1],
    );
    for (const plan of [first, second]) {
      assert.deepEqual(plan.lessons, [{ action: 'merge', ids: plan.ids }]);
      assert.deepEqual([plan.next.seq, plan.next.version], [10, at * 1000]);
      assert.deepEqual(plan.ids, { waId: phone, userId: bsuid });
    }
  });

  it('keeps the one block there is, and leaves the list’s version alone', () => {
    for (const plan of [merge(3, undefined), merge(undefined, 3)]) {
      assert.deepEqual([plan.blockedSeq, plan.dropSeq, plan.change], [3, undefined, 0]);
      assert.deepEqual(plan.lessons, [{ action: 'merge', ids: plan.ids }]);
      assert.deepEqual([plan.next.seq, plan.next.version], [10, 5]);
    }
  });

  it('keeps the person known by phone when neither is blocked, without a line in the log', () => {
    const plan = merge(undefined, undefined);
    assert.deepEqual([plan.kept, plan.absorbed, plan.blockedSeq, plan.lessons], [1, 2, undefined, []]);
    assert.deepEqual(plan.next, { count: 0, seq: 9, version: 5 });
  });
});

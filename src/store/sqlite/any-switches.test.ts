/** The switch between two threads in the midst of whatever comes, with real threads. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Caller, one, phones, putNumber } from '../contract/fixture.contract.ts';
import { openSwitching } from './switching-store.contract.ts';

/** What happens next: a write of one of two users, a moment for others, another wish of the pace, or the thread's end. */
const step = fc.oneof(
  {
    weight: 30,
    arbitrary: fc.record({ do: fc.constantFrom('block', 'unblock'), user: fc.constantFrom('US.a', 'US.b') }),
  },
  { weight: 8, arbitrary: fc.record({ do: fc.constantFrom('here', 'thread', 'rest') }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('die') }) },
);

describe('any writes, with any switches among them', () => {
  it('take effect once, in their order, with an event each; but for some that were refused as the thread died', async (t) => {
    let wantsThread = true;
    const pace = { asksForThread: () => wantsThread, forget: () => {} };
    const { store, threads, ready } = await openSwitching(t, { pace });
    await putNumber(store, one);
    const caller = new Caller(store);
    await ready(1);
    const property = fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 200 }), async (steps) => {
      await caller.unblock(['US.a', 'US.b']);
      const before = (await caller.history()).length;
      const ends: (Promise<void> | undefined)[] = [];
      const asked: { readonly text: string; readonly verdict: Promise<string | undefined> }[] = [];
      for (const next of steps) {
        if ('user' in next) {
          const { do: what, user } = next;
          const answer = what === 'block' ? caller.block(user) : caller.unblock(user);
          const verdict = answer.then(
            ([said]) => said,
            ({ reason }) => reason.kind as string,
          );
          asked.push({ text: `${what} ${user}`, verdict });
        } else if (next.do === 'rest') await new Promise(setImmediate);
        else if (next.do === 'die') {
          // One that dies before it is ready would be the last.
          await ready(threads.length);
          ends.push(threads.at(-1)?.kill());
        } else wantsThread = next.do === 'thread';
      }
      const said = await Promise.all(asked.map(async ({ text, verdict }) => `${text} ${await verdict}`));
      await Promise.all(ends);
      const changed = said.filter((line) => /added|removed/.test(line)).map((line) => line.replace(/ \w+$/, ''));
      const events = (await caller.history()).slice(before).map((line) => line.replace(/^\d+ /, ''));
      const refused = said.filter((line) => line.endsWith('store_unavailable'));
      if (refused.length === 0) assert.deepEqual(events, changed);
      else assertWithin(changed, events, refused.length);
      const blocked = new Set<string>();
      for (const event of events) {
        const [what, user = ''] = event.split(' ');
        assert.equal(blocked.has(user), what === 'unblock', 'no event without a change');
        if (what === 'block') blocked.add(user);
        else blocked.delete(user);
      }
      const page = await caller.page();
      assert.deepEqual(new Set(await caller.names()), blocked);
      assert.equal(page.count, blocked.size);
    });
    await fc.assert(property, { numRuns: 30 });
    assert.ok(threads.length > 1, 'no thread died');
  });

  it('are all done when the store is closed in their midst', async (t) => {
    for (let round = 0; round < 8; round += 1) {
      let wantsThread = true;
      const { store, ready } = await openSwitching(t, { pace: { asksForThread: () => wantsThread, forget: () => {} } });
      await putNumber(store, one);
      const caller = new Caller(store);
      await ready(1);
      const answers: Promise<string[]>[] = [];
      for (const [index, phone] of phones(40).entries()) {
        if (index % (5 + round) === 0) wantsThread = !wantsThread;
        answers.push(caller.block(phone));
        if (index % 7 === round) await new Promise(setImmediate);
      }
      await store.close();
      assert.deepEqual(new Set((await Promise.all(answers)).flat()), new Set(['added']));
    }
  });
});

/** All of `some` is in `all` in its order, which has up to `most` more. */
function assertWithin(some: readonly string[], all: readonly string[], most: number): void {
  assert.ok(all.length - some.length <= most, `${all.length - some.length} more than were told, of ${most} refused`);
  let at = 0;
  for (const line of some) {
    at = all.indexOf(line, at) + 1;
    assert.ok(at > 0, `${line} was acknowledged and is not there`);
  }
}

/** The switch between two threads, step by step, and in the midst of whatever comes. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Caller, one, phones, putNumber } from '../contract/fixture.contract.ts';
import { BoundedWrites } from './bounded-writes.ts';
import { storeUnavailable } from './failures.ts';
import { Handover } from './handover.ts';
import { openSwitching } from './switching-store.contract.ts';
import type { ThreadEvents } from './threaded-writes.ts';
import type { Result, WriteName, WriteQueue } from './writes.ts';

/** A side whose writes are done when the test says so. Each is a `deleteNumber`; the number tells which. */
class Side implements WriteQueue {
  readonly got: string[] = [];
  isClosed = false;
  #waiting: PromiseWithResolvers<never>[] = [];

  run<Name extends WriteName>(_name: Name, ...[which]: unknown[]): Promise<Result<Name>> {
    this.got.push(String(which));
    const waiting = Promise.withResolvers<never>();
    this.#waiting.push(waiting);
    return waiting.promise;
  }

  async close(): Promise<void> {
    this.isClosed = true;
    assert.equal(this.#waiting.length, 0, 'it is closed when nothing waits');
  }

  /** Does all that waits, and lets everybody hear of it. */
  async finish(): Promise<void> {
    for (const { resolve } of this.#waiting.splice(0)) resolve(true as never);
    await new Promise(setImmediate);
  }

  refuse(): void {
    for (const { reject } of this.#waiting.splice(0)) reject(storeUnavailable(new Error('dead')));
  }
}

class Bench {
  readonly here = new Side();
  readonly threads: { readonly side: Side; readonly events: ThreadEvents }[] = [];
  readonly handover: Handover;
  /** What the pace asks for. */
  wantsThread = false;
  forgotten = 0;
  readonly answers: Record<string, string> = {};

  constructor() {
    const forget = () => {
      this.forgotten += 1;
      this.wantsThread = false;
    };
    this.handover = new Handover({
      here: this.here,
      pace: { asksForThread: () => this.wantsThread, forget },
      startThread: (events) => {
        const side = new Side();
        this.threads.push({ side, events });
        return side;
      },
    });
  }

  get thread(): Side {
    return this.threads.at(-1)!.side;
  }

  write(...names: string[]): void {
    for (const name of names) {
      this.handover.run('deleteNumber', name as never, {} as never, 0).then(
        () => {
          this.answers[name] = 'done';
        },
        ({ reason }) => {
          this.answers[name] = reason.kind;
        },
      );
    }
  }

  /** The thread has the writes from now on. */
  async inThread(): Promise<void> {
    this.wantsThread = true;
    this.write('first');
    this.threads.at(-1)!.events.onReady?.();
    await this.here.finish();
  }

  async die(): Promise<void> {
    const { side, events } = this.threads.at(-1)!;
    side.refuse();
    events.onEnd?.();
    await new Promise(setImmediate);
  }
}

describe('a switch between two threads', () => {
  it('is made to a thread that is started when it is asked for, and once it is ready', async () => {
    const bench = new Bench();
    bench.write('a');
    assert.equal(bench.threads.length, 0);
    bench.wantsThread = true;
    bench.write('b', 'c');
    assert.equal(bench.threads.length, 1);
    await bench.here.finish();
    bench.write('d');
    await bench.here.finish();
    bench.threads[0]!.events.onReady?.();
    bench.write('e');
    assert.deepEqual([bench.here.got, bench.thread.got], [['a', 'b', 'c', 'd'], ['e']]);
  });

  it('holds new writes until the side in use has none left, also if they come without a pause; both ways', async () => {
    const bench = new Bench();
    bench.write('a');
    bench.wantsThread = true;
    bench.write('b');
    bench.threads[0]!.events.onReady?.();
    bench.write('c', 'd');
    assert.deepEqual([bench.here.got, bench.thread.got], [['a', 'b'], []]);
    await bench.here.finish();
    bench.write('e');
    assert.deepEqual(
      [bench.here.got, bench.thread.got],
      [
        ['a', 'b'],
        ['c', 'd', 'e'],
      ],
    );
    bench.wantsThread = false;
    bench.write('f');
    bench.wantsThread = true;
    bench.write('g');
    assert.deepEqual(bench.here.got, ['a', 'b'], 'a switch that is wanted is made, whatever is wanted meanwhile');
    await bench.thread.finish();
    assert.deepEqual(bench.here.got, ['a', 'b', 'f', 'g']);
    assert.equal(bench.threads.length, 1);
  });

  it('sends what it held to this side when the thread dies, on the way there and on the way back', async () => {
    const there = new Bench();
    there.wantsThread = true;
    there.write('a');
    there.threads[0]!.events.onReady?.();
    there.write('b', 'c');
    await there.die();
    there.write('d');
    assert.deepEqual(there.here.got, ['a', 'b', 'c', 'd']);

    const back = new Bench();
    await back.inThread();
    back.write('a');
    back.wantsThread = false;
    back.write('b', 'c');
    await back.die();
    back.write('d');
    assert.deepEqual([back.thread.got, back.here.got], [['a'], ['first', 'b', 'c', 'd']]);
    await back.here.finish();
    assert.deepEqual(back.answers, { first: 'done', a: 'store_unavailable', b: 'done', c: 'done', d: 'done' });
  });

  it('starts another thread for one that died at work, once it is asked for anew, and none for one that never began', async () => {
    const bench = new Bench();
    await bench.inThread();
    await bench.die();
    assert.equal(bench.forgotten, 1);
    bench.write('a');
    assert.equal(bench.threads.length, 1);
    bench.wantsThread = true;
    bench.write('b');
    assert.equal(bench.threads.length, 2);
    await bench.die();
    bench.wantsThread = true;
    bench.write('c');
    assert.equal(bench.threads.length, 2);
    assert.deepEqual(bench.here.got, ['first', 'a', 'b', 'c']);
  });

  it('is finished before all is closed; what comes later is refused', async () => {
    for (const way of ['there', 'back']) {
      const bench = new Bench();
      await bench.inThread();
      if (way === 'there') {
        bench.wantsThread = false;
        bench.write('pause');
      }
      const [from, to] = way === 'there' ? [bench.here, bench.thread] : [bench.thread, bench.here];
      bench.wantsThread = way === 'back';
      bench.write('a');
      bench.wantsThread = way === 'there';
      bench.write('b');
      const closing = bench.handover.close();
      bench.write('late');
      await new Promise(setImmediate);
      assert.deepEqual([bench.here.isClosed, bench.thread.isClosed], [false, false]);
      to.close = async () => to.finish();
      await from.finish();
      await closing;
      assert.deepEqual(
        [bench.answers['a'], bench.answers['b'], bench.answers['late']],
        ['done', 'done', 'store_unavailable'],
      );
    }
  });

  it('can be closed while it waits for a thread that dies', async () => {
    const bench = new Bench();
    await bench.inThread();
    bench.write('a');
    bench.wantsThread = false;
    bench.write('b');
    bench.here.close = () => bench.here.finish();
    const closing = bench.handover.close();
    await bench.die();
    await closing;
    assert.deepEqual([bench.answers['a'], bench.answers['b']], ['store_unavailable', 'done']);
  });

  it('holds no more than may wait', async () => {
    const bench = new Bench();
    const bounded = new BoundedWrites(bench.handover, { writes: 3, cost: 100 });
    const ask = () => bounded.run('deleteNumber', 'x' as never, {} as never, 0);
    bench.wantsThread = true;
    const writes = [ask()];
    bench.threads[0]!.events.onReady?.();
    writes.push(ask(), ask());
    assert.equal(bounded.waiting, 3);
    await assert.rejects(ask(), { reason: { kind: 'overloaded', retryAfter: 1 } });
    await bench.here.finish();
    await bench.thread.finish();
    await Promise.all(writes);
    assert.deepEqual([bounded.waiting, bench.thread.got.length], [0, 2]);
  });
});

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

/** The switch between two threads, step by step. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { storeUnavailable } from '../unavailable.ts';
import { BoundedWrites } from './bounded-writes.ts';
import { Handover } from './handover.ts';
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

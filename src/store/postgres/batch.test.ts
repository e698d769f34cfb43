import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { Batch } from './batch.ts';

type Answer = number | Promise<number>;

/** Look-ups whose groups wait until they are let go. */
class Held {
  /** How many there were in each group, in the order in which they were sent. */
  readonly sizes: number[] = [];
  readonly batch: Batch<number, number>;
  readonly #waiting: ((answerOf: (asked: number) => Answer) => void)[] = [];

  constructor(maxRunning?: number) {
    this.batch = new Batch((asked) => {
      this.sizes.push(asked.length);
      return new Promise((resolve, reject) => {
        this.#waiting.push((answerOf) => {
          try {
            resolve(asked.map(answerOf));
          } catch (error) {
            reject(error);
          }
        });
      });
    }, maxRunning);
  }

  ask(count: number): Promise<PromiseSettledResult<number>[]> {
    return Promise.allSettled(Array.from({ length: count }, (_, index) => this.batch.ask(index)));
  }

  get running(): number {
    return this.#waiting.length;
  }

  /** Answers the group that was sent first. */
  letGo(answerOf: (asked: number) => Answer = (asked) => asked * 10): void {
    this.#waiting.shift()?.(answerOf);
  }
}

/** Whatever may be sent is sent by then. */
async function sent(): Promise<void> {
  for (let turns = 0; turns < 10; turns++) await turn();
}

describe('look-ups that wait together', () => {
  it('share one statement, and each has its own answer', async () => {
    const held = new Held();
    const answers = held.ask(20);
    await sent();
    assert.deepEqual(held.sizes, [20]);
    held.letGo();
    assert.deepEqual(
      (await answers).map((answer) => answer.status === 'fulfilled' && answer.value),
      Array.from({ length: 20 }, (_, index) => index * 10),
    );
  });

  it('are spread evenly where they are many, and so large a group has bounds', async () => {
    for (const [count, sizes] of [
      [100, [64, 36]],
      [300, [100, 100, 100]],
      [1800, [500, 500, 500]],
    ] as const) {
      const held = new Held(3);
      const answers = held.ask(count);
      await sent();
      assert.deepEqual(held.sizes, sizes);
      while (held.running > 0) {
        held.letGo();
        await sent();
      }
      assert.equal((await answers).length, count);
    }
  });

  it('are sent only after they were asked for, and wait while enough is under way', async () => {
    const held = new Held(2);
    const first = held.ask(1);
    await sent();
    const second = held.ask(1);
    await sent();
    const third = [held.ask(1), held.ask(2)];
    await sent();
    assert.deepEqual(held.sizes, [1, 1]);
    held.letGo();
    await first;
    await sent();
    assert.deepEqual(held.sizes, [1, 1, 3]);
    held.letGo();
    held.letGo();
    await Promise.all([second, ...third]);
  });

  it('are answered in their order with one statement at a time', async () => {
    const held = new Held(1);
    const order: number[] = [];
    const asked = [1, 2, 3].map(async (asked) => {
      order.push(await held.batch.ask(asked));
    });
    await sent();
    const late = held.batch.ask(4).then((answer) => order.push(answer));
    await sent();
    assert.deepEqual(held.sizes, [3]);
    held.letGo();
    await sent();
    held.letGo();
    await Promise.all([...asked, late]);
    assert.deepEqual(order, [10, 20, 30, 40]);
  });

  it('fail with those who share their statement and with nobody else', async () => {
    const held = new Held(1);
    const failed = held.ask(2);
    await sent();
    const fine = held.ask(2);
    held.letGo(() => {
      throw new Error('lost');
    });
    for (const { status } of await failed) assert.equal(status, 'rejected');
    await sent();
    held.letGo();
    for (const { status } of await fine) assert.equal(status, 'fulfilled');
  });

  it('may take longer or fail each by itself', async () => {
    const held = new Held();
    const answers = held.ask(3);
    await sent();
    held.letGo((asked) => (asked === 1 ? Promise.reject(new Error('none')) : Promise.resolve(asked)));
    assert.deepEqual(
      (await answers).map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
  });
});

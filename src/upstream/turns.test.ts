import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { Turns } from './turns.ts';

describe('turns', () => {
  it('come one after the other, in the order in which they were asked for, whatever becomes of them', async () => {
    const turns = new Turns();
    const said: string[] = [];
    const act = (name: string) => async () => {
      said.push(`${name} begins`);
      await turn();
      said.push(`${name} ends`);
      if (name === 'two') throw new Error(name);
    };
    const all = await Promise.allSettled(['one', 'two', 'three'].map((name) => turns.take(act(name))));
    assert.deepEqual(
      said,
      ['one', 'two', 'three'].flatMap((name) => [`${name} begins`, `${name} ends`]),
    );
    assert.deepEqual(
      all.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
    assert.equal(turns.size, 0);
  });

  it('pass by who has given up, and nobody comes before theirs', async () => {
    const turns = new Turns();
    const said: string[] = [];
    const first = Promise.withResolvers<void>();
    const end = new AbortController();
    const one = turns.take(() => first.promise);
    const two = turns.take(async () => said.push('two'), end.signal);
    const three = turns.take(async () => said.push('three'));
    end.abort(new Error('enough'));
    await assert.rejects(two, { message: 'enough' });
    await turn();
    assert.deepEqual(said, []);
    first.resolve();
    await Promise.all([one, three]);
    assert.deepEqual(said, ['three']);
  });
});

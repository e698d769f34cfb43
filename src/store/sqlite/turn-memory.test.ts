import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TurnMemory } from './turn-memory.ts';

function begin() {
  const memory = new TurnMemory();
  const table = memory.table<string, number>();
  let asked = 0;
  const ask = () =>
    table.recall('a', () => {
      asked += 1;
      return asked;
    });
  return { memory, table, ask };
}

describe('the memory of a turn', () => {
  it('keeps what intakes ask for until the turn is over, and no longer', async () => {
    const { memory, ask } = begin();
    assert.deepEqual([memory.intake(ask), memory.intake(ask)], [1, 1]);
    await Promise.resolve();
    assert.deepEqual([memory.intake(ask), memory.intake(ask)], [2, 2]);
    await Promise.resolve();
    assert.equal(memory.intake(ask), 3);
  });

  it('gives others nothing, and keeps nothing for them', () => {
    const { memory, ask } = begin();
    assert.equal(ask(), 1);
    assert.equal(memory.intake(ask), 2);
    assert.equal(ask(), 3);
  });

  it('keeps what is said to have changed, and forgets when told to', () => {
    const { memory, table, ask } = begin();
    table.change('a', () => 7);
    assert.equal(memory.intake(ask), 1, 'only what is remembered changes');
    table.change('a', (value) => value + 10);
    assert.equal(memory.intake(ask), 11);
    table.forget();
    assert.equal(memory.intake(ask), 2);
    memory.forget();
    assert.equal(memory.intake(ask), 3);
  });

  it('forgets what an intake that failed asked for', () => {
    const { memory, ask } = begin();
    assert.throws(() =>
      memory.intake(() => {
        ask();
        throw new Error('no');
      }),
    );
    assert.equal(memory.intake(ask), 2);
  });
});

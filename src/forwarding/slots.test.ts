import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AccountName, DeliveryId } from '../core/ids.ts';
import type { Delivery } from '../core/ports.ts';
import { merge, type Slot, survey } from './slots.ts';

const now = 1_000;

/** `a ab` are two deliveries, the second with two keys. */
function deliveries(text: string): Delivery[] {
  return text.split(' ').map((keys, index) => ({
    id: `dlv_${index}` as DeliveryId,
    app: { kind: 'account', account: 'default' as AccountName },
    keys: [...keys],
    body: '{}',
    isBlocked: false,
    createdAt: 0,
    triedSince: 0,
    attempts: 0,
    dueAt: 0,
  }));
}

function slotsOf(text: string, window = 100): Slot[] {
  return merge([], deliveries(text), { settled: new Set(), window });
}

const numbersOf = (slots: readonly Slot[]) => slots.map(({ id }) => Number(id.slice(4)));
const ready = (slots: readonly Slot[]) => numbersOf(survey(slots, now).ready);

function at(slots: readonly Slot[], index: number): Slot {
  const slot = slots[index];
  assert.ok(slot);
  return slot;
}

describe('what can go', () => {
  it('is the first of each key', () => {
    assert.deepEqual(ready(slotsOf('a b a c b')), [0, 1, 3]);
  });

  it('goes after all that shares a key with it, and keeps back what is behind it', () => {
    assert.deepEqual(ready(slotsOf('a ab b c')), [0, 3]);
  });

  it('is not behind what is under way, nor behind what waits', () => {
    const slots = slotsOf('a a b c b');
    at(slots, 0).isUnderWay = true;
    at(slots, 2).dueAt = now + 5;
    at(slots, 3).dueAt = now + 3;
    assert.deepEqual(survey(slots, now), { ready: [], nextAt: now + 3 });
    assert.deepEqual(numbersOf(survey(slots, now + 5).ready), [2, 3]);
  });
});

describe('a look at the store', () => {
  it('leaves what is known as it is, but for what is wanted earlier', () => {
    const slots = slotsOf('a b');
    Object.assign(at(slots, 0), { dueAt: now, attempts: 3 });
    const [first, second] = deliveries('a b');
    assert.ok(first && second);
    const found = [
      { ...first, dueAt: now - 1 },
      { ...second, dueAt: now + 1 },
    ];
    const merged = merge(slots, found, { settled: new Set(), window: 100 });
    assert.deepEqual(
      merged.map(({ dueAt, attempts }) => [dueAt, attempts]),
      [
        [now - 1, 3],
        [0, 0],
      ],
    );
  });

  it('brings nothing back that was delivered since it began, and forgets nothing under way', () => {
    const slots = slotsOf('a b c').slice(1);
    at(slots, 1).isUnderWay = true;
    const merged = merge(slots, deliveries('a b'), { settled: new Set(['dlv_0', 'dlv_1']), window: 100 });
    assert.deepEqual(numbersOf(merged), [2, 1]);
  });

  it('keeps no more bodies than a window has', () => {
    assert.deepEqual(
      slotsOf('a b c', 2).map(({ body }) => body),
      ['{}', '{}', undefined],
    );
  });
});

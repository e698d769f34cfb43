/** What holds of pushing for every sequence of calls, tried with many. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { at, nameOf, type OpenStore } from './fixture.contract.ts';
import { PushModel } from './push-model.contract.ts';
import { type Bench, carryOut, idOf, openBench, plainSteps, wildSteps } from './push-steps.contract.ts';

const plain = ['4915100000001', '4915100000002', '4915100000003', 'US.a', 'US.b'];
const joined = [...plain, '5511987654321', '551187654321'];
const capacity = fc.integer({ min: 1, max: 3 });

export function pushPropertiesContract(open: OpenStore): void {
  describe('any sequence of calls to a number with an upstream', () => {
    it('gives what plain rows give', async (t) => {
      const store = await open(t);
      const steps = fc.array(plainSteps(plain), { minLength: 1, maxLength: 25 });
      const property = fc.asyncProperty(capacity, steps, async (size, all) => {
        const [bench, model] = [await openBench(store, size), new PushModel(size)];
        for (const step of all) {
          await carryOut(bench, step, model);
          await assertSame(bench, model);
        }
      });
      await fc.assert(property, { numRuns: 30 });
    });

    it('ends, once all is pushed, with a provider that has the list', async (t) => {
      const store = await open(t);
      const property = fc.asyncProperty(capacity, fc.array(wildSteps(joined), { maxLength: 30 }), async (size, all) => {
        const bench = await openBench(store, size);
        for (const step of all) await carryOut(bench, step);
        await pushAll(bench);
        await assertPushed(bench);
      });
      await fc.assert(property, { numRuns: 30 });
    });
  });
}

async function assertSame({ caller, pusher }: Bench, model: PushModel): Promise<void> {
  const { entries } = await caller.page();
  assert.deepEqual(
    entries.map((entry) => `${nameOf(entry)} ${entry.sync?.state}`),
    model.list(),
  );
  const { pushes, room } = await pusher.next();
  const due = model.due().map(({ id, goal }) => `${goal} ${id}`);
  assert.deepEqual(pushes.map((push) => `${push.goal} ${idOf(push)}`).sort(), due.sort());
  assert.equal(room, model.room());
  assert.deepEqual((await removals(pusher)).sort(), model.removals().sort());
}

async function removals(pusher: Bench['pusher'], ids = plain): Promise<string[]> {
  const all = await Promise.all(ids.map(async (id) => ({ id, sync: await pusher.removal(id) })));
  return all.flatMap(({ id, sync }) => (sync ? `${id} ${sync.state}` : []));
}

/** Makes the provider take everything. */
async function pushAll(bench: Bench): Promise<void> {
  const { store, number, caller, pusher } = bench;
  await pusher.enqueueAll(2);
  while ((await pusher.push()).length > 0);
  await carryOut(bench, { do: 'raise', by: 100 });
  await carryOut(bench, { do: 'retryFailed' });
  const { entries } = await caller.page();
  const waiting = entries
    .filter(({ sync }) => sync?.state === 'waiting')
    .map((entry) => entry.waId ?? entry.userId ?? '');
  await caller.unblock(waiting);
  await caller.block(waiting);
  while ((await pusher.push()).length > 0);
  assert.equal(await store.pushes.enqueue(number, at, 1), false);
}

async function assertPushed({ store, connection, capacity: size, caller, pusher }: Bench): Promise<void> {
  const { entries } = await caller.page();
  assert.deepEqual([...new Set(entries.map(({ sync }) => sync?.state))], entries.length === 0 ? [] : ['synced']);
  assert.deepEqual(await removals(pusher, joined), []);
  assert.deepEqual([await pusher.room(), await store.pushes.due(connection)], [size - entries.length, []]);
  const counts = (await store.pushes.counts()).filter((count) => count.connection === connection);
  assert.deepEqual(counts, entries.length === 0 ? [] : [{ connection, state: 'synced', users: entries.length }]);
}

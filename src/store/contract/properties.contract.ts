/** What holds for every sequence of calls, tried with many. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { PhoneNumberId } from '../../core/ids.ts';
import type { Store } from '../../core/ports.ts';
import { at, Caller, hour, nameOf, type OpenStore, phoneOf, phones, putNumber } from './fixture.contract.ts';
import { Model } from './model.contract.ts';

const forms = [
  ['5511987654321', '551187654321'],
  ['5215512345678', '525512345678'],
] as const;
const plain = ['4915100000001', '4915100000002'];
const bsuids = ['US.a', 'US.b', 'US.c'];

type Call =
  | { readonly do: 'block' | 'unblock'; readonly ids: string[]; readonly reason: string | undefined }
  | { readonly do: 'receive'; readonly waId: string; readonly userId: string | undefined };

export function propertiesContract(open: OpenStore): void {
  let last = 5000;
  async function nextNumber(store: Store, rules: { strict: boolean; capacity: number }): Promise<PhoneNumberId> {
    last += 1;
    const number = String(last) as PhoneNumberId;
    await putNumber(store, number, { window: rules.strict ? 'strict' : 'off', capacity: rules.capacity });
    return number;
  }

  describe('any sequence of calls', () => {
    it('gives what a plain list gives, also when calls come at once', async (t) => {
      const store = await open(t);
      const property = fc.asyncProperty(
        fc.boolean(),
        fc.integer({ min: 1, max: 8 }),
        fc.array(batchOf(), { minLength: 1, maxLength: 12 }),
        async (strict, capacity, batches) => {
          const number = await nextNumber(store, { strict, capacity });
          const { waId: self } = phoneOf(number);
          const model = new Model({ strict, capacity, forms, self });
          const caller = new Caller(store, number);
          let now = at;
          for (const { wait, calls } of batches) {
            now += wait;
            const answers = await Promise.all(calls.map((call) => carryOut(call, caller, now)));
            assert.deepEqual(
              answers,
              calls.map((call) => carryOut(call, model, now)),
            );
            await assertSame(caller, model);
          }
        },
      );
      await fc.assert(property, { numRuns: 250 });
    });
  });

  describe('stable pages', () => {
    for (const direction of ['after', 'before'] as const) {
      it(`neither skip nor repeat who stays while others come and go (${direction})`, async (t) => {
        const store = await open(t);
        const changes = fc.array(fc.array(fc.integer({ min: 0, max: 39 }), { maxLength: 8 }), { maxLength: 12 });
        const property = fc.asyncProperty(fc.integer({ min: 1, max: 7 }), changes, async (limit, toggles) => {
          const caller = new Caller(store, await nextNumber(store, { strict: false, capacity: 1000 }));
          const all = phones(40);
          await caller.block(all.slice(0, 25));
          const left = new Set<string>();
          const seen: string[] = [];
          let edge = direction === 'after' ? 0 : Number.MAX_SAFE_INTEGER;
          for (let turn = 0; ; turn += 1) {
            const page = await caller.page({ kind: direction, seq: edge }, limit);
            const names = page.entries.map(nameOf);
            if (direction === 'after') seen.push(...names);
            else seen.unshift(...names);
            const last = page.entries.at(direction === 'after' ? -1 : 0);
            if (!last) break;
            edge = last.seq;
            const toggled = (toggles[turn] ?? []).map((index) => all[index]!);
            for (const phone of toggled) {
              left.add(phone);
              if ((await caller.check(phone)) === undefined) await caller.block(phone);
              else await caller.unblock(phone);
            }
          }
          const stayed = all.slice(0, 25).filter((phone) => !left.has(phone));
          assert.deepEqual(
            seen.filter((phone) => !left.has(phone)),
            stayed,
          );
        });
        await fc.assert(property, { numRuns: 60 });
      });
    }
  });

  describe('versioned pages', () => {
    it('are slices of the list at any size, offset and limit', async (t) => {
      const store = await open(t);
      const sizes = fc.integer({ min: 0, max: 900 });
      const pages = fc.array(fc.tuple(fc.nat(1000), fc.nat(300)), { minLength: 1, maxLength: 8 });
      const property = fc.asyncProperty(
        sizes,
        fc.array(fc.nat(900), { maxLength: 20 }),
        pages,
        async (size, gone, asked) => {
          const caller = new Caller(store, await nextNumber(store, { strict: false, capacity: 1000 }));
          const all = phones(size);
          await caller.block(all);
          await caller.unblock(all.filter((_, index) => gone.includes(index)));
          const rest = all.filter((_, index) => !gone.includes(index));
          const { version } = await caller.page({ kind: 'start' }, 0);
          for (const [offset, limit] of asked) {
            const page = await caller.page({ kind: 'offset', offset, row: offset, version }, limit);
            assert.deepEqual(page.entries.map(nameOf), rest.slice(offset, offset + limit));
            assert.equal(page.hasBefore, offset > 0 && rest.length > 0);
            assert.equal(page.hasAfter, offset + limit < rest.length);
          }
        },
      );
      await fc.assert(property, { numRuns: 40 });
    });
  });
}

function batchOf(): fc.Arbitrary<{ wait: number; calls: Call[] }> {
  const waId = fc.constantFrom(...forms.flat(), ...plain);
  const id = fc.oneof(waId, fc.constantFrom(...bsuids));
  const userId = fc.option(fc.constantFrom(...bsuids), { nil: undefined });
  const call: fc.Arbitrary<Call> = fc.oneof(
    fc.record({
      do: fc.constantFrom('block' as const, 'block' as const, 'unblock' as const),
      ids: fc.array(id, { minLength: 1, maxLength: 4 }),
      reason: fc.option(fc.constantFrom('spam', 'threats'), { nil: undefined }),
    }),
    fc.record({ do: fc.constant('receive' as const), waId, userId }),
  );
  const wait = fc.constantFrom(0, 1, hour, 13 * hour, -hour);
  return fc.record({ wait, calls: fc.array(call, { minLength: 1, maxLength: 5 }) });
}

function carryOut<On extends Caller | Model>(call: Call, on: On, now: number) {
  switch (call.do) {
    case 'block':
      return on instanceof Model
        ? on.block(call.ids, now, call.reason)
        : on.block(call.ids, { at: now, ...(call.reason !== undefined && { reason: call.reason }) });
    case 'unblock':
      return on instanceof Model ? on.unblock(call.ids, now) : on.unblock(call.ids, { at: now });
    case 'receive':
      return on.receive(call.waId, call.userId, now);
    default:
      return call satisfies never;
  }
}

async function assertSame(caller: Caller, model: Model): Promise<void> {
  const page = await caller.page();
  const list = page.entries.map((entry) => `${entry.seq} ${nameOf(entry)} ${entry.reason}`);
  assert.deepEqual(list, model.list());
  assert.deepEqual([page.count, page.version], [list.length, model.version]);
  assert.deepEqual(await caller.history(), model.history);
  const ids = [...forms.flat(), ...plain, ...bsuids];
  // Each time another is asked for alone: a store may answer together those who ask at once.
  const [alone = ''] = ids.slice(model.history.length % ids.length);
  assert.equal(await caller.check(alone), model.check(alone), alone);
  const all = await Promise.all(ids.map(async (id) => [id, await caller.check(id)]));
  assert.deepEqual(
    all,
    ids.map((id) => [id, model.check(id)]),
  );
}

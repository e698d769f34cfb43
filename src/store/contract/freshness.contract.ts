/** What was acknowledged is what everybody sees from then on, whatever the store remembers of the directory. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { hashSecret } from '../../core/credentials.ts';
import type { KeyId, PhoneNumberId } from '../../core/ids.ts';
import { defaultAccount } from '../../core/numbers.ts';
import type { Key, Store } from '../../core/ports.ts';
import { asked, at, by, type OpenStore, one, phoneOf, refusal, two, user } from './fixture.contract.ts';

const numbers = [one, two];
const secrets = ['first secret', 'second secret'] as const;
const person = 'US.abc';

type Step =
  | { readonly do: 'addKey'; readonly secret: string; readonly numbers: Key['numbers'] }
  | { readonly do: 'revokeKey' | 'setAdminKey'; readonly secret: string }
  | { readonly do: 'put'; readonly number: PhoneNumberId; readonly capacity: number }
  | { readonly do: 'delete' | 'block'; readonly number: PhoneNumberId };

export function freshnessContract(open: OpenStore): void {
  describe('the directory', () => {
    it('is read as the last acknowledged change left it, also by who reads while it changes', async (t) => {
      const store = await open(t);
      await store.directory.addAccount({ name: defaultAccount, createdAt: at });
      const truth = new Truth(store);
      const property = fc.asyncProperty(fc.array(stepOf(), { minLength: 1, maxLength: 12 }), async (steps) => {
        for (const step of steps) {
          const change = truth.carryOut(step);
          await truth.readAll();
          await new Promise(setImmediate);
          await truth.readAll();
          await change;
          await truth.assertAll();
          await truth.assertAll();
        }
      });
      await fc.assert(property, { numRuns: 40 });
    });
  });
}

function stepOf(): fc.Arbitrary<Step> {
  const number = fc.constantFrom(...numbers);
  const secret = fc.constantFrom(...secrets);
  return fc.oneof(
    fc.record({
      do: fc.constant('addKey' as const),
      secret,
      numbers: fc.oneof(fc.constant('all' as const), fc.subarray(numbers)),
    }),
    fc.record({ do: fc.constantFrom('revokeKey' as const, 'setAdminKey' as const), secret }),
    fc.record({ do: fc.constant('put' as const), number, capacity: fc.integer({ min: 1, max: 9 }) }),
    fc.record({ do: fc.constantFrom('delete' as const, 'block' as const), number }),
  );
}

/** A store, and what has to be read of it. */
class Truth {
  readonly #store: Store;
  readonly #keys = new Map<string, Key>();
  readonly #capacities = new Map<PhoneNumberId, number>();
  readonly #blocked = new Set<PhoneNumberId>();
  #adminKey: string | undefined;
  #time = at;

  constructor(store: Store) {
    this.#store = store;
  }

  async carryOut(step: Step): Promise<void> {
    const { directory, installation, lists } = this.#store;
    this.#time += 1;
    switch (step.do) {
      case 'addKey': {
        const key = this.#newKey(step);
        const added = await directory.addKey(key, hashSecret(step.secret));
        if (added.kind === 'added') this.#keys.set(step.secret, key);
        return;
      }
      case 'revokeKey': {
        const key = this.#keys.get(step.secret);
        const revoked = key && (await directory.revokeKey(key.id, this.#time));
        if (key && revoked) this.#keys.set(step.secret, { ...key, revokedAt: this.#time });
        return;
      }
      case 'setAdminKey':
        await installation.setAdminKeyHash(hashSecret(step.secret));
        this.#adminKey = step.secret;
        return;
      case 'put':
        await directory.putNumber(
          step.number,
          { phone: phoneOf(step.number), rules: { capacity: step.capacity } },
          this.#time,
        );
        this.#capacities.set(step.number, step.capacity);
        return;
      case 'delete':
        await directory.deleteNumber(step.number, by, this.#time);
        this.#forget(step.number);
        return;
      case 'block':
        if (!this.#capacities.has(step.number)) return;
        await lists.block({ number: step.number, users: asked(person), by, at: this.#time });
        this.#blocked.add(step.number);
        return;
      default:
        step satisfies never;
    }
  }

  /** Asks for everything, whatever the answer. */
  async readAll(): Promise<void> {
    const { directory, installation, lists } = this.#store;
    await installation.adminKeyHash();
    for (const secret of secrets) {
      const key = await directory.keyBySecret(hashSecret(secret));
      if (key) await directory.onlyNumberOf(key);
    }
    for (const number of numbers) {
      await directory.number(number);
      await lists.check(number, user(person)).catch(() => {});
      await lists.isBlocked(number, user(person)).catch(() => {});
      await lists.pageOfIds(number, { position: { kind: 'start' }, limit: 1 }).catch(() => {});
    }
  }

  async assertAll(): Promise<void> {
    const { directory, installation } = this.#store;
    assert.equal(await installation.adminKeyHash(), this.#adminKey && hashSecret(this.#adminKey));
    for (const secret of secrets) {
      const key = this.#keys.get(secret);
      assert.deepEqual(await directory.keyBySecret(hashSecret(secret)), key);
      if (key) assert.equal((await directory.onlyNumberOf(key))?.id, this.#onlyNumberOf(key));
    }
    for (const number of numbers) {
      const rules = (await directory.number(number))?.rules;
      assert.equal(rules && 'capacity' in rules ? rules.capacity : undefined, this.#capacities.get(number));
      await this.#assertList(number);
    }
  }

  async #assertList(number: PhoneNumberId): Promise<void> {
    const { lists } = this.#store;
    const request = { position: { kind: 'after', seq: 0 }, limit: 9 } as const;
    if (!this.#capacities.has(number)) {
      await assert.rejects(lists.check(number, user(person)), refusalOf(number));
      await assert.rejects(lists.isBlocked(number, user(person)), refusalOf(number));
      await assert.rejects(lists.pageOfIds(number, request), refusalOf(number));
      await assert.rejects(lists.page(number, request), refusalOf(number));
      return;
    }
    const isBlocked = this.#blocked.has(number);
    assert.equal((await lists.check(number, user(person))) !== undefined, isBlocked);
    assert.equal(await lists.isBlocked(number, user(person)), isBlocked);
    const page = await lists.pageOfIds(number, request);
    assert.deepEqual(page.kind === 'page' && page.entries, isBlocked ? [{ userId: person }] : []);
  }

  #newKey({ secret, numbers: reached }: Extract<Step, { do: 'addKey' }>): Key {
    const id = `key_${String(this.#time).padStart(16, '0')}` as KeyId;
    const times = { createdAt: at, expiresAt: null, revokedAt: null };
    return { id, name: secret, account: defaultAccount, numbers: reached, ...times };
  }

  #onlyNumberOf({ numbers: reached }: Key): PhoneNumberId | undefined {
    const there = numbers.filter((id) => this.#capacities.has(id) && (reached === 'all' || reached.includes(id)));
    return there.length === 1 ? there[0] : undefined;
  }

  #forget(number: PhoneNumberId): void {
    this.#capacities.delete(number);
    this.#blocked.delete(number);
    for (const [secret, key] of this.#keys) {
      if (key.numbers === 'all') continue;
      this.#keys.set(secret, { ...key, numbers: key.numbers.filter((id) => id !== number) });
    }
  }
}

function refusalOf(number: PhoneNumberId): object {
  const { name } = refusal('number_not_found');
  return { name, reason: { kind: 'number_not_found', asked: number } };
}

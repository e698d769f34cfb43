/** A number that is pushed through a connection, in a store. */
import assert from 'node:assert/strict';
import type { ConnectionName, PhoneNumberId } from '../../src/core/ids.ts';
import type { BusinessNumber, NumberPatch } from '../../src/core/numbers.ts';
import type { Store } from '../../src/core/ports.ts';
import { type PushRules, presets } from '../../src/core/rules.ts';
import type { Sealer } from '../../src/core/sealing.ts';

export const numberId = '106540352242922' as PhoneNumberId;
export const upstreamId = '206540352242922' as PhoneNumberId;
export const connection = 'cloud' as ConnectionName;

/** Short, so that no test waits; long enough for a busy machine. */
export const quick = {
  firstDelay: 20,
  longestDelay: 200,
  gap: 0,
  sweepEvery: 100,
  settleDelay: 20,
  lookAgain: 10,
} as const;

interface SetUp {
  readonly origin: string;
  readonly token: string;
  readonly sealer: Sealer;
  readonly rules: Partial<PushRules> | undefined;
  readonly at: number;
  /** Whether whom the provider lists already is taken over. */
  readonly imports?: boolean | undefined;
}

/** A connection, and a number that is pushed through it. */
export async function setUp(store: Store, { origin, token, sealer, rules, at, imports = false }: SetUp): Promise<void> {
  const { directory } = store;
  const account = { name: 'default', createdAt: at } as Parameters<typeof directory.addAccount>[0];
  await directory.addAccount(account);
  const secrets = { token: sealer.seal(token, `${connection}/token`) };
  const put = await directory.putConnection(connection, { provider: 'meta', origin, secrets }, at);
  assert.equal(put.kind, 'created');
  const patch: NumberPatch = {
    phone: { displayPhoneNumber: '+1 555 224 2922', waId: '15552242922' as BusinessNumber['waId'] },
    upstream: { connection, numberId: upstreamId },
    rules: { ...presets.gateway, ...rules },
  };
  assert.equal((await directory.putNumber(numberId, patch, at)).kind, 'created');
  if (!imports) await store.pushes.imported(numberId, 0);
}

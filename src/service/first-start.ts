/**
 * What an empty installation is given, once: an account, an admin key if none is set, and demo numbers with a key each.
 *
 * Secrets are kept as hashes only, so their text is kept for their owner before the store takes them. Of several nodes that
 * start at once one makes them, and the others wait for it; a start that was cut short is done anew by the next.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { hashSecret, makeKeyId, makeSecret } from '../core/credentials.ts';
import { defaultLeaseFor, Holding } from '../core/holding.ts';
import type { PhoneNumberId, WaId } from '../core/ids.ts';
import { LeaseLost, works } from '../core/leases.ts';
import { defaultAccount } from '../core/numbers.ts';
import type { Clock, Lease, Store } from '../core/ports.ts';
import type { Preset } from '../core/rules.ts';

export interface DemoNumber {
  readonly id: PhoneNumberId;
  readonly displayPhoneNumber: string;
  readonly waId: WaId;
  readonly rules: Preset;
}

const demoNumbers: readonly DemoNumber[] = [
  demoNumber('106540352242922', '+1 555-078-3881', 'open'),
  demoNumber('106540352242923', '+1 555-078-3882', 'meta'),
];

function demoNumber(id: string, displayPhoneNumber: string, rules: Preset): DemoNumber {
  const waId = displayPhoneNumber.replace(/\D/g, '');
  return { id: id as PhoneNumberId, displayPhoneNumber, waId: waId as WaId, rules };
}

/** Secrets that were made at this start and are shown this once. */
export interface MadeSecrets {
  readonly adminKey?: string;
  readonly demo?: readonly DemoSecret[];
}

export interface DemoSecret {
  readonly number: DemoNumber;
  readonly secret: string;
}

export interface FirstStart {
  readonly store: Store;
  readonly clock: Clock;
  /** An admin key from the settings: none is made then. */
  readonly adminKey: string | undefined;
  readonly demo: boolean;
  /** Keeps the secrets where their owner finds them, before the store takes them. */
  readonly keep: (made: MadeSecrets) => void;
  /** What was kept is of no use: the store did not take it. */
  readonly takeBack?: () => void;
  readonly leaseFor?: number;
}

/** Before who waits for another node looks again, in ms. */
const lookAgain = 100;

/** Makes what is missing; `undefined` when nothing was, or another node made it. */
export async function prepareStore(start: FirstStart): Promise<MadeSecrets | undefined> {
  const { leases } = start.store;
  const leaseFor = start.leaseFor ?? defaultLeaseFor;
  const holding = new Holding({ leases, work: works.firstStart, leaseFor, time: () => performance.now() });
  while ((await missingIn(start)).isAny) {
    if (!(await holding.take())) {
      await delay(lookAgain);
      continue;
    }
    try {
      return await make(start, await missingIn(start), holding);
    } catch (error) {
      // Another node does it.
      if (!(error instanceof LeaseLost)) throw error;
    } finally {
      await holding.release();
    }
  }
  return undefined;
}

interface Missing {
  readonly isAny: boolean;
  /** It was never prepared to the end. */
  readonly isEmpty: boolean;
  readonly needsAdminKey: boolean;
}

async function missingIn({ store: { installation }, adminKey }: FirstStart): Promise<Missing> {
  const isEmpty = !(await installation.isPrepared());
  const needsAdminKey = adminKey === undefined && (await installation.adminKeyHash()) === undefined;
  return { isEmpty, needsAdminKey, isAny: isEmpty || needsAdminKey };
}

async function make(
  { store, clock, demo, keep, takeBack }: FirstStart,
  { isEmpty, needsAdminKey }: Missing,
  holding: Holding,
): Promise<MadeSecrets | undefined> {
  const made: MadeSecrets = {
    ...(needsAdminKey && { adminKey: makeSecret() }),
    ...(isEmpty && demo && { demo: demoNumbers.map((number) => ({ number, secret: makeSecret() })) }),
  };
  const madeAny = made.adminKey !== undefined || made.demo !== undefined;
  if (madeAny) keep(made);
  try {
    await holding.keep();
    await give(store, made, { isEmpty, at: clock(), lease: holding.lease });
  } catch (error) {
    if (madeAny && error instanceof LeaseLost) takeBack?.();
    throw error;
  }
  return madeAny ? made : undefined;
}

interface Giving {
  readonly isEmpty: boolean;
  readonly at: number;
  readonly lease: Lease;
}

/** What a store of one process is asked at once is one transaction; otherwise the last step tells that all are done. */
async function give(store: Store, { adminKey, demo = [] }: MadeSecrets, { isEmpty, at, lease }: Giving): Promise<void> {
  const { directory, installation, leases } = store;
  const steps: (() => Promise<unknown>)[] = [
    ...(adminKey === undefined ? [] : [() => installation.setAdminKeyHash(hashSecret(adminKey), lease)]),
    ...(isEmpty ? [() => directory.addAccount({ name: defaultAccount, createdAt: at })] : []),
    ...demo.flatMap((one) => addDemo(store, one, at)),
    ...(isEmpty ? [() => installation.setPrepared()] : []),
  ];
  if (leases.isShared) for (const step of steps) await step();
  else await Promise.all(steps.map((step) => step()));
}

function addDemo({ directory }: Store, demo: DemoSecret, at: number): (() => Promise<unknown>)[] {
  const { id, displayPhoneNumber, waId, rules } = demo.number;
  const key = {
    id: makeKeyId(),
    name: `demo ${rules}`,
    account: defaultAccount,
    numbers: [id],
    createdAt: at,
    expiresAt: null,
    revokedAt: null,
  };
  const patch = { phone: { displayPhoneNumber, waId }, name: `Demo (${rules})`, rules };
  return [() => directory.putNumber(id, patch, at), () => directory.addKey(key, hashSecret(demo.secret))];
}

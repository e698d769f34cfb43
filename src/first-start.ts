/**
 * What an empty installation is given, once: an account, an admin key if none is set, and demo numbers with a key each.
 *
 * Secrets are kept as hashes only, so their text is kept for their owner before the store takes them; and all is asked
 * of the store at once, which makes it one transaction: a start that was cut short leaves a store as empty as before.
 */
import { hashSecret, makeKeyId, makeSecret } from './core/credentials.ts';
import type { PhoneNumberId, WaId } from './core/ids.ts';
import { defaultAccount } from './core/numbers.ts';
import type { Clock, Store } from './core/ports.ts';
import type { Preset } from './core/rules.ts';

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
}

/** Makes what is missing; `undefined` when nothing was. */
export async function prepareStore(start: FirstStart): Promise<MadeSecrets | undefined> {
  const { store, clock, keep } = start;
  const { directory, installation } = store;
  const isEmpty = (await directory.account(defaultAccount)) === undefined;
  const needsAdminKey = start.adminKey === undefined && (await installation.adminKeyHash()) === undefined;
  const made: MadeSecrets = {
    ...(needsAdminKey && { adminKey: makeSecret() }),
    ...(isEmpty && start.demo && { demo: demoNumbers.map((number) => ({ number, secret: makeSecret() })) }),
  };
  const madeAny = made.adminKey !== undefined || made.demo !== undefined;
  if (madeAny) keep(made);
  await Promise.all([
    isEmpty && directory.addAccount({ name: defaultAccount, createdAt: clock() }),
    ...(made.demo ?? []).flatMap((demo) => addDemo(store, demo, clock())),
    made.adminKey !== undefined && installation.setAdminKeyHash(hashSecret(made.adminKey)),
  ]);
  return madeAny ? made : undefined;
}

function addDemo({ directory }: Store, demo: DemoSecret, at: number): Promise<unknown>[] {
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
  return [directory.putNumber(id, patch, at), directory.addKey(key, hashSecret(demo.secret))];
}

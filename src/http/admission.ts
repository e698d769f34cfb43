/** Who asks, and about which number. */
import { authenticate, reaches } from '../core/credentials.ts';
import { Refusal } from '../core/errors.ts';
import { parsePhoneNumberId } from '../core/ids.ts';
import type { BusinessNumber } from '../core/numbers.ts';
import type { Clock, Directory, Key, Store } from '../core/ports.ts';
import type { Call, NumberRef } from '../dialects/dialect.ts';
import type { RateLimit } from './rate-limit.ts';

export interface AdmissionDeps {
  readonly store: Store;
  readonly clock: Clock;
  /** Absent: a key may ask as often as it likes. */
  readonly rateLimit?: RateLimit | undefined;
}

/** The caller's key, and the secret that it was found by. */
export interface Caller {
  readonly key: Key;
  readonly secret: string;
}

export async function callerOf(
  { store, clock, rateLimit }: AdmissionDeps,
  credential: Call['credential'],
): Promise<Caller> {
  if (credential instanceof Refusal) throw credential;
  const { secret } = credential;
  const key = await authenticate(store.directory, secret, clock());
  rateLimit?.take(key.id, clock());
  return { key, secret };
}

/** The number that a call is about. One that is not the key's is answered like one that is not there. */
export async function numberFor(directory: Directory, key: Key, ref: NumberRef): Promise<BusinessNumber> {
  const number = await hostedNumber(directory, key, ref);
  if (number) return number;
  throw new Refusal({ kind: 'number_not_found', asked: ref.kind === 'named' ? ref.id : '' });
}

/** The same, or `undefined` if what is named is no number that is hosted here. */
export async function hostedNumber(
  directory: Directory,
  key: Key,
  ref: NumberRef,
): Promise<BusinessNumber | undefined> {
  if (ref.kind === 'of_the_key') {
    const only = await directory.onlyNumberOf(key);
    if (!only) throw new Refusal({ kind: 'not_one_number' });
    return only;
  }
  const id = parsePhoneNumberId(ref.id);
  const number = id === undefined ? undefined : await directory.number(id);
  if (number && !reaches(key, number)) throw new Refusal({ kind: 'number_not_found', asked: ref.id });
  return number;
}

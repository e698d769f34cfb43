import { hash, randomBytes } from 'node:crypto';
import { Refusal } from './errors.ts';
import type { KeyId, SecretHash } from './ids.ts';
import type { BusinessNumber } from './numbers.ts';
import type { Directory, Key } from './ports.ts';

/** A secret of a caller's own has at least this many characters. */
export const minSecretLength = 20;

/** A new secret: 256 random bits. */
export function makeSecret(): string {
  return `gh_${randomBytes(32).toString('base64url')}`;
}

export function makeKeyId(): KeyId {
  return `key_${randomBytes(12).toString('base64url')}` as KeyId;
}

/** Secrets are kept and looked up as this only. */
export function hashSecret(secret: string): SecretHash {
  return hash('sha256', secret, 'base64url') as SecretHash;
}

/** The key with this secret. Refuses one that is unknown, revoked or expired. `at` is in ms since the epoch. */
export async function authenticate(directory: Directory, secret: string, at: number): Promise<Key> {
  const key = await directory.keyBySecret(hashSecret(secret));
  if (!key) throw new Refusal({ kind: 'unknown_credential' });
  if (key.revokedAt !== null) throw new Refusal({ kind: 'revoked_credential' });
  if (key.expiresAt !== null && key.expiresAt <= at)
    throw new Refusal({ kind: 'expired_credential', at: new Date(key.expiresAt) });
  return key;
}

/** Whether the key reaches the number: its account's, and all of those or this one. */
export function reaches(key: Key, number: BusinessNumber): boolean {
  return key.account === number.account && (key.numbers === 'all' || key.numbers.includes(number.id));
}

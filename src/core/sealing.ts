/** Keeps secrets that have to be read again: AES-256-GCM, each bound to the place where it is kept. */
import { createCipheriv, createDecipheriv, createSecretKey, hash, type KeyObject, randomBytes } from 'node:crypto';
import type { SealedSecret } from './ids.ts';

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;
/** Characters of base64url: 48 bits of the key's SHA-256. */
const keyIdLength = 8;

/** `v1.<key id>.<nonce, ciphertext and tag>` */
const form = /^v1\.([\w-]{8})\.([\w-]+)$/;

interface SealKey {
  readonly id: string;
  readonly key: KeyObject;
}

/** Why a secret cannot be sealed or opened; `place` is where it is kept. It tells nothing of the secret. */
export class SealError extends Error {
  override readonly name = 'SealError';
  readonly why: 'no_key' | 'unknown_key' | 'damaged';
  readonly place: string;

  constructor(why: SealError['why'], place: string) {
    super(`The secret of ${place} ${words[why]}`);
    this.why = why;
    this.place = place;
  }
}

const words: Readonly<Record<SealError['why'], string>> = {
  no_key: 'cannot be sealed: there is no key.',
  unknown_key: 'cannot be opened: it was sealed with a key that is not given.',
  damaged: 'cannot be opened: it is damaged, or was sealed for another place.',
};

/** Seals with the first of its keys and opens with any of them, so that keys can be changed one after the other. */
export class Sealer {
  readonly #keys: readonly SealKey[];

  /** Each key has 32 bytes. */
  constructor(keys: readonly Uint8Array[]) {
    this.#keys = keys.map((key) => ({ id: idOf(key), key: createSecretKey(key) }));
  }

  get canSeal(): boolean {
    return this.#keys.length > 0;
  }

  /** The secret for this place: in another one it does not open. Throws a SealError if there is no key. */
  seal(secret: string, place: string): SealedSecret {
    const [first] = this.#keys;
    if (!first) throw new SealError('no_key', place);
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv(algorithm, first.key, nonce).setAAD(Buffer.from(place));
    const sealed = Buffer.concat([nonce, cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return `v1.${first.id}.${sealed.toString('base64url')}` as SealedSecret;
  }

  /** Throws a SealError for what none of the keys sealed for this place. */
  open(sealed: SealedSecret, place: string): string {
    const [, id, text = ''] = form.exec(sealed) ?? [];
    if (id === undefined) throw new SealError('damaged', place);
    const found = this.#keys.find((one) => one.id === id);
    if (!found) throw new SealError('unknown_key', place);
    return decrypt(found.key, Buffer.from(text, 'base64url'), place);
  }

  /** Whether the first key sealed it: else it is to be sealed anew before its key is given up. */
  isCurrent(sealed: SealedSecret): boolean {
    const [first] = this.#keys;
    return first !== undefined && form.exec(sealed)?.[1] === first.id;
  }
}

function idOf(key: Uint8Array): string {
  return hash('sha256', key, 'base64url').slice(0, keyIdLength);
}

function decrypt(key: KeyObject, bytes: Buffer, place: string): string {
  if (bytes.length < nonceBytes + tagBytes) throw new SealError('damaged', place);
  const decipher = createDecipheriv(algorithm, key, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes })
    .setAAD(Buffer.from(place))
    .setAuthTag(bytes.subarray(-tagBytes));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(nonceBytes, -tagBytes)), decipher.final()]).toString();
  } catch {
    throw new SealError('damaged', place);
  }
}

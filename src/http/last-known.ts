/**
 * Who asked of late, and about which number, where a number sends although its store cannot be read: then nobody else could
 * tell whether the key is one. What was revoked or changed since the store was lost counts once it is back.
 */
import { hashSecret } from '../core/credentials.ts';
import { Refusal } from '../core/errors.ts';
import type { BusinessNumber } from '../core/numbers.ts';
import type { Key } from '../core/ports.ts';
import type { Call } from '../dialects/dialect.ts';

export interface Admitted {
  readonly key: Key;
  /** The caller's, by which the key was found. */
  readonly secret: string;
  readonly number: BusinessNumber;
}

type Known = Omit<Admitted, 'secret'>;

export class LastKnown {
  readonly #capacity: number;
  /** The one that was noted longest ago comes first. */
  readonly #known = new Map<string, Known>();

  constructor(capacity = 10_000) {
    this.#capacity = capacity;
  }

  /** A send of these is let in. Secrets are kept as their hashes only. */
  note(call: Call, { key, number }: Admitted): void {
    const id = idOf(call);
    if (id === undefined || !number.upstream || number.onStoreFailure !== 'pass') return;
    this.#known.delete(id);
    this.#known.set(id, { key, number });
    const [oldest] = this.#known.size > this.#capacity ? this.#known.keys() : [];
    if (oldest !== undefined) this.#known.delete(oldest);
  }

  /** Who it was, if `error` is that the store cannot be read. `at` is in ms since the epoch. */
  recall(call: Call, error: unknown, at: number): Admitted | undefined {
    const isUnread = error instanceof Refusal && error.reason.kind === 'store_unavailable';
    const id = isUnread ? idOf(call) : undefined;
    const known = id === undefined ? undefined : this.#known.get(id);
    if (!known || call.credential instanceof Refusal) return undefined;
    const { expiresAt } = known.key;
    return expiresAt !== null && expiresAt <= at ? undefined : { ...known, secret: call.credential.secret };
  }
}

function idOf({ credential, number }: Call): string | undefined {
  if (credential instanceof Refusal) return undefined;
  return `${hashSecret(credential.secret)} ${number.kind === 'named' ? number.id : ''}`;
}

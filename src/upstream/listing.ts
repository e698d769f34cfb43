/** What a provider lists, read from the first page to the last. */
import { phoneKey } from '../core/phone-variants.ts';
import type { KnownIds, UserId } from '../core/user.ts';
import type { Failure } from './failure.ts';
import type { Site } from './site.ts';

export interface Listing {
  /** How many users were read. */
  readonly count: number;
  /** It was read to the end: who was not seen is not there. */
  readonly isComplete: boolean;
  /** In whatever form of the phone number. */
  has(user: UserId): boolean;
}

export interface Sought {
  readonly users: readonly UserId[];
  /** Whether to read on once all are seen: somebody is to be gone. */
  readonly untilEnd: boolean;
}

/** How often a list that changes while it is read is read anew. */
const maxRestarts = 5;
/** More pages are those of a provider that goes round in circles. */
const maxPages = 2_000;

export type ListAnswer = { readonly failure: Failure } | { readonly failure?: undefined; readonly listing: Listing };

/** Reads until all are seen or there is no more. */
export async function readListing(site: Site, { users, untilEnd }: Sought): Promise<ListAnswer> {
  const { maxPage } = site.connection.caller;
  let seen = new Seen();
  let after: string | undefined;
  let restarts = 0;
  for (let pages = 0; pages < maxPages; pages += 1) {
    const asked = await site.list(maxPage, after);
    if (asked.failure) return { failure: asked.failure };
    const { reading } = asked;
    if (reading.kind === 'changed') {
      // Whom an earlier try has seen may be gone by now.
      seen = new Seen();
      after = undefined;
      restarts += 1;
      if (restarts > maxRestarts) break;
      continue;
    }
    seen.add(reading.users);
    after = reading.after;
    // A cursor that comes again is how some say that this was all.
    if (after === undefined || !seen.isNew(after)) return { listing: seen.listing(true) };
    if (!untilEnd && users.every((user) => seen.has(user))) break;
  }
  return { listing: seen.listing(false) };
}

class Seen {
  readonly #phones = new Set<string>();
  readonly #userIds = new Set<string>();
  readonly #cursors = new Set<string>();
  #count = 0;

  add(users: readonly KnownIds[]): void {
    this.#count += users.length;
    for (const { waId, userId } of users) {
      if (waId !== undefined) this.#phones.add(phoneKey(waId));
      if (userId !== undefined) this.#userIds.add(userId);
    }
  }

  isNew(cursor: string): boolean {
    const before = this.#cursors.size;
    return this.#cursors.add(cursor).size > before;
  }

  has(user: UserId): boolean {
    return user.kind === 'wa_id' ? this.#phones.has(phoneKey(user.waId)) : this.#userIds.has(user.userId);
  }

  listing(isComplete: boolean): Listing {
    return { count: this.#count, isComplete, has: (user) => this.has(user) };
  }
}

/** What a provider lists, read from the first page to the last. */
import { phoneKey } from '../core/phone-variants.ts';
import type { ProviderList } from '../core/ports.ts';
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
  let seen = new Seen();
  const { failure, isComplete } = await walk(site, {
    begin() {
      // Whom an earlier try has seen may be gone by now.
      seen = new Seen();
    },
    take(page) {
      seen.add(page);
      return untilEnd || users.some((user) => !seen.has(user));
    },
  });
  return failure ? { failure } : { listing: seen.listing(isComplete) };
}

/** All that was read, and why it broke off, if it did. */
export interface Whole {
  readonly list: ProviderList;
  readonly failure?: Failure;
}

/** Reads all that there is. */
export async function readWhole(site: Site): Promise<Whole> {
  let users: KnownIds[] = [];
  const { failure, isComplete } = await walk(site, {
    begin() {
      users = [];
    },
    take(page) {
      users.push(...page);
      return true;
    },
  });
  return { list: { users, isComplete }, ...(failure && { failure }) };
}

interface Pages {
  /** The list is read from its first page, maybe once more. */
  begin(): void;
  /** Gives whether to read on. */
  take(users: readonly KnownIds[]): boolean;
}

interface Walked {
  readonly failure?: Failure;
  readonly isComplete: boolean;
}

async function walk(site: Site, { begin, take }: Pages): Promise<Walked> {
  const { maxPage } = site.connection.caller;
  let cursors = new Set<string>();
  let after: string | undefined;
  let restarts = 0;
  begin();
  for (let pages = 0; pages < maxPages; pages += 1) {
    const asked = await site.list(maxPage, after);
    if (asked.failure) return { failure: asked.failure, isComplete: false };
    const { reading } = asked;
    if (reading.kind === 'changed') {
      restarts += 1;
      if (restarts > maxRestarts) break;
      cursors = new Set();
      after = undefined;
      begin();
      continue;
    }
    const hasMore = take(reading.users);
    after = reading.after;
    // A cursor that comes again is how some say that this was all.
    if (after === undefined || cursors.has(after)) return { isComplete: true };
    cursors.add(after);
    if (!hasMore) break;
  }
  return { isComplete: false };
}

class Seen {
  readonly #phones = new Set<string>();
  readonly #userIds = new Set<string>();
  #count = 0;

  add(users: readonly KnownIds[]): void {
    this.#count += users.length;
    for (const { waId, userId } of users) {
      if (waId !== undefined) this.#phones.add(phoneKey(waId));
      if (userId !== undefined) this.#userIds.add(userId);
    }
  }

  has(user: UserId): boolean {
    return user.kind === 'wa_id' ? this.#phones.has(phoneKey(user.waId)) : this.#userIds.has(user.userId);
  }

  listing(isComplete: boolean): Listing {
    return { count: this.#count, isComplete, has: (user) => this.has(user) };
  }
}

/** The lists, as a store gives them. */
import type { MatchedBy, Sender } from './block-list.ts';
import type { KeyId, PhoneNumberId } from './ids.ts';
import type { Lease } from './leases.ts';
import type { Outcome } from './outcome.ts';
import type { PageRequest } from './paging.ts';
import type { Sync } from './push.ts';
import type { AskedUser, KnownIds, UserId } from './user.ts';

/** Now, in ms since the epoch. */
export type Clock = () => number;

/** Who changes a list, through what, and under which request. */
export interface Actor {
  /** The dialect's name, or `admin`. */
  readonly dialect: string;
  /** null: the admin API. */
  readonly keyId: KeyId | null;
  readonly requestId: string;
}

/** A change of one number's list, as data: a store may carry it to another thread. `at` is in ms since the epoch. */
export interface ListChange {
  readonly number: PhoneNumberId;
  readonly users: readonly AskedUser[];
  readonly by: Actor;
  readonly at: number;
  /** Why, in the words of who asks; kept with the entry and in the log. Absent: who is blocked already keeps theirs; null: they lose it. */
  readonly reason?: string | null;
  /** Of an unblock: what becomes of the users' held messages. Absent: they stay held. */
  readonly held?: 'replay' | 'delete';
}

export interface ReceivedMessage {
  readonly number: PhoneNumberId;
  readonly sender: Sender;
  readonly by: Actor;
  readonly at: number;
  /** When it was written, if it is told later than that: what counts for the window. */
  readonly wroteAt?: number;
}

/** The present block of one user. `seq` is its place in the list's order. */
export interface BlockEntry extends KnownIds {
  readonly seq: number;
  readonly blockedAt: number;
  readonly by: Actor;
  readonly reason?: string;
  /** Where it stands at the provider; absent: the number has no upstream. */
  readonly sync?: Sync;
}

/** A page of a list's users, each told as a `Row`. */
export interface PageOf<Row> {
  readonly kind: 'page';
  readonly entries: readonly Row[];
  /** How many users the list holds, and its version. */
  readonly count: number;
  readonly version: number;
  /** The index of the first entry; only for a page asked for by offset or from the start. */
  readonly offset?: number;
  readonly hasBefore: boolean;
  readonly hasAfter: boolean;
}

/** The position named another version than `version`, the list's present one. */
export interface ListChanged {
  readonly kind: 'changed';
  readonly version: number;
}

export type ListPage = PageOf<BlockEntry> | ListChanged;

/**
 * Where a page begins and ends in list order: `first` is at most the `seq` of its first user, `last` at least that of its
 * last one, and no other user of the list is between them.
 */
export interface PageEnds {
  readonly first: number;
  readonly last: number;
}

/** Who is on a page and no more. An empty one has no ends. */
export type IdsPage = (PageOf<KnownIds> & { readonly ends?: PageEnds }) | ListChanged;

export type EventAction =
  | 'block'
  | 'unblock'
  /** A blocked user got another reason. */
  | 'update'
  /** Two known users turned out to be one, and are blocked. */
  | 'merge'
  /** What is known of a blocked user's ids changed: `user` is what the list shows of them now. */
  | 'identify'
  /** The number was deleted with its whole list; `user` is empty. */
  | 'delete_number';

/** One change to one user, as the log keeps it. `seq` is its id: it grows within a number and is never given twice. */
export interface BlockEvent {
  readonly seq: number;
  readonly at: number;
  readonly action: EventAction;
  readonly user: KnownIds;
  readonly by: Actor;
  readonly reason?: string;
}

export interface Check {
  readonly matchedBy: MatchedBy;
  readonly entry: BlockEntry;
}

export interface EventPage {
  readonly events: readonly BlockEvent[];
  readonly hasMore: boolean;
}

/** The lists. A method that names a number which is not there throws the refusal `number_not_found`. */
export interface BlockLists {
  /** With a lease: as part of that work. */
  block(change: ListChange, lease?: Lease): Promise<readonly Outcome[]>;
  unblock(change: ListChange): Promise<readonly Outcome[]>;
  /** A user wrote: opens the window and joins the sender's ids. Says whether they are blocked. */
  receive(message: ReceivedMessage): Promise<{ readonly blocked: boolean }>;
  /** Oldest block first. The page and its count, version and order are of one moment. */
  page(number: PhoneNumberId, request: PageRequest): Promise<ListPage>;
  /** The same page, told shortly: who is on it. It is what most pages are read for, and costs a fraction. */
  pageOfIds(number: PhoneNumberId, request: PageRequest): Promise<IdsPage>;
  /** Is this user blocked? By any id or phone variant. */
  isBlocked(number: PhoneNumberId, user: UserId): Promise<boolean>;
  /** The same with the entry by which they are, which costs more. */
  check(number: PhoneNumberId, user: UserId): Promise<Check | undefined>;
  /** Of a user who is not blocked: where their unblocking stands at the provider; `undefined`: nothing is left to be said there. */
  removal(number: PhoneNumberId, user: UserId): Promise<Sync | undefined>;
  /** Oldest first, after the event with this `seq` (0: from the beginning). Outlives the number. */
  events(number: PhoneNumberId, after: number, limit: number): Promise<EventPage>;
}

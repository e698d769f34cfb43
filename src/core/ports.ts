/**
 * What the core needs from outside: a store and a clock. Every write is on disk before its promise resolves; if more waits
 * than the store takes on, it is refused with `overloaded` and nothing of it is done.
 */
import type { MatchedBy, Sender } from './block-list.ts';
import type { AccountName, KeyId, PhoneNumberId, SecretHash } from './ids.ts';
import type { BusinessNumber, NumberPatch } from './numbers.ts';
import type { Outcome } from './outcome.ts';
import type { PageRequest } from './paging.ts';
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
}

export interface ReceivedMessage {
  readonly number: PhoneNumberId;
  readonly sender: Sender;
  readonly by: Actor;
  readonly at: number;
}

/** The present block of one user. `seq` is its place in the list's order. */
export interface BlockEntry extends KnownIds {
  readonly seq: number;
  readonly blockedAt: number;
  readonly by: Actor;
  readonly reason?: string;
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
  block(change: ListChange): Promise<readonly Outcome[]>;
  unblock(change: ListChange): Promise<readonly Outcome[]>;
  /** A user wrote: opens the window and joins the sender's ids. Says whether they are blocked. */
  receive(message: ReceivedMessage): Promise<{ readonly blocked: boolean }>;
  /** Oldest block first. The page and its count, version and order are of one moment. */
  page(number: PhoneNumberId, request: PageRequest): Promise<ListPage>;
  /** The same page, told shortly: who is on it. It is what most pages are read for, and costs a fraction. */
  pageOfIds(number: PhoneNumberId, request: PageRequest): Promise<IdsPage>;
  /** Is this user blocked? By any id or phone variant. */
  check(number: PhoneNumberId, user: UserId): Promise<Check | undefined>;
  /** Oldest first, after the event with this `seq` (0: from the beginning). Outlives the number. */
  events(number: PhoneNumberId, after: number, limit: number): Promise<EventPage>;
}

export interface Account {
  readonly name: AccountName;
  readonly createdAt: number;
}

export interface Key {
  readonly id: KeyId;
  readonly name: string;
  readonly account: AccountName;
  readonly numbers: 'all' | readonly PhoneNumberId[];
  readonly createdAt: number;
  readonly expiresAt: number | null;
  readonly revokedAt: number | null;
}

/** A page of things ordered by their name or id: those after `after`. */
export interface DirectoryQuery<Id extends string> {
  readonly after?: Id;
  readonly limit: number;
}

export interface DirectoryPage<Item> {
  readonly items: readonly Item[];
  readonly hasMore: boolean;
}

export type NumberPut =
  | { readonly kind: 'created' | 'changed'; readonly number: BusinessNumber }
  | { readonly kind: 'no_display_phone_number' }
  | { readonly kind: 'unknown_account'; readonly account: AccountName };

export type KeyAdded =
  | { readonly kind: 'added' }
  /** An active key has this secret. */
  | { readonly kind: 'secret_in_use' }
  | { readonly kind: 'unknown_account' }
  /** Not there, or of another account. */
  | { readonly kind: 'unknown_numbers'; readonly numbers: readonly PhoneNumberId[] };

/** Accounts, numbers and keys. */
export interface Directory {
  /** False: it was there already. */
  addAccount(account: Account): Promise<boolean>;
  account(name: AccountName): Promise<Account | undefined>;
  accounts(query: DirectoryQuery<AccountName>): Promise<DirectoryPage<Account>>;

  /** Creates or changes a number as `changeNumber` (`numbers.ts`) says, in one transaction. */
  putNumber(id: PhoneNumberId, patch: NumberPatch, at: number): Promise<NumberPut>;
  number(id: PhoneNumberId): Promise<BusinessNumber | undefined>;
  numbers(query: DirectoryQuery<PhoneNumberId>): Promise<DirectoryPage<BusinessNumber>>;
  /** How many users the number's list holds. */
  blockedCount(id: PhoneNumberId): Promise<number>;
  /** Deletes the number and its list; its log stays and tells of it. False: there was none. */
  deleteNumber(id: PhoneNumberId, by: Actor, at: number): Promise<boolean>;

  addKey(key: Key, secretHash: SecretHash): Promise<KeyAdded>;
  /** The key with this secret: an active one, else the one revoked last. */
  keyBySecret(secretHash: SecretHash): Promise<Key | undefined>;
  keys(query: DirectoryQuery<KeyId>): Promise<DirectoryPage<Key>>;
  /** False: no active key has this id. */
  revokeKey(id: KeyId, at: number): Promise<boolean>;
  /** The one number that the key reaches; `undefined` if it reaches none, or several. */
  onlyNumberOf(key: Key): Promise<BusinessNumber | undefined>;
}

/** What the installation keeps for itself. */
export interface Installation {
  /** A secret of this installation, made when it is first asked for: 32 random bytes. */
  readonly cursorSecret: Uint8Array;
  /** SHA-256 of an admin key that was made here, if one was. */
  adminKeyHash(): Promise<SecretHash | undefined>;
  setAdminKeyHash(hash: SecretHash): Promise<void>;
}

/** How much a store holds and has to do, for who watches it. */
export interface StoreUsage {
  /** What it takes on disk, its log included. */
  readonly bytes: number;
  /** Writes that were asked for and are not answered yet. */
  readonly waitingWrites: number;
}

export interface Store {
  readonly lists: BlockLists;
  readonly directory: Directory;
  readonly installation: Installation;
  /** Resolves when the store can be read and written now; else throws the refusal `store_unavailable`. */
  probe(): Promise<void>;
  /** May throw what the file system throws. */
  usage(): Promise<StoreUsage>;
  /** Finishes what is under way, then lets go of the database. */
  close(): Promise<void>;
}

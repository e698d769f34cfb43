/**
 * What the core needs from outside: a store and a clock. Every write is on disk before its promise resolves; if more waits
 * than the store takes on, it is refused with `overloaded` and nothing of it is done.
 */
import type { MatchedBy, Sender } from './block-list.ts';
import type { Connection, ConnectionPatch, NeededField } from './connections.ts';
import type { AccountName, ConnectionName, KeyId, PhoneNumberId, SecretHash } from './ids.ts';
import type { BusinessNumber, NumberFault, NumberPatch } from './numbers.ts';
import type { Outcome } from './outcome.ts';
import type { PageRequest } from './paging.ts';
import type { Push, PushGoal, Settlement, Sync } from './push.ts';
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
  /** Of a user who is not blocked: where their unblocking stands at the provider; `undefined`: nothing is left to be said there. */
  removal(number: PhoneNumberId, user: UserId): Promise<Sync | undefined>;
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
  | NumberFault
  | { readonly kind: 'unknown_account'; readonly account: AccountName }
  /** Not there, or of another account than the number. */
  | { readonly kind: 'unknown_connection'; readonly connection: ConnectionName };

export type ConnectionPut =
  | { readonly kind: 'created' | 'changed'; readonly connection: Connection }
  | { readonly kind: 'incomplete'; readonly missing: readonly NeededField[] }
  | { readonly kind: 'unknown_account'; readonly account: AccountName }
  /** Numbers of its account use it: it cannot go to another one. */
  | { readonly kind: 'in_use' };

export type KeyAdded =
  | { readonly kind: 'added' }
  /** An active key has this secret. */
  | { readonly kind: 'secret_in_use' }
  | { readonly kind: 'unknown_account' }
  /** Not there, or of another account. */
  | { readonly kind: 'unknown_numbers'; readonly numbers: readonly PhoneNumberId[] };

/** Accounts, numbers, connections and keys. */
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

  /**
   * Creates or changes a connection as `changeConnection` (`connections.ts`) says, in one transaction. If it reaches another
   * list from now on, everything is pushed again; else what had failed is.
   */
  putConnection(name: ConnectionName, patch: ConnectionPatch, at: number): Promise<ConnectionPut>;
  connection(name: ConnectionName): Promise<Connection | undefined>;
  connections(query: DirectoryQuery<ConnectionName>): Promise<DirectoryPage<Connection>>;
  deleteConnection(name: ConnectionName): Promise<'deleted' | 'in_use' | 'not_found'>;
  /**
   * The one connection of all the numbers that the key reaches: `none` of them has one, or they share no one (`several`).
   */
  onlyConnectionOf(key: Key): Promise<ConnectionName | 'none' | 'several'>;

  addKey(key: Key, secretHash: SecretHash): Promise<KeyAdded>;
  /** The key with this secret: an active one, else the one revoked last. */
  keyBySecret(secretHash: SecretHash): Promise<Key | undefined>;
  keys(query: DirectoryQuery<KeyId>): Promise<DirectoryPage<Key>>;
  /** False: no active key has this id. */
  revokeKey(id: KeyId, at: number): Promise<boolean>;
  /** The one number that the key reaches; `undefined` if it reaches none, or several. */
  onlyNumberOf(key: Key): Promise<BusinessNumber | undefined>;
}

/** A number with something to push, and when the first of it is due, in ms since the epoch. */
export interface DueNumber {
  readonly number: PhoneNumberId;
  readonly dueAt: number;
}

export interface DuePushes {
  /** Those due longest come first, and before them any who may have a place on the provider's list already. */
  readonly pushes: readonly Push[];
  /** How many of the users to be blocked the provider's list takes, those with a place there included. */
  readonly room: number;
  /** Entries that were there before the upstream are not all looked at yet: `enqueue` does it. */
  readonly isComplete: boolean;
}

/** What became of a request under `push: "wait"` before the provider is asked. */
export interface Intended {
  /** One per asked user, in their order, as they are if the provider agrees to all. */
  readonly outcomes: readonly Outcome[];
  /** For each outcome the push on which it depends, if it does. Several may depend on the same. */
  readonly pushes: readonly (Push | undefined)[];
}

/** How many users of a connection's numbers are in each state. */
export interface SyncCount {
  readonly connection: ConnectionName;
  readonly state: Sync['state'];
  readonly users: number;
}

/** What is to be said to providers. Blocking and unblocking on a number with an upstream adds to it in the same transaction. */
export interface Pushes {
  /** The numbers of a connection that have something to push now or later. */
  due(connection: ConnectionName): Promise<readonly DueNumber[]>;
  /** What is due on a number by `at`, at most `limit` of it. */
  next(number: PhoneNumberId, at: number, limit: number): Promise<DuePushes>;
  /** Looks at up to `limit` more entries that were there before the upstream. False: there is no more. */
  enqueue(number: PhoneNumberId, at: number, limit: number): Promise<boolean>;
  /**
   * Keeps what became of pushes; one whose generation is not the latest is left alone. An intent counts once it is done and is
   * forgotten if it is refused; `retry` leaves it to be settled by what the provider lists.
   */
  settle(number: PhoneNumberId, settlements: readonly Settlement[], at: number): Promise<void>;
  /**
   * Keeps what a request under `push: "wait"` asks for, without any of it counting. Whoever asked settles it; what is not
   * settled by `settleBy` is due then.
   */
  intend(goal: PushGoal, change: ListChange, settleBy: number): Promise<Intended>;
  /** How many users are in each state, for who watches. */
  counts(): Promise<readonly SyncCount[]>;
}

/** What the installation keeps for itself. */
export interface Installation {
  /** A secret of this installation, made when it is first asked for: 32 random bytes. */
  readonly cursorSecret: Uint8Array;
  /** SHA-256 of an admin key that was made here, if one was. */
  adminKeyHash(): Promise<SecretHash | undefined>;
  setAdminKeyHash(hash: SecretHash): Promise<void>;
}

/** Speaks to the providers of numbers that have an upstream. */
export interface Pushing {
  /** Something is to be pushed on the number's list. */
  wake(number: BusinessNumber): void;
  /**
   * Changes the list as far as the provider agrees, under `push: "wait"`. Resolves when it has answered, or did not in time
   * (`unsettled`).
   */
  agree(number: BusinessNumber, goal: PushGoal, change: ListChange): Promise<readonly Outcome[]>;
}

/** A connection on which nothing is pushed until it is changed: the provider does not accept its token. */
export interface Stop {
  readonly connection: ConnectionName;
  /** The provider's error code and words. */
  readonly code: number;
  readonly detail: string;
  /** In ms since the epoch. */
  readonly at: number;
}

/** All that others ask of who speaks to the providers. */
export interface Upstreams extends Pushing {
  /** A connection was created, changed or deleted. */
  connectionChanged(name: ConnectionName): void;
  /** A number was created, changed or deleted. */
  numberChanged(number: BusinessNumber): void;
  /** The connections that are stopped now. */
  stops(): readonly Stop[];
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
  readonly pushes: Pushes;
  readonly installation: Installation;
  /** Resolves when the store can be read and written now; else throws the refusal `store_unavailable`. */
  probe(): Promise<void>;
  /** May throw what the file system throws. */
  usage(): Promise<StoreUsage>;
  /** Finishes what is under way, then lets go of the database. */
  close(): Promise<void>;
}

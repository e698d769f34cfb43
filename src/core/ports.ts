/**
 * What the core needs from outside: a store and a clock. Every write is on disk before its promise resolves; if more waits
 * than the store takes on, it is refused with `overloaded` and nothing of it is done.
 */

import type { App, AppOwner, AppPatch } from './apps.ts';
import type { MatchedBy, Sender } from './block-list.ts';
import type { Connection, ConnectionPatch, NeededField } from './connections.ts';
import type { AccountName, ConnectionName, DeliveryId, KeyId, PhoneNumberId, SecretHash } from './ids.ts';
import type { BusinessNumber, NumberFault, NumberPatch, Upstream } from './numbers.ts';
import type { Outcome } from './outcome.ts';
import type { PageRequest } from './paging.ts';
import type { Push, PushGoal, Settlement, Sync } from './push.ts';
import type { AskedUser, KnownIds, UserId } from './user.ts';
import type { Webhook } from './webhook.ts';

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
  /** Where webhooks go on to that are of no number, or of one without an app of its own. */
  readonly app: App | null;
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
  addAccount(account: Omit<Account, 'app'>): Promise<boolean>;
  /** `no_account`: it is not there. `no_app_url`: a new app needs its url. */
  changeAccountApp(name: AccountName, app: AppPatch | null): Promise<Account | 'no_account' | 'no_app_url'>;
  account(name: AccountName): Promise<Account | undefined>;
  accounts(query: DirectoryQuery<AccountName>): Promise<DirectoryPage<Account>>;

  /** Creates or changes a number as `changeNumber` (`numbers.ts`) says, in one transaction. */
  putNumber(id: PhoneNumberId, patch: NumberPatch, at: number): Promise<NumberPut>;
  number(id: PhoneNumberId): Promise<BusinessNumber | undefined>;
  numbers(query: DirectoryQuery<PhoneNumberId>): Promise<DirectoryPage<BusinessNumber>>;
  /** The number hosted here that a connection's provider knows by this id. */
  numberKnownAs(connection: ConnectionName, numberId: PhoneNumberId): Promise<BusinessNumber | undefined>;
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

/** What a provider's list says of users, as data. `at` is in ms since the epoch. */
export interface ListedChange {
  readonly number: PhoneNumberId;
  readonly users: readonly KnownIds[];
  readonly by: Actor;
  readonly at: number;
  /** Whose list it is. If the number has another by now, nothing is done. */
  readonly upstream: Upstream;
  /**
   * The last sequence number of the list here before the provider's was read. Of whom the log tells since then, but under
   * this very request, it says nothing: they are left alone.
   */
  readonly asOf: number;
}

/** The unblocks of a list that are not confirmed. */
export interface Removals {
  /** The last sequence number of the list. */
  readonly asOf: number;
  readonly users: readonly UserId[];
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
  removals(number: PhoneNumberId): Promise<Removals>;
  /**
   * Lets these users be here as the provider has them: blocked and `synced`, or not blocked, without a push. Leaves alone
   * whose unblock is still to be said, and whom a request under way asks for.
   */
  adopt(goal: PushGoal, change: ListedChange): Promise<void>;
  /** Tells the provider again of those of these users with whom it is so here, whatever it was told. */
  ask(goal: PushGoal, change: ListedChange): Promise<void>;
  /** The numbers of a connection whose provider's list is still to be imported. */
  imports(connection: ConnectionName): Promise<readonly PhoneNumberId[]>;
  /** Whether that of this number is: if so, the last sequence number that its list had when it got its upstream. */
  importing(number: PhoneNumberId): Promise<number | undefined>;
  /** The import of what was there as of then is done. */
  imported(number: PhoneNumberId, asOf: number): Promise<void>;
}

/** A POST of a provider, proved and taken apart; or one that the sandbox plays. */
export interface Intake {
  /** Who sent it; its numbers are those that the provider knows by `numberId`. */
  readonly from:
    | { readonly kind: 'connection'; readonly connection: ConnectionName }
    /** All of it is about this number. */
    | { readonly kind: 'sandbox'; readonly number: PhoneNumberId };
  readonly webhook: Webhook;
  readonly by: Actor;
  readonly at: number;
}

/** What an intake changed. */
export interface Taken {
  /** Whose deliveries there are more of. */
  readonly apps: readonly AppOwner[];
  /** Numbers on which there is something to push now: a block that waited for a message, or one of a user of whom more is known. */
  readonly opened: readonly PhoneNumberId[];
  /** Messages and calls that were not there before, and those of them whose senders are blocked. */
  readonly messages: number;
  readonly blocked: number;
}

/** A POST that is to reach an app. */
export interface Delivery {
  readonly id: DeliveryId;
  readonly app: AppOwner;
  /** Absent: it is of no one number. */
  readonly number?: PhoneNumberId;
  /** Whatever is about one of these comes in order, and after what is before it. */
  readonly keys: readonly string[];
  readonly body: string;
  /** It is of blocked users, whose app wants it marked. */
  readonly isBlocked: boolean;
  readonly createdAt: number;
  readonly attempts: number;
  /** When it is to be tried next, in ms since the epoch; null: it was given up, and stays to be sent again by hand. */
  readonly dueAt: number | null;
  readonly lastAttemptAt?: number;
  /** What happened at the last attempt, in plain words. */
  readonly detail?: string;
}

/** A delivery without what it delivers. */
export interface DeliveryHead extends Omit<Delivery, 'body'> {
  /** How long the body is. */
  readonly bytes: number;
}

export type DeliveryResult =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'retry'; readonly detail: string; readonly at: number }
  | { readonly kind: 'given_up'; readonly detail: string };

/** A message of a blocked user that is kept. */
export interface HeldMessage {
  /** The message's own id. */
  readonly id: string;
  readonly at: number;
  /** The POST with this message alone. */
  readonly body: string;
}

export interface DeliveryQuery {
  /** After the delivery with this id. */
  readonly after?: DeliveryId;
  readonly limit: number;
  readonly app?: AppOwner;
}

/** How much waits on disk at most, and how long it is kept. Times in ms. */
export interface WebhookBounds {
  /** Of one app's deliveries, in bytes; beyond, those given up go, and then an intake for it is refused (`overloaded`). */
  readonly deliveryBytes: number;
  /** Of one number's held messages, in bytes; beyond, the oldest go. */
  readonly heldBytes: number;
  readonly heldFor: number;
  /** How long a repeat is known for one; providers repeat for days. */
  readonly seenFor: number;
  /** How long a delivery that was given up is kept. */
  readonly givenUpFor: number;
}

/** What comes from providers, and goes on to apps. */
export interface Webhooks {
  /**
   * In one transaction: leaves out what was there before, learns from each message and call (as `receive`), leaves out,
   * marks or holds what blocked users sent as their app says, and makes the deliveries of what is left.
   */
  takeIn(intake: Intake): Promise<Taken>;
  /** The apps with something to deliver now or later. */
  waiting(): Promise<readonly AppOwner[]>;
  /** An app's deliveries that are not given up, oldest first. */
  next(app: AppOwner, limit: number): Promise<readonly Delivery[]>;
  settle(id: DeliveryId, result: DeliveryResult, at: number): Promise<void>;
  /** Oldest first. */
  deliveries(query: DeliveryQuery): Promise<{ readonly items: readonly DeliveryHead[]; readonly hasMore: boolean }>;
  delivery(id: DeliveryId): Promise<Delivery | undefined>;
  /** Lets it be tried now, also if it was given up; gives whose it is. `undefined`: it is not there (any more). */
  redeliver(id: DeliveryId, at: number): Promise<AppOwner | undefined>;
  /** A delivery of our own, to try an app. */
  addDelivery(app: AppOwner, body: string, at: number): Promise<DeliveryId>;
  /** What is held of a user, oldest first. */
  held(number: PhoneNumberId, user: UserId, limit: number): Promise<readonly HeldMessage[]>;
  /** Forgets what was kept long enough. Gives whether there may be more. */
  expire(at: number, limit: number): Promise<boolean>;
  /** How many deliveries wait and are given up, their bytes, and what is held. */
  counts(): Promise<{
    readonly waiting: number;
    readonly givenUp: number;
    readonly deliveryBytes: number;
    readonly held: number;
    readonly heldBytes: number;
  }>;
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

export interface ProviderList {
  readonly users: readonly KnownIds[];
  /** False: it changed too often while it was read, or broke off: who is not in it may be there. */
  readonly isComplete: boolean;
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
  /** The provider's own list, read from the first page to the last. Refuses (`upstream_failed`) if it cannot be asked. */
  readList(number: BusinessNumber): Promise<ProviderList>;
  /** The connections that are stopped now. */
  stops(): readonly Stop[];
}

/** Passes on to apps what waits for them. */
export interface Forwarding {
  /** There is something new for the app, or something is to be tried now. */
  wake(owner: AppOwner): void;
  /** The app was set, changed or removed, or its owner deleted. */
  appChanged(owner: AppOwner): void;
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
  readonly webhooks: Webhooks;
  readonly installation: Installation;
  /** Resolves when the store can be read and written now; else throws the refusal `store_unavailable`. */
  probe(): Promise<void>;
  /** May throw what the file system throws. */
  usage(): Promise<StoreUsage>;
  /** Finishes what is under way, then lets go of the database. */
  close(): Promise<void>;
}

/** Accounts, numbers, connections and keys, as a store gives them. */
import type { App, AppPatch } from './apps.ts';
import type { Connection, ConnectionPatch, NeededField } from './connections.ts';
import type { AccountName, ConnectionName, KeyId, PhoneNumberId, SecretHash } from './ids.ts';
import type { Actor } from './list-ports.ts';
import type { BusinessNumber, NumberFault, NumberPatch } from './numbers.ts';

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

/** What numbers share: one connection, or none of them has one, or they have several (or some have none). */
export type OnlyConnection =
  | { readonly kind: 'one'; readonly connection: ConnectionName }
  | { readonly kind: 'none' | 'several' };

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
  /** The one connection of all the numbers that the key reaches. */
  onlyConnectionOf(key: Key): Promise<OnlyConnection>;

  addKey(key: Key, secretHash: SecretHash): Promise<KeyAdded>;
  /** The key with this secret: an active one, else the one revoked last. */
  keyBySecret(secretHash: SecretHash): Promise<Key | undefined>;
  keys(query: DirectoryQuery<KeyId>): Promise<DirectoryPage<Key>>;
  /** False: no active key has this id. */
  revokeKey(id: KeyId, at: number): Promise<boolean>;
  /** The one number that the key reaches; `undefined` if it reaches none, or several. */
  onlyNumberOf(key: Key): Promise<BusinessNumber | undefined>;
}

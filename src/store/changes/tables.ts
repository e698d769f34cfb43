/**
 * The tables that a change of a list reads and writes, as a store gives them inside one transaction. `List` is what stands for
 * a number's list in the store's own keys. What one call wrote, the next one reads.
 */
import type { AppOwner, BlockedMode } from '../../core/apps.ts';
import type { Counters, ListState, Person } from '../../core/block-list.ts';
import type { ConnectionName, DeliveryId, PhoneNumberId, WaId } from '../../core/ids.ts';
import type { Upstream } from '../../core/numbers.ts';
import type { Actor, Delivery, EventAction, HeldMessage, ListChange } from '../../core/ports.ts';
import type { PushGoal, Settlement } from '../../core/push.ts';
import type { KnownIds, UserId } from '../../core/user.ts';
import type { WebhookItem } from '../../core/webhook.ts';
import type { PackedUsers } from './packed-users.ts';
import type { Target } from './push-targets.ts';

export interface Tables<List> {
  readonly states: StatesTable<List>;
  readonly people: PeopleTable<List>;
  readonly entries: EntriesTable<List>;
  readonly log: LogTable;
  readonly pushes: PushTables<List>;
  readonly webhooks: WebhookTables<List>;
}

/** A list's state; the next person who is first known by a message gets the id `-nextPerson`. */
export interface OpenList<List> extends ListState {
  readonly list: List;
  readonly nextPerson: number;
}

export interface StatesTable<List> {
  /**
   * The state of the list of a number that is there, in which these users can be found; else refuses with
   * `number_not_found`.
   */
  open(number: PhoneNumberId, users?: readonly UserId[]): OpenList<List>;
  save(number: PhoneNumberId, counters: Counters, nextPerson: number): void;
  saveCounters(number: PhoneNumberId, counters: Counters): void;
}

/** Who is known on a list, and by which ids they are found. */
export interface PeopleTable<List> {
  /** Makes strangers known. Their entries follow on from `firstSeq`; `undefined` stands where one is of somebody known. */
  addAll(list: List, firstSeq: number, newcomers: readonly (UserId | undefined)[]): void;
  /** Keeps all that is now known of a person, with the ids that lead there. Those that did before still do. */
  save(list: List, person: Person): void;
  /** Keeps a person none of whose ids is known. A form of the phone number may be. */
  enter(list: List, person: Person): void;
  /** Keeps all that is now known of a person whose ids are known already. */
  keep(list: List, person: Person): void;
  /** From now on all ids of `absorbed` lead to `survivor`. */
  merge(list: List, absorbed: Person, survivor: number): void;
  /** A phone number has another user now: it, and whatever form of it led to the old one as a variant, leads to the new. */
  movePhone(list: List, waId: WaId, from: number, to: number): void;
  /**
   * A wa_id that somebody typed turned out to be another writing of the person's real one: it leads to them as a variant
   * only, so that it is free for another person, should one write under it.
   */
  forgetGuess(list: List, guess: WaId): void;
}

/** Who is blocked now: one row per entry, in list order. */
export interface EntriesTable<List> {
  /** New entries for these users, in their order; the first gets `seq`. */
  add(list: List, seq: number, users: PackedUsers, change: Omit<ListChange, 'users'>): void;
  remove(list: List, seq: number): void;
  reword(list: List, seq: number, reason: string | null): void;
  /** Shows the ids that were learned of an entry's person. */
  identify(list: List, seq: number, ids: KnownIds): void;
}

/** What a request did to its users in one way. */
export interface LogLine {
  readonly number: PhoneNumberId;
  readonly action: EventAction;
  readonly at: number;
  readonly by: Actor;
  readonly reason?: string | undefined;
  readonly users: PackedUsers;
  /** The sequence number of the first user; the others follow on. */
  readonly firstSeq: number;
}

export interface LogTable {
  /** Writes nothing for no users. */
  append(line: LogLine): void;
  /** Whom the log tells of after this, but under one request. */
  usersSince(number: PhoneNumberId, after: number, except: string): KnownIds[];
}

export interface PushTables<List> {
  readonly lists: PushListsTable<List>;
  readonly rows: PushRowsTable<List>;
  readonly intents: IntentsTable<List>;
}

export interface PushedList<List> {
  readonly list: List;
  /** Pushes of generations up to this are of a list that the provider has no more. */
  readonly through: number;
}

export interface PushListsTable<List> {
  /** The list of a number that is pushed. */
  of(number: PhoneNumberId): PushedList<List> | undefined;
  /** The same, if it is pushed to this list and none has taken its place since. */
  ofUpstream(number: PhoneNumberId, upstream: Upstream, asOf: number): PushedList<List> | undefined;
}

/** What is to be said of one user. */
export interface Asked {
  readonly target: Target;
  readonly goal: PushGoal;
  readonly generation: number;
  /** Whether the user may be on the provider's list, whatever the row said before. */
  readonly mayBeThere: boolean;
}

/** Whether the user has a place on the provider's list. */
export interface Place {
  /** 1: maybe; 0: no. */
  readonly occupies: number;
}

/** Why a push is not tried again by itself. */
export interface Halt {
  readonly state: 'waiting' | 'overflow' | 'failed';
  readonly code: number | null;
  readonly detail: string;
}

export interface Retry {
  readonly due: number;
  readonly code: number | null;
  readonly detail: string;
}

/** Whom providers were told of, or are to be told of: a row per user and list. */
export interface PushRowsTable<List> {
  /** The provider is to be told of these users, in their order; the first push gets `generation`, the others follow on. */
  askAll(list: List, goal: PushGoal, generation: number, users: PackedUsers, at: number): void;
  ask(list: List, asked: Asked, at: number): void;
  /** What is known of a push, if it is what was asked for last. */
  latest(list: List, target: Target, push: Settlement['push']): Place | undefined;
  /** Forgets what is said of a user. */
  take(list: List, target: Target): Place | undefined;
  /** The provider has no block of this user any more. Gives how many places came free. */
  confirmRemoval(list: List, target: Target): number;
  /** The provider has the block of this user. */
  sync(list: List, target: Target, at: number): void;
  /** Whether there is a row of the user's block that was asked for after `through`. */
  isOf(list: List, target: Target, through: number): boolean;
  /** The provider has the block of this user, of whom it was not told. */
  adopt(list: List, target: Target, generation: number, at: number): void;
  /** Those of whom the provider is to be told that they are free. */
  removing(list: List, targets: readonly Target[]): Target[];
  /** Only a block can wait for a message or for room: an unblock that is refused has failed. */
  halt(list: List, target: Target, halt: Halt, at: number): void;
  retry(list: List, target: Target, retry: Retry, at: number): void;
  /** So many places came free on the provider's list: they are for those blocked longest of whom it had no room for. */
  release(list: List, places: number, at: number): void;
  /** The user wrote: the provider takes the block now, if it waited for that. False: it did not. */
  wrote(list: List, target: Target, at: number): boolean;
  /** Somebody insists: what the provider refused is pushed once more. */
  askAgain(list: List, target: Target, at: number): void;
}

/** Who asked for it, why, and what is to become of held messages: what is carried out once it counts. */
export interface Intent {
  readonly by: Actor;
  readonly reason: string | null;
  readonly held: ListChange['held'] | null;
}

export interface NewIntents {
  readonly generation: number;
  readonly targets: readonly Target[];
  readonly change: Pick<ListChange, 'by' | 'reason' | 'held'>;
  readonly due: number;
}

/** What was asked for under `push: "wait"` and is not settled yet. */
export interface IntentsTable<List> {
  /** Whether there is any on a list: nearly always there is none. */
  any(list: List): boolean;
  /** The users' intents follow on from `generation`, and are due then. */
  add(list: List, goal: PushGoal, intents: NewIntents): void;
  find(list: List, target: Target, push: Settlement['push']): Intent | undefined;
  /** Those of these for whom something is asked. */
  asked(list: List, targets: readonly Target[]): Target[];
  retry(list: List, target: Target, generation: number, due: number): void;
  forget(list: List, target: Target, generation: number): void;
  /** Forgets what was asked for to the contrary, under any of these ids of one user. False: nothing was. */
  forgetContrary(list: List, goal: PushGoal, targets: readonly Target[]): boolean;
}

export interface WebhookTables<List> {
  readonly routes: RoutesTable;
  readonly seen: SeenTable;
  readonly deliveries: DeliveriesTable;
  readonly held: HeldTable<List>;
}

/** Where a part of a webhook belongs. */
export interface Route {
  /** Absent: none that is hosted here. */
  readonly number?: PhoneNumberId;
  /** Absent: it goes nowhere. */
  readonly app?: { readonly owner: AppOwner; readonly blocked: BlockedMode };
}

export interface RoutesTable {
  /** `undefined`: it is not there. */
  ofNumber(number: PhoneNumberId): Route | undefined;
  /** Of what a connection's provider tells of a number that it knows by this id, or of none. */
  ofUpstream(connection: ConnectionName, numberId: PhoneNumberId | undefined): Route;
}

export interface SeenTable {
  /** Keeps that an item was taken in at `at`. False: it was already, after `since`. `scope` is within what its id is unique. */
  add(scope: string, kind: WebhookItem['kind'], id: string, time: { at: number; since: number }): boolean;
}

export type NewDelivery = Pick<Delivery, 'app' | 'number' | 'keys' | 'body' | 'isBlocked' | 'createdAt'>;

export interface DeliveriesTable {
  /** Refuses (`overloaded`) what finds no room among `maxBytes` of the app; those given up make room. */
  add(delivery: NewDelivery, maxBytes: number): DeliveryId;
}

/** Whose messages: a person on a list. */
export interface Holder<List> {
  readonly list: List;
  readonly person: number;
}

/** Where messages go on to that are held no longer. */
export interface Replay {
  readonly app: string;
  readonly number: PhoneNumberId;
  /** As JSON. */
  readonly keys: string;
  readonly at: number;
}

/** The messages of blocked users that are kept until somebody decides. */
export interface HeldTable<List> {
  /** Keeps a message; the oldest ones of the list go as long as there are more than `maxBytes`. */
  keep(holder: Holder<List>, message: HeldMessage, keptAt: number, maxBytes: number): void;
  /** A person turned out to be another one. */
  move(list: List, from: number, to: number): void;
  /** Makes a person's messages deliveries, oldest first. */
  replay(holder: Holder<List>, replay: Replay): void;
  forget(holder: Holder<List>): void;
}

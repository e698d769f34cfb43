/** What comes from providers and goes on to apps, as a store keeps it. */
import type { AppOwner } from './apps.ts';
import type { ConnectionName, DeliveryId, PhoneNumberId } from './ids.ts';
import type { Lease } from './leases.ts';
import type { Actor } from './list-ports.ts';
import type { UserId } from './user.ts';
import type { Webhook } from './webhook.ts';

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
  /** Since when it is tried: since it was made, or was last sent again by hand. */
  readonly triedSince: number;
  readonly attempts: number;
  /** When it is to be tried next, in ms since the epoch; null: it was given up, and stays to be sent again by hand. */
  readonly dueAt: number | null;
  readonly lastAttemptAt?: number;
  /** What happened at the last attempt, in plain words. */
  readonly detail?: string;
}

/** A delivery without what it delivers. */
export interface DeliveryHead extends Omit<Delivery, 'body' | 'triedSince'> {
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
  /** The same up to and with one of them, and without what they deliver, for who watches. */
  line(app: AppOwner, limit: number, through: DeliveryId): Promise<readonly DeliveryHead[]>;
  /** Who forwards has the lease of the app, and gives it. */
  settle(id: DeliveryId, result: DeliveryResult, at: number, lease?: Lease): Promise<void>;
  /** Oldest first. */
  deliveries(query: DeliveryQuery): Promise<{ readonly items: readonly DeliveryHead[]; readonly hasMore: boolean }>;
  delivery(id: DeliveryId): Promise<Delivery | undefined>;
  /**
   * Lets it be tried now, and from now on for as long as a new one, also if it was given up; gives whose it is. `undefined`: it
   * is not there (any more).
   */
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

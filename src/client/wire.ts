/** What goes over the wire, read from the admin API's own schemas. */
import type { FromSchema } from 'json-schema-to-ts';
import type { putAccount } from '../admin/schemas/accounts.ts';
import type { deleteBlock, getBlock, listBlocks, listHeld, putBlock } from '../admin/schemas/blocks.ts';
import type { listConnections, putConnection } from '../admin/schemas/connections.ts';
import type { getDelivery, listDeliveries, redeliver } from '../admin/schemas/deliveries.ts';
import type { listEvents } from '../admin/schemas/events.ts';
import type { listKeys, postKey } from '../admin/schemas/keys.ts';
import type { getNumber, putNumber } from '../admin/schemas/numbers.ts';
import type { problem } from '../admin/schemas/problem.ts';
import type { getReconcile, postReconcile } from '../admin/schemas/reconcile.ts';
import type { postMessage } from '../admin/schemas/sandbox.ts';

/** One of two shapes, of which each lacks what only the other has: everything can be asked for. */
type Either<One, Other> =
  | (One & { readonly [Name in Exclude<keyof Other, keyof One>]?: undefined })
  | (Other & { readonly [Name in Exclude<keyof One, keyof Other>]?: undefined });

/** Owns numbers, connections and keys. */
export type Account = FromSchema<(typeof putAccount)['response'][200]>;
/** What is absent stays; null removes. */
export type AccountChange = FromSchema<(typeof putAccount)['body']>;
/** Where webhooks go on to, without its secrets. */
export type App = NonNullable<Account['app']>;
/** What is absent stays; null removes. A new app needs its `url`. */
export type AppChange = NonNullable<AccountChange['app']>;

/** How a provider is reached, without its secrets. */
export type Connection = FromSchema<(typeof listConnections)['response'][200]>['data'][number];
/** What is absent stays; null removes. A new connection needs `provider` and `token`. */
export type ConnectionChange = FromSchema<(typeof putConnection)['body']>;

type WireNumber = FromSchema<(typeof putNumber)['response'][200]>;
type WireRules = WireNumber['rules'];
/** The policy of a number's list: `push` and `push_capacity` with an upstream, `window` and `capacity` without one. */
export type Rules = Either<Exclude<WireRules, { push: unknown }>, Extract<WireRules, { push: unknown }>>;
/** A business phone number that has its block list here. */
export type BusinessNumber = Omit<WireNumber, 'rules'> & { rules: Rules };
/** A number with the count of users that it blocks. */
export type CountedNumber = BusinessNumber &
  Pick<FromSchema<(typeof getNumber)['response'][200]>, 'upstream_fault' | 'blocked_users'>;
/** What is absent stays; null removes. */
export type NumberChange = FromSchema<(typeof putNumber)['body']>;

/** Whether to make the two lists one, and whose is right. */
export type ReconcileRequest = FromSchema<(typeof postReconcile)['body']>;
/** Where a number's list and its provider's differ, and what is done about it. */
export type ReconcileAnswer = FromSchema<(typeof postReconcile)['response'][200]>;
/** What is done about it in the background. */
export type ReconcileJob = NonNullable<FromSchema<(typeof getReconcile)['response'][200]>['job']>;

/** A credential of callers of the block-users API, without its secret. */
export type Key = FromSchema<(typeof listKeys)['response'][200]>['data'][number];
/** What a new key may reach and until when. */
export type KeyRequest = FromSchema<(typeof postKey)['body']>;
/** A new key with its secret, which no later answer shows. */
export type CreatedKey = FromSchema<(typeof postKey)['response'][201]>;

/** The present block of one user. */
export type BlockEntry = FromSchema<(typeof listBlocks)['response'][200]>['data'][number];
/** Where a block, or its removal, stands at the provider. */
export type Sync = NonNullable<BlockEntry['sync']>;
type WireState = FromSchema<(typeof getBlock)['response'][200]>;
type Free = Extract<WireState, { blocked: false }>;
/** What the provider is still to be told of a user who is free here. */
export type Removal = NonNullable<Free['entry']> & {
  readonly [Name in Exclude<keyof BlockEntry, 'sync'>]?: undefined;
};
/** The state of a user who is blocked: since when, through what and why. */
export type BlockedState = Extract<WireState, { blocked: true }>;
/**
 * Whether a user is blocked. `entry` is their block; of a user who is free it has `sync` alone, and is there while the
 * provider has not confirmed that.
 */
export type BlockState = Either<BlockedState, Omit<Free, 'entry'> & { entry?: Removal }>;
/** Whether the user was blocked before. */
export type Unblocked = FromSchema<(typeof deleteBlock)['response'][200]>;
export type Why = FromSchema<(typeof putBlock)['body']>;
export type UnblockWhy = FromSchema<(typeof deleteBlock)['body']>;
/** What a blocked user wrote, kept until somebody decides. */
export type HeldMessage = FromSchema<(typeof listHeld)['response'][200]>['data'][number];

/** One change to one user, as the log keeps it. */
export type BlockEvent = FromSchema<(typeof listEvents)['response'][200]>['data'][number];

/** A message that a WhatsApp user pretends to write. */
export type SandboxMessage = FromSchema<(typeof postMessage)['body']>;
export type Delivery = FromSchema<(typeof postMessage)['response'][200]>;

/** A webhook that an app has not taken yet, and why. */
export type AppDelivery = FromSchema<(typeof listDeliveries)['response'][200]>['data'][number];
/** The same with its body. */
export type WholeAppDelivery = FromSchema<(typeof getDelivery)['response'][200]>;
/** A delivery that is on its way now. */
export type AcceptedDelivery = FromSchema<(typeof redeliver)['response'][202]>;

export type Problem = FromSchema<typeof problem>;

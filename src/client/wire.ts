/** What goes over the wire, read from the admin API's own schemas. */
import type { FromSchema } from 'json-schema-to-ts';
import type { putAccount } from '../admin/schemas/accounts.ts';
import type { deleteBlock, getBlock, listBlocks, putBlock } from '../admin/schemas/blocks.ts';
import type { listEvents } from '../admin/schemas/events.ts';
import type { listKeys, postKey } from '../admin/schemas/keys.ts';
import type { getNumber, putNumber } from '../admin/schemas/numbers.ts';
import type { problem } from '../admin/schemas/problem.ts';
import type { postMessage } from '../admin/schemas/sandbox.ts';

/** Owns numbers and keys. */
export type Account = FromSchema<(typeof putAccount)['response'][200]>;

/** A business phone number that has its block list here. */
export type BusinessNumber = FromSchema<(typeof putNumber)['response'][200]>;
/** A number with the count of users that it blocks. */
export type CountedNumber = FromSchema<(typeof getNumber)['response'][200]>;
/** What is absent stays; null removes. */
export type NumberChange = FromSchema<(typeof putNumber)['body']>;

/** A credential of callers of the block-users API, without its secret. */
export type Key = FromSchema<(typeof listKeys)['response'][200]>['data'][number];
/** What a new key may reach and until when. */
export type KeyRequest = FromSchema<(typeof postKey)['body']>;
/** A new key with its secret, which no later answer shows. */
export type CreatedKey = FromSchema<(typeof postKey)['response'][201]>;

/** The present block of one user. */
export type BlockEntry = FromSchema<(typeof listBlocks)['response'][200]>['data'][number];
/** Whether a user is blocked; if so, `entry` tells since when, through what and why. */
export type BlockState = FromSchema<(typeof getBlock)['response'][200]>;
/** Whether the user was blocked before. */
export type Unblocked = FromSchema<(typeof deleteBlock)['response'][200]>;
export type Why = FromSchema<(typeof putBlock)['body']>;

/** One change to one user, as the log keeps it. */
export type BlockEvent = FromSchema<(typeof listEvents)['response'][200]>['data'][number];

/** A message that a WhatsApp user pretends to write. */
export type SandboxMessage = FromSchema<(typeof postMessage)['body']>;
export type Delivery = FromSchema<(typeof postMessage)['response'][200]>;

export type Problem = FromSchema<typeof problem>;

import { nothing, numberParams, phoneNumberId, reason, time, userIds } from './common.ts';
import { pageOf, pageQuery } from './page.ts';
import { conflict, notFound, problems } from './problem.ts';

/** Who changed a list, through what and when: in entries and in the log. */
export const origin = {
  dialect: {
    description: 'The API that the change came through.',
    type: 'string',
    examples: ['admin'],
  },
  key_id: { description: 'null: the admin key.', type: ['string', 'null'], examples: ['key_m1kAq0Zt9XcV7bNs'] },
  request_id: { type: 'string', examples: ['Ab3dEf6hIj9kLmN2pQrStUv'] },
} as const;

const sync = {
  title: 'Sync',
  description: 'Where it stands at the provider. Absent: the number has no upstream.',
  type: 'object',
  properties: {
    state: {
      description:
        'pending: the provider is to be told. synced: it has the block. waiting: it is told once the user writes to the ' +
        'number. overflow: its list is full. failed: it refuses for good. removing: the user is free here, and the ' +
        'provider has not confirmed it yet. Whatever it says of a block, here it counts.',
      type: 'string',
      enum: ['pending', 'synced', 'waiting', 'overflow', 'failed', 'removing'],
    },
    code: { description: 'The provider’s error code, if it gave one.', type: 'integer', examples: [131047] },
    detail: { description: 'Why it stands so.', type: 'string', examples: ['The user has to write first.'] },
    last_attempt_at: { ...time, description: 'When the provider was last told.' },
    next_attempt_at: { ...time, description: 'When it will be told again; absent while the connection is stopped.' },
  },
  required: ['state'],
  additionalProperties: false,
  examples: [{ state: 'synced', last_attempt_at: '2026-03-01T12:00:00.000Z' }],
} as const;

const entry = {
  title: 'Block entry',
  description: 'The present block of one user.',
  type: 'object',
  properties: { user: userIds, blocked_at: time, ...origin, reason, sync },
  required: ['user', 'blocked_at', 'dialect', 'key_id', 'request_id'],
  additionalProperties: false,
} as const;

const removal = {
  title: 'Removal',
  description: 'The provider has not confirmed the unblocking yet.',
  type: 'object',
  properties: { sync },
  required: ['sync'],
  additionalProperties: false,
  examples: [{ sync: { state: 'removing', next_attempt_at: '2026-03-01T12:00:00.000Z' } }],
} as const;

const blockState = {
  title: 'Block state',
  anyOf: [
    {
      title: 'Blocked',
      type: 'object',
      properties: {
        blocked: { type: 'boolean', const: true },
        matched_by: {
          description: 'How the user was recognised: by this very id, or as another form of the phone number.',
          type: 'string',
          enum: ['wa_id', 'user_id', 'variant'],
        },
        entry,
      },
      required: ['blocked', 'matched_by', 'entry'],
      additionalProperties: false,
    },
    {
      title: 'Not blocked',
      type: 'object',
      properties: { blocked: { type: 'boolean', const: false }, entry: removal },
      required: ['blocked'],
      additionalProperties: false,
    },
  ],
} as const;

const userParams = {
  type: 'object',
  properties: {
    phone_number_id: phoneNumberId,
    user: {
      title: 'User',
      description: 'Percent-encoded: a phone number in any usual writing, a wa_id or a BSUID.',
      type: 'string',
      examples: ['+16505551234', 'US.13491208655302741918'],
    },
  },
  required: ['phone_number_id', 'user'],
  additionalProperties: false,
} as const;

const why = {
  title: 'Why',
  type: 'object',
  properties: {
    reason: { anyOf: [reason, { description: 'Takes the reason away.', type: 'null' }] },
  },
  additionalProperties: false,
} as const;

/** What becomes of what the user wrote while they were blocked. */
const held = {
  description:
    'What becomes of the user’s held messages. replay: they go on to the app, oldest first. delete: they are gone. ' +
    'Absent: they stay held.',
  type: 'string',
  enum: ['replay', 'delete'],
} as const;

const heldMessage = {
  title: 'Held message',
  description: 'What a blocked user wrote to a number whose app has blocked: hold.',
  type: 'object',
  properties: {
    id: { description: 'The message’s own id.', type: 'string', examples: ['wamid.HBgLMTY1MDU1NTEyMzQVAgASGBQzQQ'] },
    at: { ...time, description: 'When it was written.' },
    body: {
      description: 'The webhook with this message alone, as it is replayed.',
      type: 'string',
      examples: ['{"object":"whatsapp_business_account"}'],
    },
  },
  required: ['id', 'at', 'body'],
  additionalProperties: false,
} as const;

export const listBlocks = {
  operationId: 'listBlocks',
  tags: ['Admin: block lists'],
  summary: 'List who is blocked, oldest block first',
  params: numberParams,
  querystring: pageQuery,
  response: { 200: pageOf('Blocked users', entry), ...problems, ...notFound() },
} as const;

export const getBlock = {
  operationId: 'getBlock',
  tags: ['Admin: block lists'],
  summary: 'Is this user blocked?',
  params: userParams,
  querystring: nothing,
  response: { 200: blockState, ...problems, ...notFound() },
} as const;

export const putBlock = {
  operationId: 'putBlock',
  tags: ['Admin: block lists'],
  summary: 'Block a user',
  params: userParams,
  querystring: nothing,
  body: why,
  response: {
    200: blockState,
    201: blockState,
    ...problems,
    ...notFound(),
    ...conflict('The list is full: it holds as many users as the number’s rules allow.', 'capacity'),
  },
} as const;

export const deleteBlock = {
  operationId: 'deleteBlock',
  tags: ['Admin: block lists'],
  summary: 'Unblock a user',
  params: userParams,
  querystring: nothing,
  body: { ...why, title: 'Why, and what becomes of held messages', properties: { ...why.properties, held } },
  response: {
    200: {
      title: 'Unblocked',
      type: 'object',
      properties: {
        blocked: { type: 'boolean', const: false },
        removed: { description: 'Whether the user was blocked before.', type: 'boolean' },
      },
      required: ['blocked', 'removed'],
      additionalProperties: false,
    },
    ...problems,
    ...notFound(),
    ...conflict(
      'The provider did not answer in time; what it did is being found out, and nothing counts before.',
      'unsettled',
    ),
  },
} as const;

export const listHeld = {
  operationId: 'listHeld',
  tags: ['Admin: block lists'],
  summary: 'Show what is held of what a blocked user wrote, oldest first',
  params: userParams,
  querystring: {
    title: 'How much of it',
    type: 'object',
    properties: { limit: pageQuery.properties.limit },
    additionalProperties: false,
  },
  response: {
    200: {
      title: 'Held messages',
      type: 'object',
      properties: { data: { type: 'array', items: heldMessage } },
      required: ['data'],
      additionalProperties: false,
    },
    ...problems,
    ...notFound(),
  },
} as const;

import { minSecretLength } from '../../core/credentials.ts';
import { accountName, label, nothing, phoneNumberId, time } from './common.ts';
import { pageOf, pageQuery } from './page.ts';
import { conflict, notFound, problems } from './problem.ts';

const keyId = {
  title: 'Key id',
  description: 'Names the key; not its secret.',
  type: 'string',
  examples: ['key_m1kAq0Zt9XcV7bNs'],
} as const;

const secret = {
  description: 'What a caller presents: visible ASCII without spaces.',
  type: 'string',
  minLength: minSecretLength,
  maxLength: 512,
  format: 'secret',
  examples: ['gh_3q2-7wEAAAB4kzY0mJr1x9vQ5t8u6w2o0p4s7a1d3f5'],
} as const;

const numbers = {
  description: 'The numbers that the key reaches: all of its account, or these.',
  anyOf: [
    { type: 'string', enum: ['all'] },
    { type: 'array', items: phoneNumberId },
  ],
  examples: ['all', ['106540352242922']],
} as const;

const numbersToReach = {
  ...numbers,
  anyOf: [numbers.anyOf[0], { ...numbers.anyOf[1], minItems: 1, maxItems: 1000, uniqueItems: true }],
} as const;

const timeOrNull = { ...time, type: ['string', 'null'] } as const;

const keyProperties = {
  id: keyId,
  name: label,
  account: accountName,
  numbers,
  created_at: time,
  expires_at: { ...timeOrNull, description: 'null: never.' },
} as const;

const createdKey = {
  title: 'New key',
  description: 'The only answer that shows the secret.',
  type: 'object',
  properties: { ...keyProperties, secret },
  required: ['id', 'name', 'account', 'numbers', 'created_at', 'expires_at', 'secret'],
  additionalProperties: false,
} as const;

const key = {
  title: 'Key',
  description: 'A credential of callers of the block-users API.',
  type: 'object',
  properties: { ...keyProperties, revoked_at: { ...timeOrNull, description: 'null: it is not revoked.' } },
  required: ['id', 'name', 'account', 'numbers', 'created_at', 'expires_at', 'revoked_at'],
  additionalProperties: false,
} as const;

export const postKey = {
  operationId: 'postKey',
  tags: ['Admin: keys'],
  summary: 'Create a key',
  querystring: nothing,
  body: {
    title: 'Key to create',
    type: 'object',
    properties: {
      name: label,
      account: { ...accountName, type: ['string', 'null'], description: 'Absent or null: the default account.' },
      numbers: numbersToReach,
      secret: { ...secret, description: `${secret.description} Absent: one is made.` },
      expires_at: { ...timeOrNull, description: 'Absent or null: never.' },
    },
    required: ['name', 'numbers'],
    additionalProperties: false,
  },
  response: { 201: createdKey, ...problems, ...conflict('Another key has this secret.', 'secret_in_use') },
} as const;

export const listKeys = {
  operationId: 'listKeys',
  tags: ['Admin: keys'],
  summary: 'List the keys, by id, with those revoked',
  querystring: pageQuery,
  response: { 200: pageOf('Keys', key), ...problems },
} as const;

export const deleteKey = {
  operationId: 'deleteKey',
  tags: ['Admin: keys'],
  summary: 'Revoke a key',
  params: {
    type: 'object',
    properties: { id: keyId },
    required: ['id'],
    additionalProperties: false,
  },
  querystring: nothing,
  body: nothing,
  response: {
    204: { title: 'Revoked', type: 'null' },
    ...problems,
    ...notFound('There is no active key with this id.'),
  },
} as const;

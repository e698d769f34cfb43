import { app, appChange } from './app.ts';
import { accountName, connectionName, label, nothing, numberParams, phoneNumberId, time } from './common.ts';
import { pageOf, pageQuery } from './page.ts';
import { notFound, problems } from './problem.ts';

const sharedRules = {
  paging: {
    description: 'versioned: a change of the list ends its cursors. stable: cursors outlive changes.',
    type: 'string',
    enum: ['stable', 'versioned'],
  },
  partial_failure_status: {
    description: 'The HTTP status of an answer in which some user was refused.',
    type: 'integer',
    enum: [400, 200],
  },
} as const;

const ownRules = {
  window: {
    description: 'strict: only who wrote within the last 24 hours can be blocked.',
    type: 'string',
    enum: ['off', 'strict'],
  },
  capacity: {
    description: 'How many users the list holds at most; null: no limit.',
    type: ['integer', 'null'],
    minimum: 1,
    maximum: 1_000_000_000,
    examples: [64_000],
  },
} as const;

const pushRules = {
  push: {
    description:
      'later: a block counts here at once, and is pushed until the provider has it. ' +
      'wait: it counts once the provider agrees, and its refusal is the answer.',
    type: 'string',
    enum: ['later', 'wait'],
  },
  push_capacity: {
    description: 'How many users the provider’s list holds at most; those beyond are blocked here only.',
    type: 'integer',
    minimum: 1,
    maximum: 1_000_000_000,
    examples: [64_000],
  },
} as const;

const rules = {
  title: 'Rules',
  description: 'The policy of the number’s list.',
  anyOf: [
    {
      title: 'Rules without an upstream',
      type: 'object',
      properties: { ...ownRules, ...sharedRules },
      required: ['window', 'capacity', 'paging', 'partial_failure_status'],
      additionalProperties: false,
    },
    {
      title: 'Rules with an upstream',
      type: 'object',
      properties: { ...pushRules, ...sharedRules },
      required: ['push', 'push_capacity', 'paging', 'partial_failure_status'],
      additionalProperties: false,
    },
  ],
} as const;

const rulesChange = {
  title: 'Change of rules',
  description:
    'A preset, or the rules that change. null: the preset open, or gateway with an upstream. window and capacity are for ' +
    'numbers without an upstream, push and push_capacity for those with one.',
  anyOf: [
    { type: 'string', enum: ['open', 'meta', 'gateway'] },
    { type: 'object', properties: { ...ownRules, ...pushRules, ...sharedRules }, additionalProperties: false },
    { type: 'null' },
  ],
  examples: ['meta', { window: 'strict' }],
} as const;

const displayPhoneNumber = {
  description: 'The phone number with its country code, in any usual writing.',
  type: 'string',
  maxLength: 64,
  examples: ['+1 555 078 3881'],
} as const;

const upstream = {
  description: 'What the list is pushed through, and the id that the provider knows the number by. null: nothing.',
  anyOf: [
    {
      title: 'Upstream',
      type: 'object',
      properties: { connection: connectionName, number_id: phoneNumberId },
      required: ['connection', 'number_id'],
      additionalProperties: false,
    },
    { type: 'null' },
  ],
  examples: [null],
} as const;

const upstreamChange = {
  description: 'A connection of the number’s account. null: none any more.',
  anyOf: [
    {
      title: 'Upstream to have',
      type: 'object',
      properties: {
        connection: connectionName,
        number_id: {
          ...phoneNumberId,
          description: 'Absent: the provider knows the number by the same id. No other number has it.',
        },
      },
      required: ['connection'],
      additionalProperties: false,
    },
    { type: 'null' },
  ],
  examples: [null],
} as const;

const onStoreFailure = {
  description:
    'What happens to messages and calls while the store cannot tell whether their recipient is blocked: ' +
    'refuse: they are not sent. pass: they are.',
  type: 'string',
  enum: ['refuse', 'pass'],
} as const;

const numberProperties = {
  phone_number_id: phoneNumberId,
  display_phone_number: displayPhoneNumber,
  name: { ...label, type: ['string', 'null'] },
  account: accountName,
  upstream,
  rules,
  on_store_failure: onStoreFailure,
  app: { ...app, description: 'Where its webhooks go on to. null: to the app of its account, if that has one.' },
  created_at: time,
} as const;

const number = {
  title: 'Number',
  description: 'A business phone number that has its block list here.',
  type: 'object',
  properties: numberProperties,
  required: [
    'phone_number_id',
    'display_phone_number',
    'name',
    'account',
    'upstream',
    'rules',
    'on_store_failure',
    'app',
    'created_at',
  ],
  additionalProperties: false,
} as const;

const upstreamFault = {
  description:
    'The provider does not know the number by the id that it is told, or does not let the token reach it: whoever is blocked ' +
    'is blocked here only, until the number or its connection is changed. null: nothing is known to be wrong.',
  anyOf: [
    {
      title: 'Upstream fault',
      type: 'object',
      properties: {
        code: { description: 'The provider’s error code.', type: 'integer', examples: [100] },
        detail: {
          description: 'What it means.',
          type: 'string',
          examples: ['The provider answered 400: it knows no such number, or the token does not reach it'],
        },
        at: time,
      },
      required: ['code', 'detail', 'at'],
      additionalProperties: false,
    },
    { type: 'null' },
  ],
  examples: [null],
} as const;

const blockedUsers = { type: 'integer', minimum: 0, examples: [12] } as const;

const countedNumber = {
  ...number,
  title: 'Number with its count',
  properties: { ...numberProperties, upstream_fault: upstreamFault, blocked_users: blockedUsers },
  required: [...number.required, 'upstream_fault', 'blocked_users'],
} as const;

export const putNumber = {
  operationId: 'putNumber',
  tags: ['Admin: numbers'],
  summary: 'Create or change a number',
  params: numberParams,
  querystring: nothing,
  body: {
    title: 'Number change',
    description: 'What is absent stays; null removes.',
    type: 'object',
    properties: {
      display_phone_number: displayPhoneNumber,
      name: { ...label, type: ['string', 'null'] },
      account: { ...accountName, type: ['string', 'null'], description: 'null: the default account.' },
      upstream: upstreamChange,
      rules: rulesChange,
      on_store_failure: onStoreFailure,
      app: appChange,
    },
    additionalProperties: false,
  },
  response: { 200: number, 201: number, ...problems },
} as const;

export const listNumbers = {
  operationId: 'listNumbers',
  tags: ['Admin: numbers'],
  summary: 'List the numbers, by id',
  querystring: pageQuery,
  response: { 200: pageOf('Numbers', number), ...problems },
} as const;

export const getNumber = {
  operationId: 'getNumber',
  tags: ['Admin: numbers'],
  summary: 'Show a number',
  params: numberParams,
  querystring: nothing,
  response: { 200: countedNumber, ...problems, ...notFound() },
} as const;

export const deleteNumber = {
  operationId: 'deleteNumber',
  tags: ['Admin: numbers'],
  summary: 'Delete a number with its block list; its log stays',
  params: numberParams,
  querystring: {
    title: 'Confirmation',
    type: 'object',
    properties: { confirm: { ...phoneNumberId, description: 'The number’s id once more.' } },
    additionalProperties: false,
  },
  body: nothing,
  response: { 204: { title: 'Deleted', type: 'null' }, ...problems, ...notFound() },
} as const;

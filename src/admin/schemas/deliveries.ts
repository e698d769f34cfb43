import { accountName, nothing, numberParams, phoneNumberId, time } from './common.ts';
import { pageOf, pageQuery } from './page.ts';
import { conflict, notFound, problems } from './problem.ts';

const deliveryId = {
  title: 'Delivery id',
  description: 'Stays the same when it is repeated; the app finds it in X-Gatehouse-Delivery.',
  type: 'string',
  examples: ['dlv_AAAAAAABq83vEjRWeJASNF'],
} as const;

const headProperties = {
  id: deliveryId,
  app: {
    title: 'App of a delivery',
    description: 'Whose app it is for: a number’s or an account’s.',
    anyOf: [
      {
        type: 'object',
        properties: { phone_number_id: phoneNumberId },
        required: ['phone_number_id'],
        additionalProperties: false,
      },
      { type: 'object', properties: { account: accountName }, required: ['account'], additionalProperties: false },
    ],
    examples: [{ phone_number_id: '106540352242922' }],
  },
  phone_number_id: { ...phoneNumberId, description: 'The number that it is about. Absent: none, or several.' },
  state: {
    description:
      'given_up: for 3 days the app did not take it, or it is there no more; kept for 7 days, to be sent again by hand.',
    type: 'string',
    enum: ['waiting', 'given_up'],
  },
  blocked: { description: 'Whether it is marked as a blocked user’s.', type: 'boolean', examples: [false] },
  created_at: time,
  attempts: { description: 'How often the app was asked to take it.', type: 'integer', minimum: 0, examples: [3] },
  last_attempt_at: { ...time, description: 'When the app was last asked. Absent: not yet.' },
  next_attempt_at: { ...time, description: 'When it is asked next, unless it waits for one before it.' },
  waits_for: {
    title: 'Delivery before another',
    description:
      'The delivery that goes before this one, as both are about the same user: the first such one of the 512 oldest that wait for the app. Absent: there is none among those.',
    type: 'object',
    properties: {
      delivery_id: deliveryId,
      next_attempt_at: {
        ...time,
        description: 'When the app is asked to take that one, unless it waits for one before it.',
      },
    },
    required: ['delivery_id', 'next_attempt_at'],
    additionalProperties: false,
  },
  detail: { description: 'What happened then.', type: 'string', examples: ['The app answered 500'] },
  bytes: { description: 'How long the body is.', type: 'integer', minimum: 0, examples: [412] },
} as const;

const head = {
  title: 'Webhook delivery',
  description: 'A POST that an app has not taken yet. What it has taken is gone from here.',
  type: 'object',
  properties: headProperties,
  required: ['id', 'app', 'state', 'blocked', 'created_at', 'attempts', 'bytes'],
  additionalProperties: false,
} as const;

const whole = {
  ...head,
  title: 'Webhook delivery with its body',
  properties: {
    ...headProperties,
    body: { description: 'As it is posted.', type: 'string', examples: ['{"object":"whatsapp_business_account"}'] },
  },
  required: [...head.required, 'body'],
} as const;

const accepted = {
  title: 'Accepted delivery',
  description: 'It is on disk and on its way; it can be looked at until the app has taken it.',
  type: 'object',
  properties: { delivery_id: deliveryId },
  required: ['delivery_id'],
  additionalProperties: false,
} as const;

const deliveryParams = {
  type: 'object',
  properties: { id: deliveryId },
  required: ['id'],
  additionalProperties: false,
} as const;

const gone = notFound('There is no delivery with this id (any more): the app may have taken it.');

export const listDeliveries = {
  operationId: 'listDeliveries',
  tags: ['Admin: deliveries'],
  summary: 'List what apps have not taken yet, oldest first',
  querystring: {
    ...pageQuery,
    title: 'Page of deliveries',
    properties: {
      ...pageQuery.properties,
      phone_number_id: { ...phoneNumberId, description: 'Only those for the app of this number.' },
      account: { ...accountName, description: 'Only those for the app of this account.' },
    },
  },
  response: { 200: pageOf('Webhook deliveries', head), ...problems },
} as const;

export const getDelivery = {
  operationId: 'getDelivery',
  tags: ['Admin: deliveries'],
  summary: 'Show a delivery with its body',
  params: deliveryParams,
  querystring: nothing,
  response: { 200: whole, ...problems, ...gone },
} as const;

export const redeliver = {
  operationId: 'redeliver',
  tags: ['Admin: deliveries'],
  summary: 'Try a delivery now, also one that was given up: from now on for 3 days',
  params: deliveryParams,
  querystring: nothing,
  body: nothing,
  response: { 202: accepted, ...problems, ...gone },
} as const;

const noApp = conflict('There is no app here that could be tried.', 'no_app');

export const testNumberApp = {
  operationId: 'testNumberApp',
  tags: ['Admin: deliveries'],
  summary: 'Try the app of a number with a webhook whose field is gatehouse_test',
  params: numberParams,
  querystring: nothing,
  body: nothing,
  response: { 202: accepted, ...problems, ...notFound(), ...noApp },
} as const;

export const testAccountApp = {
  operationId: 'testAccountApp',
  tags: ['Admin: deliveries'],
  summary: 'Try the app of an account with a webhook whose field is gatehouse_test',
  params: {
    type: 'object',
    properties: { name: accountName },
    required: ['name'],
    additionalProperties: false,
  },
  querystring: nothing,
  body: nothing,
  response: { 202: accepted, ...problems, ...notFound('There is no account with this name.'), ...noApp },
} as const;

/**
 * What the dialects send, as JSON Schemas: stricter than the providers' documents, since they say what this code does.
 * The document of the API is made of them, and the tests hold every answer against them.
 */
export const product = { type: 'string', const: 'whatsapp' } as const;

export const waId = {
  description: 'The phone number as WhatsApp writes it: digits, no plus.',
  type: 'string',
  pattern: '^[1-9][0-9]{6,14}$',
  examples: ['16505551234'],
} as const;

export const userId = {
  description: 'The business-scoped user id (BSUID).',
  type: 'string',
  pattern: '^[A-Z]{2}\\.[A-Za-z0-9]{1,128}$',
  examples: ['US.13491208655302741918'],
} as const;

export const input = {
  description: 'The user as the request wrote it.',
  type: 'string',
  examples: ['+16505551234'],
} as const;

/** Shared with other dialects' answers about users. */
const userItem = {
  title: 'User',
  description: 'A user of the request: by phone number with wa_id, by BSUID with user_id.',
  type: 'object',
  properties: { input, wa_id: waId, user_id: userId },
  required: ['input'],
  minProperties: 2,
  maxProperties: 2,
  additionalProperties: false,
} as const;

const userError = {
  title: 'User error',
  description: 'Why this user was refused.',
  type: 'object',
  properties: {
    message: { type: 'string', examples: ['Re-engagement required'] },
    code: {
      description:
        '131047: no message within 24 hours, or no user at all. 131021: the number itself. 139101: the list is full. ' +
        '100: a business, or a parent BSUID. 139103: the provider did not answer in time. Another is the provider’s own.',
      type: 'integer',
      examples: [131047],
    },
    error_data: {
      type: 'object',
      properties: { details: { type: 'string', examples: ['User has not messaged in the last 24 hours'] } },
      required: ['details'],
      additionalProperties: false,
    },
  },
  required: ['message', 'code', 'error_data'],
  additionalProperties: false,
} as const;

const failedItem = {
  title: 'Refused user',
  description: 'A user who was refused; what is no user at all has neither wa_id nor user_id.',
  type: 'object',
  properties: { input, wa_id: waId, user_id: userId, errors: { type: 'array', items: userError, minItems: 1 } },
  required: ['input', 'errors'],
  maxProperties: 3,
  additionalProperties: false,
} as const;

export const doneUsers = { type: 'array', items: userItem } as const;
export const failedUsers = { type: 'array', items: failedItem, minItems: 1 } as const;

export const graphError = {
  title: 'Graph error',
  type: 'object',
  properties: {
    message: { type: 'string', examples: ['(#100) Invalid parameter'] },
    type: { type: 'string', enum: ['OAuthException', 'GraphMethodException'] },
    code: { type: 'integer', examples: [100] },
    error_subcode: { description: 'Tells errors of one code apart.', type: 'integer', examples: [33] },
    error_data: {
      type: 'object',
      properties: { messaging_product: product, details: { type: 'string' } },
      required: ['details'],
      additionalProperties: false,
    },
    is_transient: { description: 'The same request may succeed later.', type: 'boolean', const: true },
    fbtrace_id: {
      description: 'Names the request in the log; also the header x-fb-request-id.',
      type: 'string',
      pattern: '^A[A-Za-z0-9_-]{22}$',
      examples: ['Ab3dEf6hIj9kLmN2pQrStUv'],
    },
  },
  required: ['message', 'type', 'code', 'fbtrace_id'],
  additionalProperties: false,
} as const;

export const refused = {
  title: 'Graph refusal',
  description: 'The whole request was refused: nothing of it was done.',
  type: 'object',
  properties: { error: graphError },
  required: ['error'],
  additionalProperties: false,
} as const;

const cursors = {
  title: 'Cursors',
  description: 'Opaque: of the page’s first (before) and last (after) row.',
  type: 'object',
  properties: { before: { type: 'string' }, after: { type: 'string' } },
  required: ['before', 'after'],
  additionalProperties: false,
} as const;

const paging = {
  title: 'Graph paging',
  type: 'object',
  properties: {
    cursors,
    next: { description: 'The URL of the next page. Absent from the last.', type: 'string', format: 'uri' },
    previous: { description: 'The URL of the page before. Absent from the first.', type: 'string', format: 'uri' },
  },
  required: ['cursors'],
  additionalProperties: false,
} as const;

/** The members of a row of the list. */
export const rowProperties = { messaging_product: product, wa_id: waId, user_id: userId } as const;

export const row = {
  title: 'Blocked user',
  description: 'What is not known of the user is left out.',
  type: 'object',
  properties: rowProperties,
  required: ['messaging_product'],
  minProperties: 2,
  additionalProperties: false,
} as const;

/** A page of the list; an empty one is `{"data":[]}` alone. */
export function listOf<const Row>(title: string, item: Row) {
  return {
    title,
    type: 'object',
    properties: { data: { type: 'array', items: item }, paging },
    required: ['data'],
    additionalProperties: false,
  } as const;
}

/** Members of an answer about users, as a schema that takes no others and needs all of `required`. */
export function objectOf<const Properties>(title: string, properties: Properties, required: readonly string[]) {
  return { title, type: 'object', properties, required, additionalProperties: false } as const;
}

const contact = {
  title: 'Contact',
  description: 'Whom it went to; of a group, and of a parent user id, wa_id repeats the input.',
  type: 'object',
  properties: { input, wa_id: { type: 'string', examples: ['16505551234'] }, user_id: userId },
  required: ['input'],
  minProperties: 2,
  maxProperties: 2,
  additionalProperties: false,
} as const;

const sentId = (kind: string, example: string) => ({
  type: 'array',
  items: {
    type: 'object',
    properties: { id: { type: 'string', pattern: `^${kind}\\.`, examples: [example] } },
    required: ['id'],
    additionalProperties: false,
  },
  minItems: 1,
  maxItems: 1,
});

export const sentMessage = objectOf(
  'Sent message',
  {
    messaging_product: product,
    contacts: { type: 'array', items: contact, minItems: 1 },
    messages: sentId('wamid', 'wamid.HBgLMTY1MDU1NTEyMzQ'),
  },
  ['messaging_product', 'contacts', 'messages'],
);

export const startedCall = objectOf(
  'Started call',
  { messaging_product: product, calls: sentId('wacid', 'wacid.HBgLMTY1MDU1NTEyMzQ') },
  ['messaging_product', 'calls'],
);

const success = { type: 'boolean', const: true } as const;

export const noted = objectOf('Noted', { success }, ['success']);

export const notedCall = objectOf('Noted step of a call', { messaging_product: product, success }, [
  'messaging_product',
  'success',
]);

/** What the schemas of several subjects share. */

export const time = {
  type: 'string',
  format: 'date-time',
  description: 'ISO 8601, UTC.',
  examples: ['2026-03-01T12:00:00.000Z'],
} as const;

export const phoneNumberId = {
  title: 'Phone number id',
  description: 'The id of a business phone number, as the provider gives it: digits without a leading zero.',
  type: 'string',
  examples: ['106540352242922'],
} as const;

export const accountName = {
  title: 'Account name',
  description: 'Lower-case letters, digits, - and _; at most 64 of them.',
  type: 'string',
  examples: ['default'],
} as const;

export const connectionName = {
  title: 'Connection name',
  description: 'Lower-case letters, digits, - and _; at most 64 of them.',
  type: 'string',
  examples: ['cloud'],
} as const;

/** A name for people to read. */
export const label = {
  type: 'string',
  description: 'A name for people to read.',
  minLength: 1,
  maxLength: 200,
  format: 'plain-text',
  examples: ['Support, Berlin'],
} as const;

export const reason = {
  title: 'Reason',
  description: 'Why, in the words of who asks. Kept with the entry and in the log.',
  type: 'string',
  minLength: 1,
  maxLength: 1000,
  format: 'plain-text',
  examples: ['Threatened an agent, ticket 4711'],
} as const;

/** Everything known of a user's ids. */
export const userIds = {
  title: 'User ids',
  description: 'Everything that is known of a user’s ids.',
  type: 'object',
  properties: {
    wa_id: { type: 'string', description: 'The phone number as WhatsApp writes it.', examples: ['16505551234'] },
    user_id: {
      type: 'string',
      description: 'The business-scoped user id (BSUID).',
      examples: ['US.13491208655302741918'],
    },
  },
  additionalProperties: false,
} as const;

export const numberParams = {
  type: 'object',
  properties: { phone_number_id: phoneNumberId },
  required: ['phone_number_id'],
  additionalProperties: false,
} as const;

/** A query, or a body, that has nothing in it. */
export const nothing = {
  title: 'Nothing',
  type: 'object',
  properties: {},
  additionalProperties: false,
} as const;

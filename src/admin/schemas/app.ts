const url = {
  description: 'Where webhooks are posted.',
  type: 'string',
  maxLength: 2048,
  examples: ['https://app.example/whatsapp'],
} as const;

const blocked = {
  description:
    'What becomes of what blocked users send. drop: it is forgotten. tag: it goes on by itself, with the header ' +
    'X-Gatehouse-Blocked. hold: it is kept for 30 days, to be replayed or deleted with the unblock.',
  type: 'string',
  enum: ['drop', 'tag', 'hold'],
} as const;

/** Of a number or an account, as answers show it. */
export const app = {
  description: 'Where webhooks go on to. null: nowhere from here.',
  anyOf: [
    {
      title: 'App',
      type: 'object',
      properties: {
        url,
        blocked,
        secrets: {
          description: 'What of it is set that no answer shows.',
          type: 'array',
          items: { type: 'string', enum: ['secret', 'headers'] },
          examples: [['secret']],
        },
        header_names: {
          description: 'The names of its headers, in lower case.',
          type: 'array',
          items: { type: 'string' },
          examples: [['x-team']],
        },
      },
      required: ['url', 'blocked', 'secrets', 'header_names'],
      additionalProperties: false,
    },
    { type: 'null' },
  ],
  examples: [null],
} as const;

/** The same as a PUT takes it. */
export const appChange = {
  description: 'What is absent stays; null removes. A new app needs its url, and has blocked: drop.',
  anyOf: [
    {
      title: 'App to have',
      type: 'object',
      properties: {
        url: {
          ...url,
          description: `${url.description} https, unless the host is this machine or one that GATEHOUSE_ALLOW_PRIVATE names.`,
        },
        secret: {
          description:
            'Signs each body, as X-Hub-Signature-256 and X-Webhook-Signature have it. It is never shown. null: none.',
          type: ['string', 'null'],
          minLength: 1,
          maxLength: 4096,
          format: 'plain-text',
          examples: ['whsec_1f2e3d4c5b6a'],
        },
        headers: {
          description:
            'Headers that go with each webhook, all of them: values by name. They are never shown. null: none.',
          type: ['object', 'null'],
          maxProperties: 20,
          additionalProperties: { type: 'string', minLength: 1, maxLength: 4096, format: 'header-value' },
          examples: [{ 'x-team': 'support' }],
        },
        blocked,
      },
      additionalProperties: false,
    },
    { type: 'null' },
  ],
  examples: [{ url: 'https://app.example/whatsapp' }],
} as const;

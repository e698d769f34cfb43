import { accountName, connectionName, nothing, time } from './common.ts';
import { pageOf, pageQuery } from './page.ts';
import { conflict, notFound, problems } from './problem.ts';

const provider = {
  description: 'The provider, by the name of the dialect that it speaks.',
  type: 'string',
  examples: ['meta', '360dialog', 'kapso'],
} as const;

const origin = {
  description: 'Where it is: scheme, host and port. null: the provider’s own address.',
  type: ['string', 'null'],
  maxLength: 300,
  examples: ['https://graph.facebook.com'],
} as const;

const apiVersion = {
  description: 'The version for requests that name none. null: the provider’s own.',
  type: ['string', 'null'],
  format: 'api-version',
  examples: ['v25.0'],
} as const;

const headerName = {
  description: 'The header’s name; it is kept in lower case.',
  type: 'string',
  minLength: 1,
  maxLength: 100,
  format: 'header-name',
  examples: ['x-proof'],
} as const;

/** Secrets are taken and never shown. */
const token = {
  description:
    'What the provider knows us by: a token or an API key. It is never shown, and made unreadable where the provider ' +
    'repeats it, unless it has fewer than 4 characters.',
  type: 'string',
  minLength: 1,
  maxLength: 4096,
  format: 'secret',
  examples: ['EAAGm0PX4ZCpsBA'],
} as const;

/** What is in no header may have spaces. */
function secret(description: string, example: string) {
  return { ...token, description, type: ['string', 'null'], format: 'plain-text', examples: [example] } as const;
}

const connectionProperties = {
  name: connectionName,
  provider,
  origin,
  api_version: apiVersion,
  account: accountName,
  webhook_url: {
    description:
      'Where webhooks come in: the address to enter at the provider. null: no secret is set that could prove one.',
    type: ['string', 'null'],
    examples: ['https://gatehouse.example/webhooks/cloud'],
  },
  webhook_header: {
    description: 'The header that proves a webhook; its value is never shown.',
    anyOf: [
      { type: 'object', properties: { name: headerName }, required: ['name'], additionalProperties: false },
      { type: 'null' },
    ],
  },
  secrets: {
    description: 'Which secrets are set. No answer shows one.',
    type: 'array',
    items: { type: 'string', enum: ['token', 'app_secret', 'verify_token', 'webhook_secret', 'webhook_header'] },
    examples: [['token', 'webhook_header']],
  },
  stopped: {
    description:
      'Since the provider refused the token nothing is pushed, until the connection is changed. null: it has not.',
    anyOf: [
      {
        title: 'Stop',
        type: 'object',
        properties: {
          code: { description: 'The provider’s error code.', type: 'integer', examples: [190] },
          detail: { description: 'The provider’s words.', type: 'string', examples: ['Invalid OAuth access token.'] },
          at: time,
        },
        required: ['code', 'detail', 'at'],
        additionalProperties: false,
      },
      { type: 'null' },
    ],
    examples: [null],
  },
  created_at: time,
} as const;

const connection = {
  title: 'Connection',
  description: 'How a provider is reached. Many numbers may share one.',
  type: 'object',
  properties: connectionProperties,
  required: [
    'name',
    'provider',
    'origin',
    'api_version',
    'account',
    'webhook_url',
    'webhook_header',
    'secrets',
    'stopped',
    'created_at',
  ],
  additionalProperties: false,
} as const;

const connectionParams = {
  type: 'object',
  properties: { name: connectionName },
  required: ['name'],
  additionalProperties: false,
} as const;

const noConnection = notFound('There is no connection with this name.');

export const putConnection = {
  operationId: 'putConnection',
  tags: ['Admin: connections'],
  summary: 'Create or change a connection',
  params: connectionParams,
  querystring: nothing,
  body: {
    title: 'Connection change',
    description: 'What is absent stays; null removes. A new connection needs provider and token.',
    type: 'object',
    properties: {
      provider,
      token,
      origin: {
        ...origin,
        description: `${origin.description} https, unless the host is this machine or one that GATEHOUSE_ALLOW_PRIVATE names.`,
      },
      api_version: apiVersion,
      app_secret: secret('Signs webhooks of Meta.', '0a1b2c3d4e5f60718293a4b5c6d7e8f9'),
      verify_token: secret('What Meta says when it asks whether the address of webhooks is right.', 'my-verify-token'),
      webhook_secret: secret('Signs webhooks of Kapso.', 'whsec_9f8e7d6c5b4a'),
      webhook_header: {
        description: 'A header that the provider is told to send with each webhook, as proof.',
        anyOf: [
          {
            title: 'Webhook header',
            type: 'object',
            properties: {
              name: headerName,
              value: {
                ...token,
                description: 'It is never shown.',
                format: 'header-value',
                examples: ['Bearer 5b4a3f2e1d0c'],
              },
            },
            required: ['name', 'value'],
            additionalProperties: false,
          },
          { type: 'null' },
        ],
        examples: [{ name: 'x-proof', value: 'Bearer 5b4a3f2e1d0c' }],
      },
      account: {
        ...accountName,
        type: ['string', 'null'],
        description: 'Whose it is: only its numbers use it. null: the default account.',
      },
    },
    additionalProperties: false,
    examples: [{ provider: 'meta', token: 'EAAGm0PX4ZCpsBA' }],
  },
  response: {
    200: connection,
    201: connection,
    ...problems,
    ...conflict('Numbers use this connection: it cannot go to another account.', 'in_use'),
  },
} as const;

export const listConnections = {
  operationId: 'listConnections',
  tags: ['Admin: connections'],
  summary: 'List the connections, by name',
  querystring: pageQuery,
  response: { 200: pageOf('Connections', connection), ...problems },
} as const;

export const getConnection = {
  operationId: 'getConnection',
  tags: ['Admin: connections'],
  summary: 'Show a connection, without its secrets',
  params: connectionParams,
  querystring: nothing,
  response: { 200: connection, ...problems, ...noConnection },
} as const;

export const deleteConnection = {
  operationId: 'deleteConnection',
  tags: ['Admin: connections'],
  summary: 'Delete a connection that no number uses',
  params: connectionParams,
  querystring: nothing,
  body: nothing,
  response: {
    204: { title: 'Deleted', type: 'null' },
    ...problems,
    ...noConnection,
    ...conflict('Numbers use this connection: take it away from them first.', 'in_use'),
  },
} as const;

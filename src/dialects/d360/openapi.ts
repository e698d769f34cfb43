import type { DialectDocs, OperationDocs } from '../dialect.ts';
import { changeAnswers, listAnswers, listParameters, methodOverride, told, usersBody } from '../graph/docs.ts';
import { input, listOf, rowProperties, waId } from '../graph/schemas.ts';
import { sendPlaces } from '../graph/send-docs.ts';

const row = {
  title: '360dialog blocked user',
  description: 'Meta’s row with the documented one inside. input is the wa_id, else the BSUID.',
  type: 'object',
  properties: {
    ...rowProperties,
    block_users: {
      type: 'array',
      items: {
        type: 'object',
        properties: { input: { ...input, description: 'The wa_id, else the BSUID.' }, wa_id: waId },
        required: ['input'],
        additionalProperties: false,
      },
      minItems: 1,
      maxItems: 1,
    },
  },
  required: ['messaging_product', 'block_users'],
  minProperties: 3,
  additionalProperties: false,
} as const;

const plainError = {
  title: '360dialog refusal',
  description: 'The whole request was refused: nothing of it was done.',
  type: 'object',
  properties: { error: { type: 'string', examples: ['Invalid API key'] } },
  required: ['error'],
  additionalProperties: false,
} as const;

const plainRefusals: OperationDocs['answers'] = {
  401: {
    description: 'No key, one that is unknown, expired or revoked, or one that reaches no number or several.',
    schema: plainError,
  },
  404: { description: 'The number was deleted meanwhile.', schema: plainError },
  413: { description: 'The body is larger than 2 MiB.', schema: plainError },
  500: { description: 'Nothing was done; the same request may succeed later.', schema: plainError },
  503: {
    description: 'More is under way than can be done in good time. Retry-After says when to come back.',
    schema: plainError,
  },
};

/** Names, ids, tags and schemes: https://docs.360dialog.com/docs/messaging-api/api-reference/block-users */
const operations: readonly OperationDocs[] = [
  {
    ...told.list,
    id: 'get-blocked-users',
    summary: 'Get Blocked WhatsApp Users',
    parameters: listParameters,
    answers: { ...listAnswers(listOf('360dialog list', row)), ...plainRefusals },
  },
  {
    ...told.block,
    id: 'block-users',
    summary: 'Block WhatsApp Users',
    parameters: [methodOverride],
    body: usersBody(false),
    answers: {
      ...changeAnswers('block', { coat: '360dialog', lists: ['added_users'] }),
      ...plainRefusals,
      405: { description: 'The parameter method names none that there is.', schema: plainError },
    },
  },
  {
    ...told.unblock,
    id: 'unblock-users',
    summary: 'Unblock WhatsApp Users',
    parameters: [],
    body: usersBody(false),
    answers: {
      ...changeAnswers('unblock', { coat: '360dialog', lists: ['added_users', 'removed_users'] }),
      ...plainRefusals,
    },
  },
];

export const docs: DialectDocs = {
  title: '360dialog Messaging API',
  description: 'As on `https://waba-v2.360dialog.io`: the key in `D360-API-KEY` is the number.',
  securitySchemes: {
    'D360-API-KEY': {
      type: 'apiKey',
      in: 'header',
      name: 'D360-API-KEY',
      description: 'A key that reaches exactly one number.',
    },
  },
  places: [
    { tags: ['Block Users'], paths: [{ template: '/block_users', parameters: [] }], operations },
    ...sendPlaces({
      productRequired: false,
      parameters: [],
      refusals: plainRefusals,
      failure: plainError,
      pathsOf: (edge) => [{ template: `/${edge}`, parameters: [] }],
      toId: (id) => id.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
    }),
  ],
};

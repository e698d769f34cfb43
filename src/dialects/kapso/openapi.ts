import type { DialectDocs, OperationDocs } from '../dialect.ts';
import {
  type ChangeCoat,
  changeAnswers,
  graphPaths,
  graphRefusals,
  listAnswers,
  listParameters,
  methodOverride,
  told,
  usersBody,
} from '../graph/docs.ts';
import { listOf, refused, row } from '../graph/schemas.ts';
import { sendPlaces } from '../graph/send-docs.ts';
import { prefix } from './edge.ts';

/** Names, ids, tags and schemes: https://docs.kapso.ai, openapi-whatsapp.yaml. It names the unblock alone. */
const pathsOf = graphPaths({
  prefix,
  version: 'version',
  number: 'phone_number_id',
  documentedVersion: 'v24.0',
});

const coat = (list: string): ChangeCoat => ({
  coat: 'Kapso',
  lists: [list],
  more: (allServed) => ({ success: { type: 'boolean', const: allServed } }),
});

const refusals: OperationDocs['answers'] = {
  ...graphRefusals,
  429: {
    description: 'The key asks more often than it may. Retry-After says when to come back.',
    schema: {
      title: 'Kapso rate limit',
      type: 'object',
      properties: { error: { type: 'string', const: 'Rate limit exceeded' }, message: { type: 'string' } },
      required: ['error', 'message'],
      additionalProperties: false,
    },
  },
};

const operations: readonly OperationDocs[] = [
  {
    ...told.list,
    id: 'listBlockedUsers',
    summary: 'List blocked users',
    parameters: listParameters,
    answers: { ...listAnswers(listOf('Kapso list', row)), ...refusals },
  },
  {
    ...told.block,
    id: 'blockUsers',
    summary: 'Block users',
    parameters: [methodOverride],
    body: usersBody(false),
    answers: { ...changeAnswers('block', coat('added_users')), ...refusals },
  },
  {
    ...told.unblock,
    id: 'unblockUsers',
    summary: 'Unblock users',
    parameters: [],
    body: usersBody(false),
    answers: { ...changeAnswers('unblock', coat('removed_users')), ...refusals },
  },
];

export const docs: DialectDocs = {
  title: 'Kapso Meta proxy',
  description: `As on \`https://api.kapso.ai\`: Graph’s paths under \`${prefix}\`. The version in the path may be left out.`,
  securitySchemes: {
    ApiKeyAuth: {
      type: 'apiKey',
      in: 'header',
      name: 'X-API-Key',
      description: 'A key that reaches the number; it counts before a Bearer token.',
    },
    BearerAuth: { type: 'http', scheme: 'bearer', description: 'The same key, for older clients.' },
  },
  places: [
    { tags: ['Block Users'], paths: pathsOf('block_users'), operations },
    ...sendPlaces({ productRequired: false, parameters: [], refusals, failure: refused, pathsOf }),
  ],
};

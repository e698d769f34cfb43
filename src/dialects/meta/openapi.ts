import type { DialectDocs, OperationDocs, ParameterDocs } from '../dialect.ts';
import {
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

/** Names, ids, tags and schemes: Meta's public OpenAPI, https://github.com/facebook/openapi */
const pathsOf = graphPaths({
  prefix: '',
  version: 'Version',
  number: 'Phone-Number-ID',
  documentedVersion: 'v25.0',
});

/** Documented as parameters. OpenAPI has a reader take the last two from the security schemes and the body. */
const headers: readonly ParameterDocs[] = [
  { name: 'User-Agent', in: 'header', description: 'The client; it does not matter here.', schema: { type: 'string' } },
  { name: 'Authorization', in: 'header', description: 'Bearer and the key.', schema: { type: 'string' } },
  {
    name: 'Content-Type',
    in: 'header',
    description: 'Of the body, if there is one; anything else is tried as JSON.',
    schema: {
      type: 'string',
      enum: ['application/json', 'application/x-www-form-urlencoded', 'multipart/form-data'],
      default: 'application/json',
    },
  },
];

const operations: readonly OperationDocs[] = [
  {
    ...told.list,
    id: 'getBlockedUsers',
    summary: 'Get blocked users',
    parameters: [...listParameters, ...headers],
    answers: { ...listAnswers(listOf('Meta list', row)), ...graphRefusals },
  },
  {
    ...told.block,
    id: 'blockUserS',
    summary: 'Block user(s)',
    parameters: [methodOverride, ...headers],
    body: usersBody(true),
    answers: { ...changeAnswers('block', { coat: 'Meta', lists: ['added_users'] }), ...graphRefusals },
  },
  {
    ...told.unblock,
    id: 'unblockUserS',
    summary: 'Unblock user(s)',
    parameters: headers,
    body: usersBody(true),
    answers: { ...changeAnswers('unblock', { coat: 'Meta', lists: ['removed_users'] }), ...graphRefusals },
  },
];

export const docs: DialectDocs = {
  title: 'Meta Cloud API',
  description: 'As on `https://graph.facebook.com`. The version in the path may be left out.',
  securitySchemes: {
    bearerAuth: { type: 'http', scheme: 'bearer', description: 'A key that reaches the number.' },
    accessToken: {
      type: 'apiKey',
      in: 'query',
      name: 'access_token',
      description: 'The key as a parameter, in the query or the body; the header counts first.',
    },
  },
  places: [
    { tags: ['Block Users'], paths: pathsOf('block_users'), operations },
    ...sendPlaces({ productRequired: true, parameters: headers, refusals: graphRefusals, failure: refused, pathsOf }),
  ],
};

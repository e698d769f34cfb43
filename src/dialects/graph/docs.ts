/** What the dialects of the Graph family tell alike of their requests and answers. */
import type { BodyDocs, JsonSchema, OperationDocs, ParameterDocs, PathDocs } from '../dialect.ts';
import { doneUsers, failedUsers, graphError, input, objectOf, product, refused, userId } from './schemas.ts';

const numberId = '106540352242922';

/** How a dialect names what its paths hold, and the version that its documents use. */
export interface PathNames {
  readonly prefix: string;
  readonly version: string;
  readonly number: string;
  readonly documentedVersion: string;
}

/** Graph's paths of a number's edge: with the version, and without. */
export function graphPaths({ prefix, version, number, documentedVersion }: PathNames): (edge: string) => PathDocs[] {
  const ofNumber: ParameterDocs = {
    name: number,
    in: 'path',
    description: 'The id of a number that the key reaches.',
    required: true,
    schema: { type: 'string' },
    example: numberId,
  };
  const ofVersion: ParameterDocs = {
    name: version,
    in: 'path',
    description: 'Any version is served alike.',
    required: true,
    schema: { type: 'string', pattern: '^v[0-9]{1,3}\\.[0-9]{1,3}$' },
    example: documentedVersion,
  };
  return (edge) => [
    { template: `${prefix}/{${version}}/{${number}}/${edge}`, parameters: [ofVersion, ofNumber] },
    { template: `${prefix}/{${number}}/${edge}`, parameters: [ofNumber], idSuffix: 'unversioned' },
  ];
}

export const listParameters: readonly ParameterDocs[] = [
  {
    name: 'limit',
    in: 'query',
    description: 'How many users a page has. 25 if absent; more than 1000 counts as 1000.',
    schema: { type: 'integer', minimum: 1 },
    example: 25,
  },
  { name: 'after', in: 'query', description: 'The page after this cursor.', schema: { type: 'string' } },
  {
    name: 'before',
    in: 'query',
    description: 'The page before this cursor; not together with after.',
    schema: { type: 'string' },
  },
];

/** For clients that can send nothing but POST. */
export const methodOverride: ParameterDocs = {
  name: 'method',
  in: 'query',
  description: 'The method that is meant instead. The request is then that operation, and is answered like it.',
  schema: { type: 'string', enum: ['get', 'post', 'delete'] },
};

const users = {
  description: 'At most 1000.',
  type: 'array',
  items: {
    title: 'Asked user',
    description: 'A phone number or wa_id, or a BSUID; user counts if both are there.',
    type: 'object',
    properties: {
      user: { ...input, description: 'A phone number in any usual writing, or a wa_id.' },
      user_id: userId,
    },
    anyOf: [{ required: ['user'] }, { required: ['user_id'] }],
  },
} as const;

const oneUser = [{ user: '+16505551234' }];

/** The body in Graph's three content types; in a form, users are JSON text. */
export function usersBody(productRequired: boolean): BodyDocs {
  const required = productRequired ? ['messaging_product', 'block_users'] : ['block_users'];
  const named = productRequired ? { messaging_product: 'whatsapp' } : {};
  const schemaOf = (title: string, block_users: JsonSchema) => ({
    title: productRequired ? `${title} with their product` : title,
    type: 'object',
    properties: { messaging_product: product, block_users },
    required,
  });
  const text = { type: 'string', contentMediaType: 'application/json', contentSchema: users };
  const form = {
    schema: schemaOf('Users as a form', text),
    example: { ...named, block_users: JSON.stringify(oneUser) },
  };
  return {
    description:
      'Whom it is about. What the body can hold may as well stand in the query (block_users as JSON text), also that of a DELETE.',
    content: {
      'application/json': { schema: schemaOf('Users', users), example: { ...named, block_users: oneUser } },
      'application/x-www-form-urlencoded': form,
      'multipart/form-data': form,
    },
  };
}

/** How one dialect tells of users served and refused. */
export interface ChangeCoat {
  readonly coat: string;
  /** The members of `block_users` that hold the users served. */
  readonly lists: readonly string[];
  /** Members beside Graph's, by whether all users were served. */
  readonly more?: (allServed: boolean) => Readonly<Record<string, JsonSchema>>;
}

/** The schemas of an answer to a block or an unblock: everybody was served, or somebody was refused. */
function changeSchemas(kind: 'block' | 'unblock', { coat, lists, more = () => ({}) }: ChangeCoat) {
  const done = Object.fromEntries(lists.map((name) => [name, doneUsers]));
  const schemaOf = (title: string, blockUsers: JsonSchema, others: Readonly<Record<string, JsonSchema>>) => {
    const properties = { messaging_product: product, block_users: blockUsers, ...others };
    return objectOf(`${coat} ${kind}: ${title}`, properties, Object.keys(properties));
  };
  const partly = objectOf(`${coat} ${kind}: users`, { ...done, failed_users: failedUsers }, ['failed_users']);
  const all = objectOf(`${coat} ${kind}: served users`, done, lists);
  return {
    served: schemaOf('served', all, more(true)),
    someRefused: schemaOf('some refused', partly, { error: graphError, ...more(false) }),
  };
}

/** The answers of a block or an unblock, but for those that a dialect says in its own way. */
export function changeAnswers(kind: 'block' | 'unblock', coat: ChangeCoat): OperationDocs['answers'] {
  const { served, someRefused } = changeSchemas(kind, coat);
  return {
    200: {
      description: `All users are ${kind}ed; or some were refused and the number’s rules answer that with 200.`,
      schema: { anyOf: [served, someRefused] },
    },
    400: {
      description: 'Some users were refused (139100) and the others served; or the request was refused.',
      schema: { anyOf: [someRefused, refused] },
    },
  };
}

export function listAnswers(list: JsonSchema): OperationDocs['answers'] {
  return {
    200: { description: 'A page of the list, oldest block first.', schema: list },
    400: { description: 'The request was refused.', schema: refused },
  };
}

/** Refusals that Graph says with its error object whatever the operation. */
export const graphRefusals: OperationDocs['answers'] = {
  401: { description: 'No key, or one that is unknown, expired or revoked.', schema: refused },
  413: { description: 'The body is larger than 2 MiB.', schema: refused },
  500: { description: 'Nothing was done; the same request may succeed later.', schema: refused },
  503: {
    description: 'More is under way than can be done in good time. Retry-After says when to come back.',
    schema: refused,
  },
};

/** What there is to say of each operation in every coat. */
export const told = {
  list: {
    kind: 'list',
    method: 'GET',
    description: 'Oldest block first. With versioned paging a change of the list ends its cursors (139102).',
  },
  block: {
    kind: 'block',
    method: 'POST',
    description:
      'Each user is answered for: blocked now or before, or refused with a reason. A user who is blocked already stays so.',
  },
  unblock: {
    kind: 'unblock',
    method: 'DELETE',
    description: 'Each user is answered for. To unblock a user who is not blocked succeeds.',
  },
} as const;

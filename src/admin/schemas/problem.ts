export const problem = {
  title: 'Problem',
  description: 'RFC 9457, as application/problem+json.',
  type: 'object',
  properties: {
    type: { type: 'string', description: 'The kind of problem.', examples: ['urn:gatehouse:problem:invalid'] },
    title: { type: 'string', examples: ['The request has invalid values'] },
    status: { type: 'integer', examples: [422] },
    detail: { type: 'string', examples: ['name is required.'] },
    request_id: {
      type: 'string',
      description: 'Names the request in the log; also the header x-request-id.',
      examples: ['Ab3dEf6hIj9kLmN2pQrStUv'],
    },
    code: { type: 'string', description: 'The reason as a word, with a conflict.', examples: ['window'] },
    errors: {
      type: 'array',
      description: 'Every field that is wrong.',
      items: {
        type: 'object',
        properties: {
          field: { type: 'string', description: 'Inner fields after a slash.', examples: ['rules/window'] },
          detail: { type: 'string', examples: ['must be off or strict.'] },
        },
        required: ['field', 'detail'],
        additionalProperties: false,
      },
    },
  },
  required: ['type', 'title', 'status', 'detail', 'request_id'],
  additionalProperties: false,
} as const;

const [requestId] = problem.properties.request_id.examples;

/** Every kind of problem. */
export const catalogue = {
  'bad-request': { status: 400, title: 'The request cannot be read' },
  unauthorized: { status: 401, title: 'An admin key is needed' },
  'not-found': { status: 404, title: 'Not found' },
  'method-not-allowed': { status: 405, title: 'The method is not allowed here' },
  conflict: { status: 409, title: 'The request conflicts with the present state' },
  'too-large': { status: 413, title: 'The body is too large' },
  invalid: { status: 422, title: 'The request has invalid values' },
  internal: { status: 500, title: 'Internal error' },
  unavailable: { status: 503, title: 'The store cannot be reached' },
  overloaded: { status: 503, title: 'The server has too much to do' },
} as const;

export type ProblemKind = keyof typeof catalogue;

/** The answer that tells of a problem of this kind, with an example. */
function answer(kind: ProblemKind, detail: string, more: object = {}) {
  const { status, title } = catalogue[kind];
  const example = { type: `urn:gatehouse:problem:${kind}`, title, status, detail, request_id: requestId, ...more };
  return { description: title, content: { 'application/problem+json': { schema: problem, example } } } as const;
}

/** The problems that every operation can answer: a GET may have a body too. */
export const problems = {
  400: answer('bad-request', 'The body is not valid JSON.'),
  401: answer('unauthorized', 'This is not the admin key.'),
  413: answer('too-large', 'The body is larger than this server takes.'),
  422: answer('invalid', 'name is not known here.', { errors: [{ field: 'name', detail: 'is not known here.' }] }),
  500: answer('internal', 'Something went wrong here. The log tells more under this request_id.'),
  503: answer('unavailable', 'The store cannot answer now. Nothing was changed; try again later.'),
} as const;

export function notFound(detail = 'There is no number with this id.') {
  return { 404: answer('not-found', detail) } as const;
}

/** `code` is one of the reasons that there are. */
export function conflict(detail: string, code: string) {
  return { 409: answer('conflict', detail, { code }) } as const;
}

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

/** The problems that every operation can answer: a GET may have a body too. */
export const problems = { 400: problem, 401: problem, 413: problem, 422: problem, 500: problem, 503: problem } as const;
export const notFound = { 404: problem } as const;
export const conflict = { 409: problem } as const;

export const getLive = {
  operationId: 'getLive',
  tags: ['Server'],
  summary: 'The process answers',
  response: {
    200: {
      title: 'Live',
      type: 'object',
      properties: { status: { type: 'string', const: 'live' } },
      required: ['status'],
      additionalProperties: false,
    },
  },
} as const;

export const getReady = {
  operationId: 'getReady',
  tags: ['Server'],
  summary: 'The store can be read and written',
  response: {
    200: {
      title: 'Ready',
      type: 'object',
      properties: { status: { type: 'string', const: 'ready' } },
      required: ['status'],
      additionalProperties: false,
    },
    503: {
      title: 'Not ready',
      type: 'object',
      properties: {
        status: { type: 'string', const: 'unavailable' },
        store: { type: 'string', examples: ['cannot be read or written'] },
      },
      required: ['status', 'store'],
      additionalProperties: false,
    },
  },
} as const;

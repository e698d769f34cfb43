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
      properties: {
        status: { type: 'string', const: 'ready' },
        stopped_connections: {
          description:
            'Connections whose provider refused the token: nothing is pushed until they are changed. Absent: none.',
          type: 'array',
          items: {
            title: 'Stopped connection',
            type: 'object',
            properties: {
              name: { type: 'string', examples: ['cloud'] },
              code: { description: 'The provider’s error code.', type: 'integer', examples: [190] },
              detail: {
                description: 'The provider’s words.',
                type: 'string',
                examples: ['Invalid OAuth access token.'],
              },
              at: { description: 'ISO 8601, UTC.', type: 'string', examples: ['2026-03-01T12:00:00.000Z'] },
            },
            required: ['name', 'code', 'detail', 'at'],
            additionalProperties: false,
          },
        },
        unknown_numbers: {
          description:
            'Numbers that their providers do not know by the id that they are told, 100 at most: what is blocked there ' +
            'fails until the number or its connection is changed. Absent: none.',
          type: 'array',
          items: {
            title: 'Unknown number',
            type: 'object',
            properties: {
              phone_number_id: { type: 'string', examples: ['106540352242922'] },
              connection: { type: 'string', examples: ['cloud'] },
              number_id: { description: 'What the provider is told.', type: 'string', examples: ['206540352242922'] },
              code: { description: 'The provider’s error code.', type: 'integer', examples: [100] },
              detail: {
                description: 'What it means.',
                type: 'string',
                examples: ['The provider answered 400: it knows no such number, or the token does not reach it'],
              },
              at: { description: 'ISO 8601, UTC.', type: 'string', examples: ['2026-03-01T12:00:00.000Z'] },
            },
            required: ['phone_number_id', 'connection', 'number_id', 'code', 'detail', 'at'],
            additionalProperties: false,
          },
        },
      },
      required: ['status'],
      examples: [{ status: 'ready' }],
      additionalProperties: false,
    },
    503: {
      title: 'Not ready',
      type: 'object',
      properties: {
        status: { type: 'string', const: 'unavailable' },
        store: { type: 'string', examples: ['cannot be read or written'] },
        sends: {
          title: 'Sends meanwhile',
          description:
            'Of how many numbers with an upstream messages and calls are refused meanwhile, and of how many they pass.',
          type: 'object',
          properties: {
            refused: { type: 'integer', minimum: 0, examples: [12] },
            passed: { type: 'integer', minimum: 0, examples: [1] },
          },
          required: ['refused', 'passed'],
          additionalProperties: false,
        },
      },
      required: ['status', 'store', 'sends'],
      additionalProperties: false,
    },
  },
} as const;

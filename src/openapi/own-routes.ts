/** What the page loads. */
export const fileNames = ['page.css', 'page.js', 'swagger-ui.css', 'swagger-ui-bundle.js'] as const;

const headers = {
  etag: { description: 'Of this content; send it as If-None-Match.', schema: { type: 'string' }, required: true },
} as const;

const notModified = { description: 'As the ETag in If-None-Match says.', headers, content: {} } as const;

function problemOf(kind: string, status: number) {
  return {
    type: 'object',
    properties: {
      type: { type: 'string', const: `urn:gatehouse:problem:${kind}` },
      title: { type: 'string' },
      status: { type: 'integer', const: status },
      detail: { type: 'string' },
      request_id: { type: 'string' },
    },
    required: ['type', 'title', 'status', 'detail', 'request_id'],
    additionalProperties: false,
  } as const;
}

const requestId = 'Ab3dEf6hIj9kLmN2pQrStUv';

const nothingHere = {
  description: 'There is no such file.',
  content: {
    'application/problem+json': {
      schema: problemOf('not-found', 404),
      example: {
        type: 'urn:gatehouse:problem:not-found',
        title: 'Not found',
        status: 404,
        detail: 'There is nothing at this path.',
        request_id: requestId,
      },
    },
  },
} as const;

export const brokenExample = {
  type: 'urn:gatehouse:problem:internal',
  title: 'Internal error',
  status: 500,
  detail: 'Something went wrong here. The log tells more under this request_id.',
  request_id: requestId,
} as const;

const broken = {
  description: 'What is to be shown is not there, or broken.',
  content: { 'application/problem+json': { schema: problemOf('internal', 500), example: brokenExample } },
} as const;

export const getDocument = {
  operationId: 'getOpenApi',
  tags: ['Server'],
  summary: 'This document',
  response: {
    200: {
      description: 'OpenAPI 3.1. Its server is the address that the request came to.',
      headers,
      content: {
        'application/json': {
          schema: {
            type: 'object',
            properties: { openapi: { type: 'string', pattern: '^3\\.1\\.' }, paths: { type: 'object' } },
            required: ['openapi', 'info', 'servers', 'tags', 'paths', 'components'],
          },
        },
      },
    },
    304: notModified,
    500: broken,
  },
} as const;

export const getPage = {
  operationId: 'getDocs',
  tags: ['Server'],
  summary: 'A page that shows this document',
  response: {
    200: {
      description: 'It loads nothing from elsewhere.',
      headers,
      content: { 'text/html': { schema: { type: 'string' } } },
    },
    304: notModified,
    500: broken,
  },
} as const;

export const getFile = {
  operationId: 'getDocsFile',
  tags: ['Server'],
  summary: 'A file of that page',
  params: {
    type: 'object',
    properties: { file: { description: 'Its name.', type: 'string', enum: fileNames } },
    required: ['file'],
  },
  response: {
    200: {
      description: 'A script or a style sheet.',
      headers,
      content: { 'text/css': { schema: { type: 'string' } }, 'text/javascript': { schema: { type: 'string' } } },
    },
    304: notModified,
    500: broken,
    404: nothingHere,
  },
} as const;

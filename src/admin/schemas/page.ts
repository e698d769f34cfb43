export const pageQuery = {
  title: 'Page',
  type: 'object',
  properties: {
    limit: {
      type: 'string',
      format: 'page-size',
      description: 'How many rows: a whole number of at least 1. 100 if absent; more than 1000 counts as 1000.',
      examples: ['100'],
    },
    after: {
      type: 'string',
      description: 'The rows after this cursor, an earlier page’s paging.cursors.after.',
      examples: ['AQAAAAAAAAAFfZ3q0yq3k1p2r4Vd'],
    },
  },
  additionalProperties: false,
} as const;

const paging = {
  title: 'Paging',
  description: 'Absent from an empty page.',
  type: 'object',
  properties: {
    cursors: {
      type: 'object',
      description: 'Opaque: of the page’s first (before) and last (after) row.',
      properties: { before: { type: 'string' }, after: { type: 'string' } },
      required: ['before', 'after'],
      additionalProperties: false,
    },
    next: { type: 'string', description: 'The URL of the next page. Absent from the last.' },
  },
  required: ['cursors'],
  additionalProperties: false,
} as const;

/** The schema of a page of rows. */
export function pageOf<const Row>(title: string, row: Row) {
  return {
    title,
    type: 'object',
    properties: { data: { type: 'array', items: row }, paging },
    required: ['data'],
    additionalProperties: false,
  } as const;
}

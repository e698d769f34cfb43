import { nothing, numberParams, time, userIds } from './common.ts';
import { conflict, notFound, problems } from './problem.ts';

/** Users of each kind in an answer, at most; the counts tell of all. */
export const mostShown = 1_000;

const differences = (description: string) =>
  ({
    description: `${description} At most ${mostShown} of them: counts tells how many there are.`,
    type: 'array',
    maxItems: mostShown,
    items: {
      title: 'Difference',
      type: 'object',
      properties: {
        user: userIds,
        reason: {
          description: 'In plain words.',
          type: 'string',
          examples: ['The provider lists this user; nobody blocked them here.'],
        },
      },
      required: ['user', 'reason'],
      additionalProperties: false,
    },
  }) as const;

const count = { type: 'integer', minimum: 0, examples: [1] } as const;

const prefer = {
  description:
    'Whose list is right where the two differ. theirs: their blocks are added here, and what they do not have is ' +
    'removed here. ours: the provider is told again how it is here.',
  type: 'string',
  enum: ['ours', 'theirs'],
} as const;

const job = {
  title: 'Reconcile job',
  description:
    'What is done in the background. One that failed, or whose server ended before it was done (interrupted), can be asked ' +
    'for again: what it did counts.',
  type: 'object',
  properties: {
    id: { type: 'string', examples: ['0d3ad4a5-6a2d-4bb1-8d4e-5f3f1a5b6c7d'] },
    state: { type: 'string', enum: ['running', 'done', 'failed', 'interrupted'] },
    prefer,
    done: { ...count, description: 'Users who are done, out of total.' },
    total: count,
    started_at: time,
    ended_at: time,
  },
  required: ['id', 'state', 'prefer', 'done', 'total', 'started_at'],
  additionalProperties: false,
} as const;

const answer = {
  title: 'Reconcile plan',
  type: 'object',
  properties: {
    plan: {
      title: 'Plan',
      description: 'Where the list here and the provider’s differ. Who is on the way to the provider is no difference.',
      type: 'object',
      properties: {
        add: differences('Listed there and not here.'),
        remove: differences('The provider had the block and does not list the user any more.'),
        conflicts: differences('Changed here and there since both last agreed.'),
      },
      required: ['add', 'remove', 'conflicts'],
      additionalProperties: false,
    },
    counts: {
      title: 'Counts',
      type: 'object',
      properties: { add: count, remove: count, conflicts: count, listed_here: count, listed_there: count },
      required: ['add', 'remove', 'conflicts', 'listed_here', 'listed_there'],
      additionalProperties: false,
    },
    note: {
      description: 'Why nobody is removed, although users may be missing there.',
      type: 'string',
      examples: ['The provider’s list could not be read to its end: who is missing there is not known.'],
    },
    applied: { description: 'It is being done, by the job.', type: 'boolean' },
    confirm_required: {
      description:
        'More than 100 users, or more than a tenth of the list, would be unblocked: nothing is done without confirm.',
      type: 'boolean',
    },
    job,
  },
  required: ['plan', 'counts', 'applied', 'confirm_required'],
  additionalProperties: false,
} as const;

export const postReconcile = {
  operationId: 'reconcileNumber',
  tags: ['Admin: numbers'],
  summary: 'Compare the list with the provider’s, and make them one',
  params: numberParams,
  querystring: nothing,
  body: {
    title: 'Reconcile request',
    type: 'object',
    properties: {
      apply: { description: 'false, or absent: it is a plan, and changes nothing.', type: 'boolean' },
      prefer: { ...prefer, description: `Required with apply. ${prefer.description}` },
      confirm: { description: 'Do it also if confirm_required is true.', type: 'boolean' },
    },
    additionalProperties: false,
  },
  response: {
    200: answer,
    ...problems,
    ...notFound(),
    ...conflict('The number has no upstream: there is nothing to compare its list with.', 'no_upstream'),
  },
} as const;

export const getReconcile = {
  operationId: 'getReconcile',
  tags: ['Admin: numbers'],
  summary: 'Show the last reconcile job of the number',
  params: numberParams,
  querystring: nothing,
  response: {
    200: {
      title: 'Last reconcile job',
      type: 'object',
      properties: { job: { anyOf: [job, { type: 'null' }] } },
      required: ['job'],
      additionalProperties: false,
    },
    ...problems,
    ...notFound(),
  },
} as const;

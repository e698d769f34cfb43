import { origin } from './blocks.ts';
import { numberParams, reason, time, userIds } from './common.ts';
import { pageOf, pageQuery } from './page.ts';
import { notFound, problems } from './problem.ts';

const event = {
  title: 'Block event',
  description: 'One change to one user, as the log keeps it.',
  type: 'object',
  properties: {
    id: { description: 'Grows within a number.', type: 'string', examples: ['42'] },
    at: time,
    action: {
      description:
        'update: a blocked user got another reason. merge: two known users turned out to be one. ' +
        'identify: what is known of a blocked user changed; user is what the list shows of them now. ' +
        'delete_number: the number was deleted with its list; user is empty.',
      type: 'string',
      enum: ['block', 'unblock', 'update', 'merge', 'identify', 'delete_number'],
    },
    user: userIds,
    ...origin,
    reason,
  },
  required: ['id', 'at', 'action', 'user', 'dialect', 'key_id', 'request_id'],
  additionalProperties: false,
} as const;

export const listEvents = {
  operationId: 'listEvents',
  tags: ['Admin: log'],
  summary: 'Read the log of a number, oldest first; it outlives the number',
  params: numberParams,
  querystring: pageQuery,
  response: { 200: pageOf('Block events', event), ...problems, ...notFound() },
} as const;

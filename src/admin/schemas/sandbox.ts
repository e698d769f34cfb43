import { label, nothing, numberParams } from './common.ts';
import { conflict, notFound, problems } from './problem.ts';

export const postMessage = {
  operationId: 'postMessage',
  tags: ['Admin: sandbox'],
  summary: 'Pretend that a user writes to the number',
  params: numberParams,
  querystring: nothing,
  body: {
    title: 'Message',
    type: 'object',
    properties: {
      from: {
        description: 'Who writes: a phone number in any usual writing, or a wa_id.',
        type: 'string',
        examples: ['16505551234'],
      },
      text: { type: 'string', maxLength: 4096, examples: ['Hello!'] },
      name: { ...label, description: 'The name on the user’s profile.', examples: ['Ann'] },
      user_id: {
        description: 'The user’s BSUID, to be known with the phone number from now on.',
        type: 'string',
        examples: ['US.13491208655302741918'],
      },
      sent_at: {
        description: 'When they wrote, ISO 8601, if that was not now: the 24-hour window counts from then.',
        type: 'string',
        format: 'date-time',
      },
    },
    required: ['from'],
    additionalProperties: false,
    examples: [{ from: '16505551234', text: 'Hello!', name: 'Ann', user_id: 'US.13491208655302741918' }],
  },
  response: {
    200: {
      title: 'Delivery',
      type: 'object',
      properties: {
        delivered: { type: 'boolean' },
        message_id: { type: 'string', examples: ['wamid.HBgLMTY1MDU1NTEyMzQVAgASGBQzQQ'] },
        reason: { description: 'Why it was not delivered.', type: 'string', enum: ['blocked'] },
      },
      required: ['delivered'],
      additionalProperties: false,
      examples: [
        { delivered: true, message_id: 'wamid.HBgLMTY1MDU1NTEyMzQVAgASGBQzQQ' },
        { delivered: false, reason: 'blocked' },
      ],
    },
    ...problems,
    ...notFound(),
    ...conflict('The number has an upstream: its messages come from there.', 'has_upstream'),
  },
} as const;

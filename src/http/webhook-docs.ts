/** What the document of the API says of the webhook addresses. Its answers are those that are given. */
import { notVerified, refusedWebhook, takenWebhook, type WebhookRefusal } from './webhook-answers.ts';

/** All that is under them. */
export const webhookDocs = {
  prefix: '/webhooks',
  idPrefix: '',
  tags: [
    {
      name: 'Webhooks',
      description:
        'Where providers post what they have to tell: `webhook_url` of each connection. No key is needed; a POST is proved by ' +
        'the signature, or header, that the connection’s provider sends with it. Another method is answered with 405 and `Allow`.',
    },
  ],
  securitySchemes: {},
  formats: {},
} as const;

type Method = 'GET' | 'POST';

/** Which requests each is an answer to; none: it is one to another method. */
const refused: Readonly<Record<WebhookRefusal, readonly Method[]>> = {
  unknown: ['GET', 'POST'],
  unprovable: ['GET', 'POST'],
  unknown_method: [],
  not_proved: ['POST'],
  invalid_body: ['POST'],
  body_too_large: ['POST'],
  overloaded: ['GET', 'POST'],
  store_unavailable: ['GET', 'POST'],
  internal: ['GET', 'POST'],
};

const requestId = 'Ab3dEf6hIj9kLmN2pQrStUv';

interface ToldRefusal {
  readonly description: string;
  readonly headers: object;
  readonly content: object;
}

/** By status; several refusals of one status are its examples. */
function refusalsOf(method: Method): Readonly<Record<string, ToldRefusal>> {
  const all = (Object.keys(refused) as WebhookRefusal[])
    .filter((refusal) => refused[refusal].includes(method))
    .map((refusal) => ({ refusal, answer: refusedWebhook(refusal, requestId) }));
  return Object.fromEntries(
    [...Map.groupBy(all, ({ answer }) => answer.status)].map(([status, group]) => [status, toRefusal(status, group)]),
  );
}

interface Rendered {
  readonly refusal: WebhookRefusal;
  readonly answer: ReturnType<typeof refusedWebhook>;
}

function toRefusal(status: number, group: readonly Rendered[]): ToldRefusal {
  const examples = group.map(({ refusal, answer }) => [refusal, { value: JSON.parse(answer.body) }]);
  const [first] = group;
  const { 'content-type': type = '', ...headers } = first?.answer.headers ?? {};
  return {
    description: (JSON.parse(first?.answer.body ?? '{}') as { title: string }).title,
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, example]) => [
        name,
        { required: true, schema: { type: 'string' }, example: String(example) },
      ]),
    ),
    content: { [type]: { schema: problemOf(status), examples: Object.fromEntries(examples) } },
  };
}

function problemOf(status: number) {
  return {
    title: `Webhook problem ${status}`,
    type: 'object',
    properties: {
      type: { type: 'string', pattern: '^urn:gatehouse:problem:' },
      title: { type: 'string' },
      status: { type: 'integer', const: status },
      detail: { type: 'string' },
      request_id: { description: 'Names the request in the log.', type: 'string' },
    },
    required: ['type', 'title', 'status', 'detail', 'request_id'],
    additionalProperties: false,
  } as const;
}

const params = {
  type: 'object',
  properties: { connection: { description: 'The name of the connection.', type: 'string', examples: ['cloud'] } },
  required: ['connection'],
} as const;

const asText = (description: string, example: string) => ({
  description,
  content: { 'text/plain': { schema: { type: 'string', examples: [example] } } },
});

const parameter = (description: string) => ({ description, type: 'string' });

const payload = {
  object: 'whatsapp_business_account',
  entry: [
    {
      id: '102290129340398',
      changes: [
        {
          field: 'messages',
          value: {
            messaging_product: 'whatsapp',
            metadata: { display_phone_number: '15550783881', phone_number_id: '106540352242922' },
            contacts: [{ profile: { name: 'Ann' }, wa_id: '16505551234' }],
            messages: [
              {
                from: '16505551234',
                id: 'wamid.HBgLMTY1MDU1NTEyMzQVAgASGBQzQTk2',
                timestamp: '1772366400',
                type: 'text',
                text: { body: 'hello' },
              },
            ],
          },
        },
      ],
    },
  ],
};

/** The requests that are answered there, in the form of the framework's routes, of which they are none. */
export const webhookRoutes = [
  {
    method: 'GET',
    url: '/webhooks/:connection',
    schema: {
      operationId: 'verifyWebhook',
      tags: ['Webhooks'],
      summary: 'Verify the address',
      description:
        'What Meta asks before it posts there. Without a `verify_token` of the connection it is always refused.',
      params,
      querystring: {
        type: 'object',
        properties: {
          'hub.mode': parameter('subscribe'),
          'hub.verify_token': parameter('The `verify_token` of the connection.'),
          'hub.challenge': parameter('What is to be answered.'),
        },
      },
      response: {
        200: asText('The challenge, as it came.', '1158201444'),
        403: asText('Another token or none, another mode, or no challenge.', notVerified),
        ...refusalsOf('GET'),
      },
    },
  },
  {
    method: 'POST',
    url: '/webhooks/:connection',
    schema: {
      operationId: 'postWebhook',
      tags: ['Webhooks'],
      summary: 'Take a webhook in',
      description:
        'Answered once all that it brings is on disk. What was taken in before is not passed on again. Of any form: what is ' +
        'not Meta’s goes on to the app of the connection’s account as it is.',
      params,
      body: {
        title: 'Webhook',
        type: 'object',
        properties: {
          object: { type: 'string' },
          entry: { type: 'array', items: { type: 'object' } },
        },
        examples: [payload],
      },
      response: {
        200: {
          description: 'It is kept.',
          content: {
            'application/json': {
              schema: {
                title: 'Webhook taken',
                type: 'object',
                properties: { success: { type: 'boolean', const: true } },
                required: ['success'],
                additionalProperties: false,
                examples: [JSON.parse(takenWebhook.body)],
              },
            },
          },
        },
        ...refusalsOf('POST'),
      },
    },
  },
] as const;

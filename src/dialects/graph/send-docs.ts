/** What the dialects of the Graph family tell alike of what a number sends. */
import {
  type BodyDocs,
  type JsonSchema,
  type OperationDocs,
  type ParameterDocs,
  type PathDocs,
  type PlaceDocs,
  type SendEdge,
  sendEdges,
} from '../dialect.ts';
import { input, noted, notedCall, product, refused, sentMessage, startedCall, userId } from './schemas.ts';

const sends = {
  messages: {
    id: 'sendMessage',
    summary: 'Send a message',
    example: { messaging_product: 'whatsapp', to: '+16505551234', type: 'text', text: { body: 'Hello' } },
    sent: sentMessage,
  },
  marketing_messages: {
    id: 'sendMarketingMessage',
    summary: 'Send a marketing message',
    example: {
      messaging_product: 'whatsapp',
      to: '+16505551234',
      type: 'template',
      template: { name: 'hello_world', language: { code: 'en_US' } },
    },
    sent: sentMessage,
  },
  calls: {
    id: 'startCall',
    summary: 'Start a call, or go on with one',
    example: {
      messaging_product: 'whatsapp',
      to: '+16505551234',
      action: 'connect',
      session: { sdp_type: 'offer', sdp: 'v=0' },
    },
    sent: startedCall,
  },
} as const satisfies Record<SendEdge, object>;

/** How one dialect tells of what a number sends. */
export interface SendCoat {
  readonly productRequired: boolean;
  readonly parameters: readonly ParameterDocs[];
  readonly refusals: OperationDocs['answers'];
  /** What is said when the provider does not answer. */
  readonly failure: JsonSchema;
  readonly pathsOf: (edge: SendEdge) => readonly PathDocs[];
  /** The dialect's way to write an operation's id. */
  readonly toId?: (id: string) => string;
}

export function sendPlaces({
  productRequired,
  parameters,
  refusals,
  failure,
  pathsOf,
  toId = (id) => id,
}: SendCoat): PlaceDocs[] {
  return sendEdges.map((edge) => {
    const { id, summary, example, sent } = sends[edge];
    const operation: OperationDocs = {
      kind: 'send',
      edge,
      id: toId(id),
      method: 'POST',
      summary,
      description:
        'Refused (130403) if to, in any writing, or recipient is blocked. To anybody else the number’s provider sends it, and ' +
        'its answer comes back as it is; without a provider it is answered as WhatsApp does, and goes nowhere. Of the body ' +
        'only whom it is for is read.',
      parameters,
      body: sendBody(productRequired, example),
      answers: {
        200: { description: 'Sent, or noted.', schema: { anyOf: [sent, edge === 'calls' ? notedCall : noted] } },
        400: { description: 'The recipient is blocked (130403), or the request was refused.', schema: refused },
        ...refusals,
        502: { description: 'The number’s provider cannot be reached.', schema: failure },
        504: { description: 'The number’s provider did not answer in time; it may have sent it.', schema: failure },
      },
    };
    return { tags: ['Sends'], paths: pathsOf(edge), operations: [operation] };
  });
}

function sendBody(productRequired: boolean, example: object): BodyDocs {
  const schema = {
    title: productRequired ? 'Something to send, with its product' : 'Something to send',
    type: 'object',
    properties: {
      messaging_product: product,
      to: {
        ...input,
        description: 'A phone number in any usual writing, a wa_id or a BSUID; with recipient_type group a group.',
      },
      recipient: { ...userId, description: 'A BSUID, beside to or instead of it.' },
      recipient_type: { type: 'string', enum: ['individual', 'group'] },
    },
    ...(productRequired && { required: ['messaging_product'] }),
  } as const;
  return {
    description:
      'As the provider takes it. A read receipt (status, message_id) and a step of a call (call_id) are for nobody.',
    content: { 'application/json': { schema, example } },
  };
}

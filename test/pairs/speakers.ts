/** The clients of a number, each through a public client or as its provider's documents write it, heard in one voice. */
import { experimental } from '@great-detail/whatsapp';
import { GraphApiError, type WhatsAppClient } from '@kapso/whatsapp-cloud-api';
import { Text } from 'whatsapp-api-js/messages';
import { type Client, users } from '../helpers/client.ts';
import { kapsoByKapso, kapsoByMeta, whatsappApiJs } from './clients.ts';

/** What a client is told of a block or an unblock. */
export interface Told {
  /** Inputs, in their order. */
  readonly done: readonly string[];
  /** Inputs and the code that each was refused with. */
  readonly failed: readonly (readonly [string, number])[];
  /** The code of the whole answer; absent: nobody was refused. */
  readonly code?: number;
}

export interface Sent {
  /** The message's. */
  readonly id?: string;
  /** Of the error. */
  readonly code?: number;
}

export interface Speaker {
  block(...phones: string[]): Promise<Told>;
  unblock(...phones: string[]): Promise<Told>;
  /** The wa_ids of the first page. */
  list(): Promise<readonly string[]>;
  send(to: string): Promise<Sent>;
}

/** `service` is the one that the client talks to, `secret` a key of the number. */
export type Connect = (service: Client, id: string, secret: string) => Speaker;

/** An answer as a client of Meta's gives it. */
interface Body {
  readonly block_users?: {
    readonly added_users?: readonly { readonly input: string }[];
    readonly removed_users?: readonly { readonly input: string }[];
    readonly failed_users?: readonly {
      readonly input: string;
      readonly errors: readonly { readonly code: number }[];
    }[];
  };
  readonly data?: readonly { readonly wa_id?: string }[];
  readonly messages?: readonly { readonly id: string }[];
  readonly error?: { readonly code: number };
}

const plain360: Connect = (service, _id, secret) => {
  const headers = { 'd360-api-key': secret };
  const ask = async (method: string, edge: string, body?: unknown): Promise<Body> =>
    (await service.call(method, `/${edge}`, { headers, body })).json;
  return speaker({
    change: (method, phones) => ask(method, 'block_users', users(...phones)),
    list: () => ask('GET', 'block_users'),
    send: (to) => ask('POST', 'messages', message(to)),
  });
};

const kapso =
  (connect: (base: string, secret: string) => WhatsAppClient): Connect =>
  ({ base }, id, secret) => {
    const client = connect(base, secret);
    const edge = `${id}/block_users`;
    const json = 'json' as const;
    return speaker({
      change: (method, phones) =>
        heard(() => {
          const body = { messagingProduct: 'whatsapp', blockUsers: phones.map((user) => ({ user })) };
          return client.request(method, edge, { body, responseType: json });
        }),
      list: () => heard(() => client.request('GET', edge, { responseType: json })),
      send: (to) => heard(() => client.messages.sendText({ phoneNumberId: id, to, body: 'Hello' })),
    });
  };

const greatDetail: Connect = ({ base }, id, secret) => {
  const client = experimental.createClient({ baseUrl: base });
  const params = {
    path: { Version: 'v25.0', 'Phone-Number-ID': id },
    header: { Authorization: `Bearer ${secret}`, 'Content-Type': 'application/json' },
  } as const;
  const blockUsers = '/{Version}/{Phone-Number-ID}/block_users';
  // Meta's OpenAPI describes no error: what the client gives is the body as it came.
  const either = async (asking: Promise<{ data?: unknown; error?: unknown }>) => {
    const { data, error } = await asking;
    return (data ?? error) as Body;
  };
  return speaker({
    change: (method, phones) => {
      const body = users(...phones);
      return either(
        method === 'POST' ? client.POST(blockUsers, { params, body }) : client.DELETE(blockUsers, { params, body }),
      );
    },
    list: () => either(client.GET(blockUsers, { params })),
    send: (to) => either(client.POST('/{Version}/{Phone-Number-ID}/messages', { params, body: message(to) as never })),
  });
};

const apiJs: Connect = ({ base }, id, secret) => {
  const client = whatsappApiJs(base, secret);
  return speaker({
    change: async (method, phones) =>
      (await (method === 'POST' ? client.blockUser(id, ...phones) : client.unblockUser(id, ...phones))) as Body,
    list: async () => {
      const answer = await client.$$apiFetch$$(`https://graph.facebook.com/v25.0/${id}/block_users`);
      return (await answer.json()) as Body;
    },
    send: async (to) => (await client.sendMessage(id, to, new Text('Hello'))) as Body,
  });
};

export interface Served {
  readonly dialect: string;
  readonly client: string;
  /** The one that its sends name; absent: none. */
  readonly version?: string;
  readonly connect: Connect;
}

export const speakers: readonly Served[] = [
  { dialect: 'meta', client: '@great-detail/whatsapp', version: 'v25.0', connect: greatDetail },
  { dialect: 'meta', client: 'whatsapp-api-js', version: 'v25.0', connect: apiJs },
  {
    dialect: 'meta',
    client: '@kapso/whatsapp-cloud-api',
    version: 'v23.0',
    connect: kapso(kapsoByMeta),
  },
  { dialect: '360dialog', client: 'plain requests', connect: plain360 },
  {
    dialect: 'kapso',
    client: '@kapso/whatsapp-cloud-api',
    version: 'v23.0',
    connect: kapso(kapsoByKapso),
  },
];

function message(to: string) {
  return { messaging_product: 'whatsapp', to, type: 'text', text: { body: 'Hello' } };
}

interface Wire {
  change(method: 'POST' | 'DELETE', phones: readonly string[]): Promise<Body>;
  list(): Promise<Body>;
  send(to: string): Promise<Body>;
}

function speaker({ change, list, send }: Wire): Speaker {
  const changed = async (method: 'POST' | 'DELETE', phones: readonly string[]): Promise<Told> => {
    const { block_users: lists, error } = await change(method, phones);
    const done = (method === 'POST' ? lists?.added_users : lists?.removed_users) ?? [];
    return {
      done: done.map(({ input }) => input),
      failed: (lists?.failed_users ?? []).map(({ input, errors }) => [input, errors[0]?.code ?? 0] as const),
      ...(error && { code: error.code }),
    };
  };
  return {
    block: (...phones) => changed('POST', phones),
    unblock: (...phones) => changed('DELETE', phones),
    list: async () => (await list()).data?.map(({ wa_id: waId }) => waId ?? '') ?? [],
    send: async (to) => {
      const { messages, error } = await send(to);
      return { ...(messages?.[0] && { id: messages[0].id }), ...(error && { code: error.code }) };
    },
  };
}

/** The client gives every answer in camel case, and throws those that are an error. */
async function heard(call: () => Promise<unknown>): Promise<Body> {
  try {
    return toSnake(await call()) as Body;
  } catch (error) {
    if (!(error instanceof GraphApiError)) throw error;
    return toSnake(error.raw) as Body;
  }
}

function toSnake(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toSnake);
  if (typeof value !== 'object' || value === null) return value;
  const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [snake(name), toSnake(one)]));
}

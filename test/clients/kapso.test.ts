/** `@kapso/whatsapp-cloud-api`, through Kapso's route and through Meta's: https://github.com/gokapso/whatsapp-cloud-api-js */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { GraphApiError, WhatsAppClient } from '@kapso/whatsapp-cloud-api';
import { startTestService } from '../helpers/service.ts';

const id = '106540352242952';
const path = `${id}/block_users`;
const [ann, bob] = ['+16505551234', '+14155559876'];

/** The client gives every answer in camel case. */
interface Changed {
  readonly success?: boolean;
  readonly blockUsers: {
    readonly addedUsers?: readonly object[];
    readonly removedUsers?: readonly object[];
    readonly failedUsers?: readonly { readonly input: string; readonly errors: readonly { readonly code: number }[] }[];
  };
}
interface Listed {
  readonly data: readonly { readonly waId: string }[];
  readonly paging?: { readonly cursors: { readonly after: string }; readonly next?: string };
}

const routes = {
  'Kapso’s route with X-API-Key': {
    connect: (base: string, secret: string) =>
      new WhatsAppClient({ baseUrl: `${base}/meta/whatsapp`, kapsoApiKey: secret }),
    says: { success: true },
  },
  'Meta’s route with Bearer': {
    connect: (base: string, secret: string) => new WhatsAppClient({ baseUrl: base, accessToken: secret }),
    says: {},
  },
};

function call(client: WhatsAppClient) {
  const json = 'json' as const;
  const body = (users: readonly string[]) => ({
    messagingProduct: 'whatsapp',
    blockUsers: users.map((user) => ({ user })),
  });
  return {
    block: (...users: string[]) => client.request<Changed>('POST', path, { body: body(users), responseType: json }),
    unblock: (...users: string[]) => client.request<Changed>('DELETE', path, { body: body(users), responseType: json }),
    unblockByQuery: (...users: string[]) => {
      const query = { messagingProduct: 'whatsapp', blockUsers: JSON.stringify(users.map((user) => ({ user }))) };
      return client.request<Changed>('DELETE', path, { query, responseType: json });
    },
    list: (query: Readonly<Record<string, unknown>> = {}) =>
      client.request<Listed>('GET', path, { query, responseType: json }),
    /** Follows a link as it came. */
    follow: async (url: string) => (await (await client.fetch(url)).json()) as { data: object[] },
  };
}

for (const [name, { connect, says }] of Object.entries(routes)) {
  describe(`@kapso/whatsapp-cloud-api, through ${name}`, () => {
    it('blocks and unblocks', async (t) => {
      const service = await startTestService(t);
      const client = call(connect(service.base, await service.number(id)));
      assert.deepEqual(await client.block(ann, bob), {
        ...says,
        messagingProduct: 'whatsapp',
        blockUsers: {
          addedUsers: [
            { input: ann, waId: '16505551234' },
            { input: bob, waId: '14155559876' },
          ],
        },
      });
      const removed = (input: string, waId: string) => ({
        ...says,
        messagingProduct: 'whatsapp',
        blockUsers: { removedUsers: [{ input, waId }] },
      });
      assert.deepEqual(await client.unblock(ann), removed(ann, '16505551234'));
      assert.deepEqual(await client.unblockByQuery(bob), removed(bob, '14155559876'));
      assert.deepEqual(await client.list(), { data: [] });
    });

    it('reads the list to its end, by cursor and by link', async (t) => {
      const service = await startTestService(t);
      const client = call(connect(service.base, await service.number(id)));
      const everybody = Array.from({ length: 12 }, (_, index) => String(16500000000 + index));
      await client.block(...everybody);
      const seen: string[] = [];
      let after: string | undefined;
      do {
        const page = await client.list({ limit: 5, after });
        seen.push(...page.data.map(({ waId }) => waId));
        after = page.paging?.next === undefined ? undefined : page.paging.cursors.after;
      } while (after !== undefined);
      assert.deepEqual(seen, everybody);
      const first = await client.list({ limit: 8 });
      const second = await client.follow(first.paging?.next ?? '');
      assert.equal(second.data.length, 4);
    });

    it('is told who was blocked and who was not', async (t) => {
      const service = await startTestService(t);
      const client = call(connect(service.base, await service.number(id, 'meta')));
      await service.wrote(id, ann);
      const error = await refusalOf(client.block(ann, bob));
      assert.deepEqual([error.httpStatus, error.code], [400, 139100]);
      const { blockUsers } = error.raw as Changed;
      assert.deepEqual(blockUsers.addedUsers, [{ input: ann, waId: '16505551234' }]);
      assert.deepEqual(
        blockUsers.failedUsers?.map(({ input, errors }) => [input, errors[0]?.code]),
        [[bob, 131047]],
      );
    });

    it('is told that its key is bad', async (t) => {
      const service = await startTestService(t);
      await service.number(id);
      const error = await refusalOf(call(connect(service.base, 'a-key-of-nobody')).list());
      assert.deepEqual([error.httpStatus, error.code, error.type], [401, 190, 'OAuthException']);
      assert.ok(error.isAuthError());
      assert.match(error.fbtraceId ?? '', /^A[\w-]{22}$/);
    });
  });
}

async function refusalOf(call: Promise<unknown>): Promise<GraphApiError> {
  try {
    await call;
  } catch (error) {
    assert.ok(error instanceof GraphApiError, String(error));
    return error;
  }
  assert.fail('it was not refused');
}

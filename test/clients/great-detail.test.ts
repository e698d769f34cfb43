/** `@great-detail/whatsapp`, typed by Meta's own OpenAPI: https://github.com/great-detail/WhatsApp-JS-SDK */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { experimental } from '@great-detail/whatsapp';
import { startTestService } from '../helpers/service.ts';

const id = '106540352242951';
const path = '/{Version}/{Phone-Number-ID}/block_users';
const [ann, bob] = ['+16505551234', '+14155559876'];

function clientOf(base: string, secret: string) {
  const client = experimental.createClient({ baseUrl: base });
  const params = {
    path: { Version: 'v25.0', 'Phone-Number-ID': id },
    header: { Authorization: `Bearer ${secret}`, 'Content-Type': 'application/json' },
  } as const;
  const body = (...users: string[]) => ({
    messaging_product: 'whatsapp',
    block_users: users.map((user) => ({ user })),
  });
  return {
    block: (...users: string[]) => client.POST(path, { params, body: body(...users) }),
    unblock: (...users: string[]) => client.DELETE(path, { params, body: body(...users) }),
    // Meta's OpenAPI, and so the client's types, know no parameters of the list.
    list: (query: Readonly<Record<string, string>> = {}) =>
      client.GET(path, { params: { ...params, query: query as never } }),
  };
}

describe('@great-detail/whatsapp', () => {
  it('blocks and unblocks', async (t) => {
    const service = await startTestService(t);
    const client = clientOf(service.base, await service.number(id));
    const blocked = await client.block(ann, bob);
    assert.equal(blocked.error, undefined);
    assert.deepEqual(blocked.data?.block_users?.added_users, [
      { input: ann, wa_id: '16505551234' },
      { input: bob, wa_id: '14155559876' },
    ]);
    const unblocked = await client.unblock(ann);
    assert.deepEqual(unblocked.data?.block_users?.removed_users, [{ input: ann, wa_id: '16505551234' }]);
    assert.deepEqual((await client.list()).data?.data, [{ messaging_product: 'whatsapp', wa_id: '14155559876' }]);
  });

  for (const rules of ['open', { paging: 'versioned' }]) {
    it(`reads the list to its end, page by page (${JSON.stringify(rules)})`, async (t) => {
      const service = await startTestService(t);
      const client = clientOf(service.base, await service.number(id, rules));
      const everybody = Array.from({ length: 23 }, (_, index) => String(16500000000 + index));
      await client.block(...everybody);
      const seen: (string | undefined)[] = [];
      for (let after: string | undefined; ; ) {
        const { data } = await client.list({ limit: '5', ...(after !== undefined && { after }) });
        const rows = data?.data ?? [];
        seen.push(...rows.map((row) => row.wa_id));
        after = data?.paging?.cursors?.after;
        if (rows.length === 0 || after === undefined) break;
      }
      assert.deepEqual(seen, everybody);
    });
  }

  it('is told who was blocked and who was not', async (t) => {
    const service = await startTestService(t);
    const client = clientOf(service.base, await service.number(id, 'meta'));
    await service.wrote(id, ann);
    const { data, error, response } = await client.block(ann, bob);
    assert.equal(response.status, 400);
    assert.equal(data, undefined);
    // Meta's OpenAPI describes no error: what the client gives is the body as it came.
    const told = error as unknown as {
      error: { code: number };
      block_users: { added_users: object[]; failed_users: { input: string; errors: { code: number }[] }[] };
    };
    assert.equal(told.error.code, 139100);
    assert.deepEqual(told.block_users.added_users, [{ input: ann, wa_id: '16505551234' }]);
    assert.deepEqual(
      told.block_users.failed_users.map(({ input, errors }) => [input, errors[0]?.code]),
      [[bob, 131047]],
    );
  });

  it('is told that its key is bad', async (t) => {
    const service = await startTestService(t);
    await service.number(id);
    const { error, response } = await clientOf(service.base, 'a-key-of-nobody').list();
    assert.equal(response.status, 401);
    assert.equal((error as unknown as { error: { code: number } }).error.code, 190);
  });
});

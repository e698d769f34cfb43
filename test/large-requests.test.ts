/** Requests at the limits of their size, in each dialect; too large for a transcript. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dialectsOf, users } from './helpers/client.ts';
import { startTestService } from './helpers/service.ts';

const id = '106540352242922';
const many = (count: number) =>
  Array.from({ length: count }, (_, index) => `+1650555${String(index).padStart(4, '0')}`);

for (const dialect of ['meta', 'd360', 'kapso'] as const) {
  describe(`in the dialect ${dialect}`, { concurrency: 4 }, () => {
    it('1,000 users are blocked in a body, listed on a page and unblocked in a query', async (t) => {
      const service = await startTestService(t);
      const operation = dialectsOf(service, id, await service.number(id))[dialect];
      const list = many(1000);
      const blocked = await operation('POST', users(...list));
      assert.equal(blocked.status, 200, blocked.text);
      assert.equal(blocked.json.block_users.added_users.length, 1000);
      const page = (await operation('GET', undefined, '?limit=1000')).json;
      assert.deepEqual(
        page.data.map((row: { wa_id: string }) => `+${row.wa_id}`),
        list,
      );
      assert.deepEqual(Object.keys(page.paging), ['cursors']);
      const { messaging_product, block_users } = users(...list);
      const query = new URLSearchParams({ messaging_product, block_users: JSON.stringify(block_users) });
      const unblocked = await operation('DELETE', undefined, `?${query}`);
      assert.equal(unblocked.status, 200, unblocked.text);
      assert.equal(unblocked.json.block_users.removed_users.length, 1000);
      assert.deepEqual((await operation('GET')).json, { data: [] });
    });

    it('1,001 users are refused as a whole', async (t) => {
      const service = await startTestService(t);
      const operation = dialectsOf(service, id, await service.number(id))[dialect];
      for (const method of ['POST', 'DELETE']) {
        const { status, json } = await operation(method, users(...many(1001)));
        assert.deepEqual([status, json.error.code, json.error.type], [400, 130429, 'OAuthException']);
        assert.equal(json.error.message, '(#130429) Rate limit hit');
        assert.equal(json.error.error_data.details, 'At most 1000 users a request');
      }
      assert.deepEqual((await operation('GET')).json, { data: [] });
    });

    it('a body of more than 2 MiB is 413', async (t) => {
      const service = await startTestService(t);
      const operation = dialectsOf(service, id, await service.number(id))[dialect];
      const { status, json } = await operation('POST', { ...users(), filler: 'x'.repeat(2 * 1024 * 1024) });
      assert.equal(status, 413);
      const said = typeof json.error === 'string' ? json.error : json.error.error_data.details;
      assert.equal(said, 'The request body is larger than 2 MiB');
    });
  });
}

/** `whatsapp-api-js` as its users have it, but for the host: https://github.com/Secreto31126/whatsapp-api-js */
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { WhatsAppAPI } from 'whatsapp-api-js';
import { startTestService } from '../helpers/service.ts';

const id = '106540352242950';
const [ann, bob] = ['+16505551234', '+14155559876'];

/** The client's host is fixed: its `ponyfill.fetch` sends the same request to the service. */
function clientWith(base: string, token: string): WhatsAppAPI {
  return new WhatsAppAPI({
    token,
    v: 'v25.0',
    secure: false,
    ponyfill: { fetch: (url, init) => fetch(String(url).replace('https://graph.facebook.com', base), init) },
  });
}

async function start(t: TestContext, rules: string) {
  const service = await startTestService(t);
  const secret = await service.number(id, rules);
  const listed = async () => {
    const { json } = await service.call('GET', `/v25.0/${id}/block_users`, {
      headers: { authorization: `Bearer ${secret}` },
    });
    return json.data;
  };
  return { service, listed, client: clientWith(service.base, secret) };
}

describe('whatsapp-api-js', () => {
  it('blocks and unblocks by phone', async (t) => {
    const { client, listed } = await start(t, 'open');
    assert.deepEqual(await client.blockUser(id, ann, bob), {
      messaging_product: 'whatsapp',
      block_users: {
        added_users: [
          { input: ann, wa_id: '16505551234' },
          { input: bob, wa_id: '14155559876' },
        ],
      },
    });
    assert.deepEqual(await client.unblockUser(id, ann), {
      messaging_product: 'whatsapp',
      block_users: { removed_users: [{ input: ann, wa_id: '16505551234' }] },
    });
    assert.deepEqual(await listed(), [{ messaging_product: 'whatsapp', wa_id: '14155559876' }]);
  });

  it('blocks and unblocks by BSUID', async (t) => {
    const { client, listed } = await start(t, 'open');
    const bsuid = 'US.13491208655302741918';
    const user = { input: bsuid, user_id: bsuid };
    assert.deepEqual(await client.blockUser(id, { bsuid }), {
      messaging_product: 'whatsapp',
      block_users: { added_users: [user] },
    });
    assert.deepEqual(await listed(), [{ messaging_product: 'whatsapp', user_id: bsuid }]);
    assert.deepEqual(await client.unblockUser(id, { bsuid }), {
      messaging_product: 'whatsapp',
      block_users: { removed_users: [user] },
    });
  });

  it('may send an empty list', async (t) => {
    const { client, listed } = await start(t, 'open');
    assert.deepEqual(await client.blockUser(id), { messaging_product: 'whatsapp', block_users: { added_users: [] } });
    assert.deepEqual(await client.unblockUser(id), {
      messaging_product: 'whatsapp',
      block_users: { removed_users: [] },
    });
    assert.deepEqual(await listed(), []);
  });

  it('is told who was blocked and who was not', async (t) => {
    const { client, service } = await start(t, 'meta');
    await service.wrote(id, ann);
    const answer = await client.blockUser(id, ann, bob);
    assert.ok('block_users' in answer && 'error' in answer, JSON.stringify(answer));
    assert.deepEqual(answer.block_users.added_users, [{ input: ann, wa_id: '16505551234' }]);
    assert.equal(answer.block_users.failed_users?.[0]?.input, bob);
    assert.equal(answer.block_users.failed_users?.[0]?.errors[0]?.code, 131047);
    assert.equal((answer.error as { code: number }).code, 139100);
  });

  it('is told that its key is bad', async (t) => {
    const { service } = await start(t, 'open');
    const answer = await clientWith(service.base, 'a-key-of-nobody').blockUser(id, ann);
    assert.ok('error' in answer, JSON.stringify(answer));
    assert.deepEqual([answer.error.code, answer.error.type], [190, 'OAuthException']);
  });
});

/** An unblock that its provider agrees to after its client has gone frees what was held of the user, too. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { startProvider } from '../helpers/provider.ts';
import { expectStatus } from '../helpers/service.ts';
import { until } from '../helpers/until.ts';
import { knownAs, startHooked, written } from '../helpers/webhooks.ts';

const id = '106540352242983';
const ann = '16505551234';

it('what was held reaches the app as soon as the provider’s list shows that a late unblock was done', async (t) => {
  const provider = await startProvider(t);
  const json = (body: object) => JSON.stringify({ messaging_product: 'whatsapp', ...body });
  provider.answer = ({ method }, response) => {
    // To an unblock it never says anything.
    if (method === 'POST') response.end(json({ block_users: { added_users: [{ input: ann, wa_id: ann }] } }));
    else if (method !== 'DELETE') response.end('{"data":[]}');
  };
  const limits = { agreeTimeout: 300, settleDelay: 0, gap: 0 };
  const hooked = await startHooked(t, { upstreamLimits: limits });
  const { service, store } = hooked;
  await hooked.connect('meta', { origin: provider.origin });
  const secret = await hooked.number(id, 'meta', 'hold');
  await hooked.block(id, secret, ann);
  await until(async () => (await store.pushes.due('meta' as never)).length === 0);
  expectStatus(await service.admin('PUT', `/numbers/${id}`, { rules: { push: 'wait' } }), 200);
  expectStatus(await hooked.post('meta', written(knownAs(id), ann)), 200);
  assert.equal((await store.webhooks.counts()).held, 1);

  const unblock = await service.admin('DELETE', `/numbers/${id}/blocks/${ann}`, { held: 'replay' });
  assert.deepEqual([unblock.status, unblock.json.code], [409, 'unsettled']);
  // Nothing else happens that the app would be sent anything for.
  await until(() => hooked.got().length === 1);
  assert.ok(hooked.got()[0]?.includes(`wamid.1.${ann}`));
  assert.equal((await store.webhooks.counts()).held, 0);
});

/** The story: a block that the provider does not take yet is completed by the user's next message, which nobody pays for. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PhoneNumberId } from '../../src/core/ids.ts';
import { expectStatus } from '../helpers/service.ts';
import { until } from '../helpers/until.ts';
import { appSecret, knownAs, type ProviderName, startHooked } from '../helpers/webhooks.ts';

const id = '106540352242981';
const up = knownAs(id);
const ann = '16505551234';
const day = 24 * 60 * 60 * 1000;

/** How a Gatehouse, as the provider, proves what it passes on. */
const proved: Readonly<Record<ProviderName, object>> = {
  meta: { app_secret: appSecret },
  kapso: { webhook_secret: appSecret },
  '360dialog': {},
};

describe('whoever last wrote two days ago and is blocked', () => {
  for (const [provider, secrets] of Object.entries(proved) as [ProviderName, object][])
    it(`is blocked at the provider by their next message, which goes to nobody (${provider})`, async (t) => {
      const there = await startHooked(t);
      const here = await startHooked(t);
      const token = await there.service.number(up, 'meta');
      await here.connect(provider, { origin: there.service.base, token, ...secrets });
      const secret = await here.number(id, provider);
      await there.setApp({ kind: 'number', number: up as PhoneNumberId }, `${here.service.base}/webhooks/${provider}`, {
        headers: { 'x-proof': 'of 360dialog' },
      });
      const listed = async () => {
        const headers = { authorization: `Bearer ${token}` };
        const answer = await there.service.call('GET', `/v25.0/${up}/block_users`, { headers });
        return answer.json.data.map((row: { wa_id: string }) => row.wa_id);
      };
      const standing = async () => (await here.service.admin('GET', `/numbers/${id}/blocks/${ann}`)).json.entry?.sync;

      expectStatus(await there.service.wrote(up, ann, { text: 'first' }), 200);
      await until(() => here.got().length === 1);
      for (const { service } of [there, here]) service.clock.now += 2 * day;
      await here.block(id, secret, ann);
      await until(async () => (await standing())?.state === 'waiting');
      assert.deepEqual([(await standing())?.code, await listed()], [131047, []]);

      expectStatus(await there.service.wrote(up, ann, { text: 'next' }), 200);
      // The clocks stand still: what is tried later than at once is not tried at all.
      await until(async () => (await standing())?.state === 'synced');
      assert.deepEqual(await listed(), [ann]);
      const { waiting, givenUp } = await here.store.webhooks.counts();
      assert.deepEqual([waiting, givenUp, here.got().length], [0, 0, 1]);
      assert.ok(here.got()[0]?.includes('first'));
    });
});

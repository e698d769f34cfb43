/** What providers posted goes on, without whom the number blocks, to the app of the number that it is about. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PhoneNumberId } from '../../src/core/ids.ts';
import { startProvider } from '../helpers/provider.ts';
import { expectStatus } from '../helpers/service.ts';
import {
  assertSigned,
  change,
  defaultOwner,
  delivered,
  knownAs,
  message,
  payload,
  startHooked,
  status,
  written,
} from '../helpers/webhooks.ts';

const [id, other] = ['106540352242971', '106540352242972'] as const;
const up = knownAs(id);
const [ann, bob, eve] = ['16505551234', '16505559876', '16505550000'] as const;

describe('what is passed on', { concurrency: 4 }, () => {
  it('lacks a blocked sender’s messages and contacts alone, and no other byte', async (t) => {
    const hooked = await startHooked(t);
    await hooked.connect('meta');
    const secret = await hooked.number(id, 'meta');
    await hooked.block(id, secret, bob);
    const text = (...from: readonly string[]) => {
      const messages = from.map((one) => JSON.stringify(message(one)));
      const contacts = from.map((one) => `{"wa_id": "${one}"}`);
      return `{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":{"metadata":{"phone_number_id":"${up}"},"unknown":{"x": 1.50,"z":"\\u00e9"},"contacts":[${contacts}],"messages":[${messages}],"statuses":[${JSON.stringify(status('wamid.s', 'read', bob))}]}}]}]}`;
    };
    expectStatus(await hooked.post('meta', text(ann, bob, eve)), 200);
    expectStatus(await hooked.post('meta', written(up, bob)), 200);
    await delivered(hooked);
    assert.deepEqual(hooked.got(), [text(ann, eve)]);
    for (const asked of hooked.app.asked) assertSigned(asked);
  });

  it('is marked where the app wants that, and held where it wants that', async (t) => {
    for (const blocked of ['tag', 'hold'] as const) {
      const hooked = await startHooked(t);
      await hooked.connect('meta');
      const secret = await hooked.number(id, 'meta', blocked);
      await hooked.block(id, secret, bob);
      expectStatus(await hooked.post('meta', written(up, ann, bob)), 200);
      await delivered(hooked);
      const marked = hooked.app.asked.map(({ headers, body }) => [body.toString(), headers['x-gatehouse-blocked']]);
      const [anns, bobs] = [ann, bob].map((from) => JSON.stringify(written(up, from)));
      const expected = [[anns, undefined], ...(blocked === 'tag' ? [[bobs, 'true']] : [])];
      assert.deepEqual(marked.toSorted(), expected.toSorted());
      const held = await hooked.store.webhooks.held(id as PhoneNumberId, { kind: 'wa_id', waId: bob as never }, 10);
      assert.deepEqual(
        held.map(({ body }) => body),
        blocked === 'hold' ? [bobs] : [],
      );
    }
  });

  it('goes to the app of each number, and what names none to the account’s', async (t) => {
    const hooked = await startHooked(t);
    const [second, shared] = [await startProvider(t), await startProvider(t)];
    await hooked.connect('meta');
    await hooked.number(id, 'meta');
    await hooked.number(other, 'meta');
    await hooked.setApp({ kind: 'number', number: other as PhoneNumberId }, second.origin);
    await hooked.setApp(defaultOwner, shared.origin);
    const parts = [
      change(up, { messages: [message(ann)] }),
      change(knownAs(other), { messages: [message(bob)] }),
      { field: 'account_update', value: { event: 'X' } },
    ];
    expectStatus(await hooked.post('meta', payload(...parts)), 200);
    await delivered(hooked);
    const texts = [hooked.app, second, shared].map(({ asked }) => asked.map(({ body }) => body.toString()));
    assert.deepEqual(
      texts,
      parts.map((part) => [JSON.stringify(payload(part))]),
    );
  });

  it('is all of what a number’s sandbox plays', async (t) => {
    const hooked = await startHooked(t);
    const secret = await hooked.number(id, undefined);
    const { service } = hooked;
    await hooked.block(id, secret, bob);
    const wrote = await service.wrote(id, ann, { text: 'héllo', name: 'Ann', user_id: 'US.1' });
    assert.deepEqual((await service.wrote(id, bob)).json, { delivered: false, reason: 'blocked' });
    const send = (edge: string, body: object) => {
      const headers = { authorization: `Bearer ${secret}` };
      return service.call('POST', `/v25.0/${id}/${edge}`, {
        headers,
        body: { messaging_product: 'whatsapp', ...body },
      });
    };
    const ids: string[] = [];
    for (const edge of ['messages', 'marketing_messages']) {
      const sent = await send(edge, { to: `+${ann}`, type: 'text', text: { body: 'x' } });
      expectStatus(sent, 200);
      ids.push(sent.json.messages[0].id);
    }
    // Nothing becomes of a receipt, or of a call.
    expectStatus(await send('messages', { status: 'read', message_id: 'wamid.x' }), 200);
    expectStatus(await send('calls', { to: ann, action: 'connect' }), 200);
    await delivered(hooked);
    const values = hooked.got().map((text) => JSON.parse(text).entry[0].changes[0].value);
    const [written] = values.filter(({ messages }) => messages);
    assert.equal(written.messages[0].id, wrote.json.message_id);
    assert.deepEqual([written.messages[0].text.body, written.contacts[0].profile.name], ['héllo', 'Ann']);
    const told = values.flatMap(({ statuses }) => statuses ?? []);
    assert.equal(values.length, 7);
    for (const sent of ids)
      assert.deepEqual(
        told.filter((one) => one.id === sent).map((one) => [one.status, one.recipient_id]),
        ['sent', 'delivered', 'read'].map((state) => [state, ann]),
      );
  });
});

import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Bsuid, PhoneNumberId, WaId } from '../../core/ids.ts';
import { defaultAccount } from '../../core/numbers.ts';
import { messageWebhook, statusWebhook } from '../../core/sandbox.ts';
import { bodyFor, type Webhook } from '../../core/webhook.ts';
import { readWebhook } from './read.ts';

const number = {
  id: '106540352242922' as PhoneNumberId,
  waId: '15550783881' as WaId,
  account: defaultAccount,
  app: null,
};
const at = Date.parse('2026-03-01T12:00:00.123Z');
const waId = '16505551234' as WaId;
const userId = 'US.13491208655302741918' as Bsuid;

function textOf(webhook: Webhook): string {
  const all = () => true;
  return bodyFor(webhook, all, all) ?? '';
}

it('what the sandbox plays comes in the pieces that its text is taken apart into', () => {
  for (const webhook of [
    messageWebhook(number, { id: 'wamid.1', waId }, at),
    messageWebhook(number, { id: 'wamid.1', waId, sentAt: at - 86_400_001 }, at),
    messageWebhook(number, { id: 'wamid.1', waId, userId, name: 'Zoë "Z"', text: 'é\n\u2028' }, at),
    statusWebhook(number, { id: 'wamid.2', to: { input: '+1 650', user: { kind: 'wa_id', waId } } }, 'sent', at),
    statusWebhook(number, { id: 'wamid.2', to: { input: userId, user: { kind: 'user_id', userId } } }, 'read', at),
    statusWebhook(number, { id: 'wamid.2', to: { input: 'a "group"' } }, 'delivered', at),
  ])
    assert.deepEqual(webhook, readWebhook(Buffer.from(textOf(webhook))));
});

it('what the sandbox plays is what Meta posts', () => {
  assert.deepEqual(JSON.parse(textOf(messageWebhook(number, { id: 'wamid.1', waId, userId, text: 'hi' }, at))), {
    object: 'whatsapp_business_account',
    entry: [
      {
        id: '106540352242922',
        changes: [
          {
            field: 'messages',
            value: {
              messaging_product: 'whatsapp',
              metadata: { display_phone_number: '15550783881', phone_number_id: '106540352242922' },
              contacts: [{ profile: { name: waId }, wa_id: waId, user_id: userId }],
              messages: [
                {
                  from: waId,
                  from_user_id: userId,
                  id: 'wamid.1',
                  timestamp: '1772366400',
                  type: 'text',
                  text: { body: 'hi' },
                },
              ],
            },
          },
        ],
      },
    ],
  });
});

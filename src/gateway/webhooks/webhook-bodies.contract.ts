/** Webhooks as Meta posts them, for tests, and what is read from them. */
import assert from 'node:assert/strict';
import { partsOf, type Webhook, type WebhookPart } from '../../core/webhook.ts';
import { readWebhook } from './read.ts';

export function read(body: unknown): Webhook {
  return readWebhook(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)));
}

export const metadata = { display_phone_number: '+1 555-078-3881', phone_number_id: '106540352242922' };
export const change = (value: object, field = 'messages') => ({
  field,
  value: { messaging_product: 'whatsapp', metadata, ...value },
});
export const post = (...changes: unknown[]) => ({ object: 'whatsapp_business_account', entry: [{ id: '1', changes }] });

/** The one change of a POST. */
export function onlyPart(value: object, field?: string): WebhookPart {
  const [part, ...others] = partsOf(read(post(change(value, field))));
  assert.ok(part && others.length === 0);
  return part;
}

export const user = 'US.13491208655302741918';
export const message = (from: string, k = 1) => ({
  from,
  id: `wamid.${k}${from}`,
  timestamp: String(1_700_000_000 + k),
  type: 'text',
  text: { body: `message ${k}` },
});
export const contact = (waId: string) => ({ wa_id: waId, profile: { name: waId } });

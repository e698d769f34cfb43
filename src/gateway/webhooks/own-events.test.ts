import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bodyFor, itemsOf, partsOf, type WebhookItem, type WebhookPart } from '../../core/webhook.ts';
import { readWebhook } from './read.ts';

const number = '106540352242922';
const [ann, bob] = ['16505551234', '16505559876'] as const;
const read = (body: object | string) =>
  readWebhook(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)));

/** As Kapso's documents show them, with what is not looked at. */
const conversation = (phone: string, more: object = {}) => ({
  id: 'conv_123',
  phone_number: phone,
  status: 'active',
  phone_number_id: number,
  ...more,
  kapso: { contact_name: 'Ann', messages_count: 1 },
});
const inbound = (phone: string, id: string, message: object = {}) => ({
  message: {
    id,
    timestamp: '1730092801',
    type: 'text',
    text: { body: 'hello' },
    kapso: { direction: 'inbound', status: 'received', processing_status: 'pending' },
    ...message,
  },
  conversation: conversation(phone),
  is_new_conversation: true,
  phone_number_id: number,
});
const batch = (...data: readonly object[]) => ({
  type: 'whatsapp.message.received',
  batch: true,
  data,
  batch_info: {},
});

const toldOf = (body: object) =>
  partsOf(read(body)).map((part) => {
    const [item] = itemsOf(part);
    assert.ok(item);
    const { text: _, sender, ...told } = item;
    return [part.numberId, { ...told, ...(sender !== undefined && { of: part.senders[sender] }) }];
  });

describe('an event of a provider’s own', () => {
  it('is a message of whom its conversation is with', () => {
    const at = 1_730_092_801_000;
    const message = { kind: 'message', id: 'wamid.1', at };
    assert.deepEqual(toldOf(inbound('+1 (650) 555-1234', 'wamid.1')), [[number, { ...message, of: { waId: ann } }]]);
    assert.deepEqual(toldOf(inbound('+16505559876', 'wamid.1', { from: ann, from_user_id: 'US.1' })), [
      [number, { ...message, of: { waId: ann, userId: 'US.1' } }],
    ]);
    const nameless = { ...inbound('', 'wamid.1'), conversation: { business_scoped_user_id: 'US.1' } };
    assert.deepEqual(toldOf(nameless), [[number, { ...message, of: { userId: 'US.1' } }]]);
    assert.deepEqual(toldOf({ ...nameless, conversation: {} }), [[number, message]]);
  });

  it('is of nobody, and about its user, if it went the other way', () => {
    const sent = inbound('+1 650 555 1234', 'wamid.1', { from: bob, kapso: { direction: 'outbound', status: 'sent' } });
    assert.deepEqual(toldOf(sent), [[number, { kind: 'status', id: 'wamid.1 sent', about: ann }]]);
  });

  it('is like a contact if it is of a conversation alone', () => {
    assert.deepEqual(toldOf({ conversation: conversation(`+${ann}`) }), [
      [number, { kind: 'contact', of: { waId: ann } }],
    ]);
  });

  it('is cut out of several, or goes whole, and no other byte changes', () => {
    const kept = ` ${JSON.stringify(inbound(`+${bob}`, 'wamid.2')).replace('"hello"', '"\\u00e9"')}\n`;
    const text = (...data: readonly string[]) => `{"batch":true, "data":[${data.join(',')} ] ,"n":1.50}\n`;
    const cut = JSON.stringify(inbound(`+${ann}`, 'wamid.1'));
    const withoutAnn = ({ senders }: WebhookPart, { sender }: WebhookItem) => senders[sender ?? -1]?.waId !== ann;
    const left = (body: string) => bodyFor(read(body), () => true, withoutAnn);
    assert.equal(left(text(cut, kept, cut)), text(kept));
    assert.equal(left(text(kept)), text(kept));
    for (const body of [text(cut, cut), cut]) {
      assert.equal(left(body), undefined);
      assert.equal(
        bodyFor(
          read(body),
          () => true,
          () => true,
        ),
        body,
      );
    }
  });

  it('is something else if it names no number, or is neither message nor conversation', () => {
    const { phone_number_id: _, conversation: within, ...rest } = inbound(`+${ann}`, 'wamid.1');
    for (const body of [
      { ...rest, conversation: { ...within, phone_number_id: '' } },
      { phone_number_id: number, project: { id: '1' } },
      { message: 'text', conversation: [], phone_number_id: number },
      batch({ event: 1 }, { message: {} }),
      { data: 1, message: null },
    ])
      for (const part of partsOf(read(body)))
        assert.deepEqual([part.numberId, itemsOf(part), part.saysMore], [undefined, [], true]);
  });
});

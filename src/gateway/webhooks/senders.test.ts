import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KnownIds } from '../../core/user.ts';
import { itemsOf } from '../../core/webhook.ts';
import { contact, message, onlyPart, user } from './webhook-bodies.contract.ts';

/** Whose each item is, by kind. */
function senders(value: object, field?: string): [string, KnownIds | undefined][] {
  const part = onlyPart(value, field);
  return itemsOf(part).map(({ kind, sender }) => [kind, sender === undefined ? undefined : part.senders[sender]]);
}

describe('a sender', () => {
  const both = { waId: '16505551234', userId: user };

  it('has all the ids that the contact and the message have together', () => {
    for (const [contacts, messages] of [
      [[{ wa_id: '16505551234', user_id: user }], [{ from: '16505551234' }]],
      [[{ wa_id: '16505551234', user_id: user }], [{ from_user_id: user }]],
      [[{ user_id: user }], [{ from: '16505551234', from_user_id: user }]],
      [[{ wa_id: '16505551234' }], [{ from: '16505551234', from_user_id: user }]],
      [[{ wa_id: '16505551234' }, { user_id: user }], [{ from: '16505551234', from_user_id: user }]],
    ]) {
      const found = senders({ messages, contacts });
      for (const [, sender] of found) assert.deepEqual(sender, both, JSON.stringify(contacts));
    }
  });

  it('is known by a BSUID alone, also where a phone number would be', () => {
    assert.deepEqual(senders({ contacts: [{ user_id: user }], messages: [{ from: user }, { from_user_id: user }] }), [
      ['contact', { userId: user }],
      ['message', { userId: user }],
      ['message', { userId: user }],
    ]);
  });

  it('is the same one under variants of a phone number', () => {
    const part = onlyPart({
      contacts: [{ wa_id: '551187654321', user_id: user }],
      messages: [{ from: '5511987654321' }],
    });
    assert.deepEqual(part.senders, [{ waId: '551187654321', userId: user }]);
  });

  it('is another one with another BSUID, or another number', () => {
    const other = 'US.2';
    assert.deepEqual(
      senders({
        contacts: [
          { wa_id: '16505551234', user_id: user },
          { wa_id: '16505551234', user_id: other },
          { wa_id: '16505559999', user_id: other },
        ],
        messages: [{ from: '16505551234', from_user_id: other }, { from: '16505559999' }, { from: '16505550000' }],
      }),
      [
        ['contact', both],
        ['contact', { waId: '16505551234', userId: other }],
        ['contact', { waId: '16505559999', userId: other }],
        ['message', { waId: '16505551234', userId: other }],
        ['message', { waId: '16505559999', userId: other }],
        ['message', { waId: '16505550000' }],
      ],
    );
  });

  it('is the first who has an id, where several do and it stands alone', () => {
    const contacts = [
      { wa_id: '16505551234', user_id: user },
      { wa_id: '16505551234', user_id: 'US.2' },
      { wa_id: '16505559999', user_id: user },
    ];
    const messages = [{ from: '16505551234' }, { from_user_id: user }];
    const [, , , byPhone, byUserId] = senders({ contacts, messages });
    assert.deepEqual(
      [byPhone, byUserId],
      [
        ['message', both],
        ['message', both],
      ],
    );
  });

  it('is nobody where the ids are none', () => {
    const messages = [{}, null, 7, 'text', [], { from: 'me' }, { from: 'US.ENT.1' }, { from: null }, { from: {} }];
    for (const [, sender] of senders({ messages })) assert.equal(sender, undefined);
  });

  it('is nobody where the business itself writes or calls', () => {
    const own = ['15550783881', '+1 (555) 078-3881', '106540352242922'];
    const messages = own.map((from) => ({ from, to: '16505551234', id: 'wamid.1' }));
    for (const [, sender] of senders({ messages, calls: messages })) assert.equal(sender, undefined);
    for (const field of ['smb_message_echoes', 'message_echoes']) {
      const [from] = [message('16505551234')];
      const value = { contacts: [contact('16505551234')], messages: [from], message_echoes: [from] };
      for (const [, sender] of senders(value, field)) assert.equal(sender, undefined, field);
    }
  });

  it('is nobody of echoes, which have ids as messages do', () => {
    const part = onlyPart(
      { message_echoes: [{ from: '15550783881', to: '16505551234', id: 'wamid.1' }] },
      'smb_message_echoes',
    );
    assert.deepEqual(
      itemsOf(part).map(({ text: _, ...item }) => item),
      [{ kind: 'message', id: 'wamid.1', about: '16505551234' }],
    );
    assert.equal(part.saysMore, false);
  });
});

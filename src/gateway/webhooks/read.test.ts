import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Refusal } from '../../core/errors.ts';
import type { KnownIds } from '../../core/user.ts';
import { bodyFor, itemsOf, partsOf, type WebhookItem, type WebhookPart } from '../../core/webhook.ts';
import { readWebhook } from './read.ts';

const all = () => true;
const read = (body: unknown) => readWebhook(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)));
const whole = (text: string) => bodyFor(read(text), all, all);

const metadata = { display_phone_number: '+1 555-078-3881', phone_number_id: '106540352242922' };
const change = (value: object, field = 'messages') => ({
  field,
  value: { messaging_product: 'whatsapp', metadata, ...value },
});
const post = (...changes: unknown[]) => ({ object: 'whatsapp_business_account', entry: [{ id: '1', changes }] });

/** The one change of a POST. */
function onlyPart(value: object, field?: string): WebhookPart {
  const [part, ...others] = partsOf(read(post(change(value, field))));
  assert.ok(part && others.length === 0);
  return part;
}

/** Whose each item is, by kind. */
const sendersOf = (part: WebhookPart) =>
  itemsOf(part).map(({ kind, sender }): [string, KnownIds | undefined] => [
    kind,
    sender === undefined ? undefined : part.senders[sender],
  ]);

function refusalOf(body: string | Uint8Array): string {
  try {
    readWebhook(typeof body === 'string' ? Buffer.from(body) : body);
  } catch (error) {
    if (error instanceof Refusal && error.reason.kind === 'invalid_body') return error.reason.detail;
    throw error;
  }
  return 'none';
}

const user = 'US.13491208655302741918';
const message = (from: string, k = 1) => ({
  from,
  id: `wamid.${k}${from}`,
  timestamp: String(1_700_000_000 + k),
  type: 'text',
  text: { body: `message ${k}` },
});
const contact = (waId: string) => ({ wa_id: waId, profile: { name: waId } });

describe('a message', () => {
  it('has its sender, id and time', () => {
    const part = onlyPart({ contacts: [contact('16505551234')], messages: [message('16505551234')] });
    assert.equal(part.numberId, '106540352242922');
    assert.deepEqual(part.senders, [{ waId: '16505551234' }]);
    assert.deepEqual(
      itemsOf(part).map(({ text: _, ...item }) => item),
      [
        { kind: 'contact', sender: 0 },
        { kind: 'message', sender: 0, id: 'wamid.116505551234', at: 1_700_000_001_000 },
      ],
    );
  });

  it('is of whom from names, in a group, a reaction and a notice of the system too', () => {
    const part = onlyPart({
      messages: [
        { ...message('16505551234'), group_id: 'Y2FwaV9ncm91cDo' },
        { from: '16505551234', id: 'wamid.2', type: 'reaction', reaction: { message_id: 'wamid.0', emoji: '👍' } },
        {
          from: '16505551234',
          id: 'wamid.3',
          type: 'system',
          system: { type: 'user_changed_number', wa_id: '16505559999' },
        },
      ],
    });
    assert.deepEqual(part.senders, [{ waId: '16505551234' }]);
    assert.deepEqual(
      itemsOf(part).map(({ sender }) => sender),
      [0, 0, 0],
    );
  });

  for (const [what, timestamp, at] of [
    ['text', '1700000000', 1_700_000_000_000],
    ['a number', 1_700_000_000, 1_700_000_000_000],
    ['a fraction', '1700000000.5', undefined],
    ['no time', 'yesterday', undefined],
    ['negative', '-1', undefined],
    ['too long', '1'.repeat(12), undefined],
    ['an object', {}, undefined],
  ] as const) {
    it(`has a time that is ${what}`, () => {
      const [item] = itemsOf(onlyPart({ messages: [{ from: '16505551234', timestamp }] }));
      assert.equal(item?.at, at);
    });
  }

  it('without an id that could be one has none', () => {
    const ids = ['', null, {}, ['wamid.1'], 'x'.repeat(1001)];
    for (const item of itemsOf(onlyPart({ messages: ids.map((id) => ({ id })) }))) assert.equal(item.id, undefined);
  });
});

describe('a sender', () => {
  const senders = (value: object, field?: string) => sendersOf(onlyPart(value, field));
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

describe('a status', () => {
  it('is nobody’s, and told by its id and status, and in a group by whose it is', () => {
    const group = { id: 'wamid.2', status: 'read', recipient_id: 'Y2FwaV9ncm91cDo', recipient_type: 'group' };
    const part = onlyPart({
      statuses: [
        { id: 'wamid.1', status: 'sent', timestamp: '1700000000', recipient_id: '16505551234' },
        { id: 'wamid.1', status: 'read', timestamp: '1700000000', recipient_id: '16505551234' },
        { ...group, recipient_participant_id: '16505551234' },
        { ...group, recipient_participant_user_id: user },
        { id: 'wamid.3', recipient_id: '', recipient_user_id: user },
        { status: 'sent' },
      ],
    });
    const of = '16505551234';
    assert.deepEqual(
      itemsOf(part).map(({ about }) => about),
      [of, of, group.recipient_id, group.recipient_id, user, undefined],
    );
    assert.deepEqual(
      itemsOf(part).map(({ kind, sender, id }) => [kind, sender, id]),
      ['wamid.1 sent', 'wamid.1 read', 'wamid.2 read 16505551234', `wamid.2 read ${user}`, 'wamid.3', undefined].map(
        (id) => ['status', undefined, id],
      ),
    );
  });
});

describe('a call', () => {
  it('is of who calls, and told by its id and event', () => {
    const call = { id: 'wacid.1', from: '16505551234', from_user_id: user, to: '15550783881', timestamp: '1700000000' };
    const part = onlyPart(
      {
        calls: [
          { ...call, event: 'connect' },
          { ...call, event: 'terminate' },
        ],
      },
      'calls',
    );
    assert.deepEqual(
      itemsOf(part).map(({ text: _, ...item }) => item),
      ['wacid.1 connect', 'wacid.1 terminate'].map((id) => ({ kind: 'call', sender: 0, id, at: 1_700_000_000_000 })),
    );
    assert.deepEqual(part.senders, [{ waId: '16505551234', userId: user }]);
  });
});

describe('a change', () => {
  it('names its number, wherever that stands, or none', () => {
    const numbers = (value: object) =>
      partsOf(read(post({ field: 'messages', value }))).map(({ numberId }) => numberId);
    assert.deepEqual(numbers({ messages: [message('16505551234')], metadata }), ['106540352242922']);
    assert.deepEqual(numbers({ metadata, event: 'unknown' }), ['106540352242922']);
    assert.deepEqual(numbers({ messages: [message('16505551234')] }), [undefined]);
    for (const other of ['', '0', 'x', '1 ', '9'.repeat(33), null, {}, ['1']]) {
      assert.deepEqual(numbers({ metadata: { phone_number_id: other } }), [undefined], JSON.stringify(other));
    }
  });

  it('says more if it has an error, or anything that nobody knows', () => {
    const messages = [message('16505551234')];
    assert.equal(onlyPart({ messages }).saysMore, false);
    assert.equal(onlyPart({ messages, statuses: [] }).saysMore, false);
    assert.equal(onlyPart({ messages, errors: [{ code: 1 }] }).saysMore, true);
    assert.equal(onlyPart({ messages, unknown: 1 }).saysMore, true);
    assert.equal(onlyPart({ messages, statuses: null }).saysMore, true);
    assert.equal(onlyPart({ event: 'APPROVED' }).saysMore, true);
  });
});

describe('what is no payload of Meta', () => {
  const others = [
    { message: { id: 'wamid.1', from: '16505551234' } },
    { type: 'whatsapp.message.received', batch: true, data: [{ message: { id: 'wamid.1' } }] },
    { entry: [] },
    { entry: {} },
    { entry: null },
    { messages: [message('16505551234')] },
    [post()],
    [],
    {},
    'text',
    1,
    null,
  ];
  for (const body of others) {
    const text = ` ${JSON.stringify(body)}\n`;
    it(`is one part as it is: ${text.trim().slice(0, 60)}`, () => {
      const parts = partsOf(read(text));
      assert.deepEqual(parts, [{ before: '', elements: [text], after: '', senders: [], saysMore: true }]);
      assert.equal(whole(text), text);
    });
  }

  it('is a part of its own within what is', () => {
    const entries = [
      { id: '1', changes: [] },
      { messaging: [1] },
      null,
      { changes: [7, {}, { value: 1 }, change({})] },
    ];
    const text = JSON.stringify({ entry: entries });
    const parts = partsOf(read(text));
    assert.deepEqual(
      parts.map(({ elements, numberId }) => [elements, numberId]),
      [
        ['{"id":"1","changes":[]}', undefined],
        ['{"messaging":[1]}', undefined],
        ['null', undefined],
        ['7', undefined],
        ['{}', undefined],
        ['{"value":1}', undefined],
        [JSON.stringify(change({})), '106540352242922'],
      ].map(([part, numberId]) => [[part], numberId]),
    );
    assert.equal(whole(text), text);
  });
});

describe('a body is refused', () => {
  it('that is not UTF-8', () => {
    const text = JSON.stringify(post(change({ messages: [message('16505551234')] })));
    for (const bytes of [[0xff], [0xed, 0xa0, 0x80], [0xc0, 0xaf], [0xf0, 0x9f]]) {
      const body = Buffer.concat([Buffer.from(text.slice(0, -1)), Buffer.from(bytes)]);
      assert.equal(refusalOf(body), 'The body is not valid UTF-8.');
    }
  });

  it('that is not JSON', () => {
    for (const text of ['', '{"entry":[{"changes":[{}]}', 'object=whatsapp', '\ufeff\ufeff{}']) {
      assert.equal(refusalOf(text), 'The body is not valid JSON.');
    }
  });

  it('in which something means two things', () => {
    const twice = (name: string) => `The body has a member twice in one object: ${name}.`;
    const inValue = (members: string) => `{"entry":[{"changes":[{"value":{${members}}}]}]}`;
    assert.equal(refusalOf('{"entry":[],"entry":[]}'), twice('entry'));
    assert.equal(refusalOf('{"entry":[{"changes":[],"changes":[]}]}'), twice('changes'));
    assert.equal(refusalOf(inValue('"messages":[],"messages":[]')), twice('messages'));
    assert.equal(refusalOf(inValue('"messages":[{"from":"1","\\u0066rom":"2"}]')), twice('from'));
    assert.equal(
      refusalOf(inValue('"metadata":{"phone_number_id":"1","phone_number_id":"2"}')),
      twice('phone_number_id'),
    );
    assert.equal(refusalOf(inValue('"unknown":1,"unknown":2,"messages":[{"type":1,"type":2}]')), 'none');
  });
});

describe('what is kept', () => {
  const without =
    (waId: string) =>
    (part: WebhookPart, { sender }: WebhookItem) =>
      sender === undefined || part.senders[sender]?.waId !== waId;

  it('keeps every byte: blanks, escapes, forms of numbers, surrogates, a byte order mark', () => {
    const text = [
      '\ufeff \r\n{ "object" :\t"x","\\u0065ntry": [ {"changes" :[ {"value":{ "__proto__":{"x": 1.50},"y":1e2, ',
      '"messages" : [ {"from":"16505551234" ,"text":"\\u00e9é\\ud800\\ud83d\\ude00😀\\/\u2028\u007f"} , {"n":-0.0E+5} ] ',
      ',"z":12345678901234567890 } } , {"b":1}\n] } ] , "last":[ ] } \n',
    ].join('');
    assert.deepEqual(Buffer.from(whole(text) ?? ''), Buffer.from(text));
  });

  it('has its own blanks and no others when a sender is cut', () => {
    const [a, b, c] = ['16505550001', '16505550002', '16505550003'] as const;
    const body = (contacts: string, messages: string) =>
      `{ "entry": [ { "changes": [ { "value": { "contacts" : [${contacts} ] , "n": 1.50,\n"messages":[${messages}\n]} } ] } ] }`;
    const who = (waId: string) => ` {"wa_id": "${waId}"}`;
    const wrote = (waId: string) => `\n  {"from": "${waId}"}`;
    const webhook = read(body(`${who(a)} ,${who(b)},${who(c)}`, `${wrote(a)},${wrote(b)},${wrote(c)}`));
    const left = (waId: string) => bodyFor(webhook, all, without(waId));
    assert.equal(left(a), body(`${who(b)},${who(c)}`, `${wrote(b)},${wrote(c)}`));
    assert.equal(left(b), body(`${who(a)} ,${who(c)}`, `${wrote(a)},${wrote(c)}`));
    assert.equal(left(c), body(`${who(a)} ,${who(b)}`, `${wrote(a)},${wrote(b)}`));
  });

  it('is the rest of the POST when one of three senders is cut', () => {
    const [a, b, c] = ['16810000001', '16810000002', '16810000003'] as const;
    const json = JSON.stringify;
    const body = (...froms: string[]) =>
      `{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":{"messaging_product":"whatsapp","metadata":${json(metadata)},"unknown":{"x": 1.50, "y":1e2,"z":"\\u00e9"},"contacts":[${froms.map((from) => json(contact(from)))}],"messages":[${froms.map((from) => json(message(from)))}],"statuses":[{"id":"wamid.s${b}","status":"read","timestamp":"1700000000","recipient_id":"${b}"}]}}]}]}`;
    assert.equal(bodyFor(read(body(a, b, c)), all, without(b)), body(a, c));
    assert.equal(bodyFor(read(body(a, b, c)), all, without(a)), body(b, c));
  });

  it('is nothing when all that was said is cut', () => {
    const said = change({
      contacts: [contact('16505551234')],
      messages: [message('16505551234'), message('16505551234', 2)],
    });
    assert.equal(bodyFor(read(post(said)), all, without('16505551234')), undefined);
    assert.equal(
      bodyFor(read(post(said, change({ errors: [] }))), all, without('16505551234')),
      JSON.stringify(post(change({ errors: [] }))),
    );
    const called = change(
      { contacts: [contact('16505551234')], calls: [{ id: 'wacid.1', from: '16505551234' }] },
      'calls',
    );
    assert.equal(bodyFor(read(post(called)), all, without('16505551234')), undefined);
  });

  it('is what concerns one number, of a POST for several', () => {
    const of = (id: string) => ({
      field: 'messages',
      value: { metadata: { ...metadata, phone_number_id: id }, messages: [message('16505551234')] },
    });
    const webhook = read({
      entry: [
        { id: 'a', changes: [of('1'), of('2'), of('1')] },
        { id: 'b', changes: [of('2')] },
      ],
    });
    const bodyOf = (id: string) => bodyFor(webhook, ({ numberId }) => numberId === id, all);
    assert.equal(bodyOf('1'), JSON.stringify({ entry: [{ id: 'a', changes: [of('1'), of('1')] }] }));
    assert.equal(
      bodyOf('2'),
      JSON.stringify({
        entry: [
          { id: 'a', changes: [of('2')] },
          { id: 'b', changes: [of('2')] },
        ],
      }),
    );
    assert.equal(bodyOf('3'), undefined);
  });

  it('is the same after a way to another thread', () => {
    const text = JSON.stringify(
      post(change({ contacts: [contact('16505551234')], messages: [message('16505551234')] })),
    );
    const webhook = read(text);
    assert.deepEqual(structuredClone(webhook), webhook);
    assert.equal(bodyFor(structuredClone(webhook), all, all), text);
  });
});

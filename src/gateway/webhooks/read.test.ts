import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Refusal } from '../../core/errors.ts';
import { bodyFor, itemsOf, partsOf } from '../../core/webhook.ts';
import { readWebhook } from './read.ts';
import { change, contact, message, metadata, onlyPart, post, read, user } from './webhook-bodies.contract.ts';

function refusalOf(body: string | Uint8Array): string {
  try {
    readWebhook(typeof body === 'string' ? Buffer.from(body) : body);
  } catch (error) {
    if (error instanceof Refusal && error.reason.kind === 'invalid_body') return error.reason.detail;
    throw error;
  }
  return 'none';
}

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

const all = () => true;
const whole = (text: string) => bodyFor(read(text), all, all);

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

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Refusal } from '../../core/errors.ts';
import { bodyFor, itemsOf, partsOf, type WebhookItem, type WebhookPart } from '../../core/webhook.ts';
import { readWebhook } from './read.ts';
import { change, contact, message, metadata, post, read } from './webhook-bodies.contract.ts';
import { leftOf, type Members } from './webhook-cut.contract.ts';
import { type Writer, webhook, write, writers } from './webhook-text.contract.ts';

const all = () => true;
const whole = (text: string) => bodyFor(read(text), all, all);

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

/** Dice that fall the same way for the same seed. */
function diceOf(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

const isOf =
  (blocked: readonly Writer[]) =>
  (part: WebhookPart, { sender }: WebhookItem) => {
    const ids = sender === undefined ? undefined : part.senders[sender];
    return blocked.some(({ waId, userId }) => ids?.waId === waId || ids?.userId === userId);
  };

const seed = fc.nat(2 ** 31);

describe('whatever the webhook', () => {
  it('is the same bytes with everything kept', () => {
    fc.assert(
      fc.property(webhook, seed, (post, start) => {
        const text = write(post, diceOf(start));
        assert.equal(bodyFor(read(text), all, all), text);
      }),
      { numRuns: 400 },
    );
  });

  it('is what the rest of its value is, in the bytes as they came, when senders are cut', () => {
    const some = fc.subarray([...writers]);
    fc.assert(
      fc.property(webhook, seed, some, fc.constantFrom(undefined, '1', '2'), (post, start, blocked, numberId) => {
        const text = write(post, diceOf(start));
        const parsed = JSON.parse(text) as Members;
        const keep = (of: unknown) => numberId === undefined || of === numberId;
        const isCut = isOf(blocked);
        const left = bodyFor(
          read(text),
          (part) => keep(part.numberId),
          (part, item) => !isCut(part, item),
        );
        const expected = leftOf(parsed, blocked, keep);
        assert.equal(left && JSON.stringify(JSON.parse(left)), expected && JSON.stringify(expected));
        // Every literal that is left was in the text in these bytes.
        for (const [found] of left?.matchAll(/"(?:\\.|[^"\\])*"|[-\d][\d.eE+-]*/g) ?? [])
          assert.ok(text.includes(found));
      }),
      { numRuns: 1000 },
    );
  });

  it('has the items that are left of each change in their order and with their blanks', () => {
    fc.assert(
      fc.property(webhook, seed, fc.subarray([...writers]), (post, start, blocked) => {
        const isCut = isOf(blocked);
        const found = read(write(post, diceOf(start)));
        for (const one of partsOf(found)) {
          const left = bodyFor(
            found,
            (part) => part === one,
            (part, item) => !isCut(part, item),
          );
          if (left === undefined) continue;
          let from = 0;
          for (const { text } of itemsOf(one).filter((item) => !isCut(one, item))) {
            const at = left.indexOf(text, from);
            assert.ok(at >= 0, text);
            from = at + text.length;
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('is a refusal if it is garbage, and nothing worse', () => {
    const garbage = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.tuple(webhook, seed, fc.nat(), fc.uint8Array({ maxLength: 3 })).map(([post, start, at, bytes]) => {
        const body = Buffer.from(write(post, diceOf(start)));
        const place = at % (body.length + 1);
        return Buffer.concat([body.subarray(0, place), bytes, body.subarray(place + bytes.length)]);
      }),
    );
    fc.assert(
      fc.property(garbage, (body) => {
        try {
          const left = bodyFor(readWebhook(body), all, all);
          assert.deepEqual(Buffer.from(left ?? ''), Buffer.from(body));
        } catch (error) {
          assert.ok(error instanceof Refusal && error.reason.kind === 'invalid_body', String(error));
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a body of 3 MiB', () => {
  const size = 3 * 1024 * 1024;
  const around = (inner: string) => `{"entry":[{"changes":[{"value":{"messages":[${inner}]}}]}]}`;
  const item = (k: number) =>
    `{"from":"${16_500_000_000 + k}","id":"wamid.${k}","text":{"body":"${'hello '.repeat(20)}"}}`;

  it('is read, and put together without every other sender', () => {
    const texts = Array.from({ length: size / item(0).length }, (_, k) => item(k));
    const text = around(texts.join(','));
    const found = read(text);
    assert.equal(bodyFor(found, all, all), text);
    assert.equal(
      bodyFor(found, all, (_part, { sender = 0 }) => sender % 2 === 0),
      around(texts.filter((_, k) => k % 2 === 0).join(',')),
    );
  });

  for (const [what, inner] of Object.entries({
    blanks: ' '.repeat(size),
    lines: '\r\n'.repeat(size / 2),
    escapes: `"${'\\u00e9'.repeat(size / 6)}"`,
    quotes: `"${'\\"'.repeat(size / 2)}"`,
    digits: '1'.repeat(size),
  })) {
    it(`is read though it is all ${what}`, () => {
      const text = around(inner);
      assert.equal(bodyFor(read(text), all, all), text);
    });
  }

  for (const [what, inner] of Object.entries({
    'empty objects': `${'{},'.repeat(size / 3)}{}`,
    'changes of a character': `${'1,'.repeat(size / 2)}1`,
    'open brackets': '['.repeat(size),
    'open strings': '"'.repeat(size + 1),
    commas: ','.repeat(size),
    backslashes: `"${'\\'.repeat(size + 1)}"`,
  })) {
    it(`is refused if it is all ${what}`, () => {
      assert.throws(
        () => read(around(inner)),
        (error) => error instanceof Refusal && error.reason.kind === 'invalid_body',
      );
    });
  }
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Refusal } from '../../core/errors.ts';
import { bodyFor, itemsOf, partsOf, type WebhookItem, type WebhookPart } from '../../core/webhook.ts';
import { readWebhook } from './read.ts';
import { type Value, type Writer, webhook, write, writerOf, writers } from './webhook-text.contract.ts';

const all = () => true;
const read = (text: string) => readWebhook(Buffer.from(text));

/** Dice that fall the same way for the same seed. */
function diceOf(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

type Members = { readonly [name: string]: Value };
const isObject = (value: Value | undefined): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const idNames: Readonly<Record<string, readonly [string, string]>> = {
  contacts: ['wa_id', 'user_id'],
  messages: ['from', 'from_user_id'],
  calls: ['from', 'from_user_id'],
};
const listNames = [...Object.keys(idNames), 'statuses'];
const knownNames = [...listNames, 'messaging_product', 'metadata'];

/** What a cut leaves of the parsed POST, reckoned on values. */
function leftOf(post: Members, blocked: readonly Writer[], keep: (numberId: Value | undefined) => boolean): unknown {
  const entries = post['entry'] as readonly Value[];
  if (entries.length === 0) return keep(undefined) ? post : undefined;
  const left = entries.map((entry) => leftOfEntry(entry, blocked, keep)).filter((entry) => entry !== undefined);
  return left.length === 0 ? undefined : { ...post, entry: left };
}

function leftOfEntry(entry: Value, blocked: readonly Writer[], keep: (numberId: Value | undefined) => boolean) {
  const changes = isObject(entry) ? (entry['changes'] as readonly Value[]) : [];
  if (!isObject(entry) || changes.length === 0) return keep(undefined) ? entry : undefined;
  const left = changes.map((change) => leftOfChange(change, blocked, keep)).filter((change) => change !== undefined);
  return left.length === 0 ? undefined : { ...entry, changes: left };
}

function leftOfChange(change: Value, blocked: readonly Writer[], keep: (numberId: Value | undefined) => boolean) {
  const value = isObject(change) ? (change['value'] as Members) : undefined;
  const metadata = value?.['metadata'] as Members | undefined;
  if (!keep(metadata?.['phone_number_id'])) return undefined;
  if (!isObject(change) || !value) return change;
  let cut = 0;
  const left: [string, Value][] = [];
  for (const [name, member] of Object.entries(value)) {
    const names = idNames[name];
    const elements = member as readonly Value[];
    const kept = names && elements.filter((item) => !blocked.includes(writerOf(item, names) as Writer));
    cut += kept ? elements.length - kept.length : 0;
    if (!kept || kept.length > 0 || elements.length === 0) left.push([name, kept ?? member]);
  }
  const rest = Object.fromEntries(left);
  const count = (of: Members, names: readonly string[]) =>
    names.reduce((sum, name) => sum + ((of[name] as readonly Value[] | undefined)?.length ?? 0), 0);
  const told = listNames.filter((name) => name !== 'contacts');
  const counting = count(value, told) > 0 ? told : ['contacts'];
  const saysMore = Object.keys(value).some((name) => !knownNames.includes(name));
  return cut > 0 && !saysMore && count(rest, counting) === 0 ? undefined : { ...change, value: rest };
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

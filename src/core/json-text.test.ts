import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from './errors.ts';
import { parseJsonText } from './json-text.ts';

function parse(text: string | Uint8Array): unknown {
  return parseJsonText(typeof text === 'string' ? Buffer.from(text) : text);
}

function assertRefused(text: string | Uint8Array, detail: RegExp): void {
  assert.throws(
    () => parse(text),
    (error) => error instanceof Refusal && error.reason.kind === 'invalid_body' && detail.test(error.reason.detail),
  );
}

test('JSON is read as it is, with or without a byte order mark', () => {
  assert.deepEqual(parse('{"a":[1,"é",null,{"b":true}]}'), { a: [1, 'é', null, { b: true }] });
  assert.deepEqual(parse('\uFEFF{"a":1}'), { a: 1 });
  assert.equal(parse('"text"'), 'text');
  assert.equal(parse('null'), null);
});

test('what is not JSON is refused without quoting it', () => {
  for (const text of ['', ' ', '{', '{"a":1,}', 'nope', '{"a":01}', '{"a":"\u0000"}', '[1] [2]', "{'a':1}"]) {
    assertRefused(text, /^The body is not valid JSON\.$/);
  }
});

test('bytes that are not UTF-8 are refused', () => {
  assertRefused(Buffer.from([0x22, 0xff, 0x22]), /UTF-8/);
  assertRefused(Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), /UTF-8/);
  assertRefused(Buffer.from([0x22, 0xc0, 0xaf, 0x22]), /UTF-8/);
});

test('keys that could reach a prototype are refused, in whatever writing and depth', () => {
  assertRefused('{"__proto__":{}}', /__proto__/);
  assertRefused('{"a":[{"\\u005f_proto__":1}]}', /__proto__/);
  assertRefused('{"constructor":{"prototype":{}}}', /constructor/);
  assert.deepEqual(parse('{"constructor":"Acme","proto":1}'), { constructor: 'Acme', proto: 1 });
});

test('32 levels are read and 33 are refused, as is what would exhaust the stack', () => {
  const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
  assert.ok(Array.isArray(parse(nested(32))));
  assertRefused(nested(33), /deeper than 32/);
  assertRefused(nested(500_000), /deeper than 32/);
  assertRefused(`${'{"a":'.repeat(33)}1${'}'.repeat(33)}`, /deeper than 32/);
});

test('a string of 64 KiB is read and a longer one is refused, as a value or a key', () => {
  const longest = 'x'.repeat(65_536);
  assert.deepEqual(parse(JSON.stringify({ a: [longest] })), { a: [longest] });
  assertRefused(JSON.stringify({ a: [`${longest}x`] }), /longer than 65536/);
  assertRefused(JSON.stringify({ [`${longest}x`]: 1 }), /longer than 65536/);
});

test('100,000 values are read and more are refused before anything is made of them', () => {
  const values = (count: number) => `[${'1,'.repeat(count - 2)}1]`;
  assert.ok(Array.isArray(parse(values(100_000))));
  assertRefused(values(100_002), /more than 100000 values/);
  assertRefused(`[${'[],'.repeat(100_000)}[]]`, /more than 100000 values/);
  // Commas and brackets inside a string are text.
  assert.equal(parse(JSON.stringify(',[{'.repeat(20_000))), ',[{'.repeat(20_000));
  assert.equal(parse('"\\"[[[,,,"'), '"[[[,,,');
});

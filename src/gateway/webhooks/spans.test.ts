import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Refusal } from '../../core/errors.ts';
import { findSpans, type Shape, type Span } from './spans.ts';

const literal: Shape = {};
const list = (elements: Shape): Shape => ({ elements });
const object = (members: Record<string, Shape>): Shape => ({ members: new Map(Object.entries(members)) });

const textOf = (text: string, { from, to }: { from: number; to: number }) => text.slice(from, to);

function refusalOf(text: string, shape: Shape = literal): string | undefined {
  try {
    findSpans(text, shape);
    return undefined;
  } catch (error) {
    if (!(error instanceof Refusal) || error.reason.kind !== 'invalid_body') throw error;
    return error.reason.detail;
  }
}

describe('the spans of a text', () => {
  it('reach from comma to comma, and end where the last value does', () => {
    const text = ' { "a" : [ 1 , {"x":2}\n,"é😀" ] , "b":3, "c" : "\\u00e9"  } ';
    const root = findSpans(text, object({ a: list(literal), c: literal }));
    const [a, c] = [...(root.members?.values() ?? [])] as [Span, Span];
    assert.equal(textOf(text, root), text);
    assert.equal(textOf(text, root.inside!), ' "a" : [ 1 , {"x":2}\n,"é😀" ] , "b":3, "c" : "\\u00e9"');
    assert.equal(textOf(text, a), ' "a" : [ 1 , {"x":2}\n,"é😀" ] ');
    assert.equal(textOf(text, c), ' "c" : "\\u00e9"');
    assert.equal(textOf(text, a.inside!), ' 1 , {"x":2}\n,"é😀"');
    assert.deepEqual(
      a.elements?.map((span) => textOf(text, span)),
      [' 1 ', ' {"x":2}\n', '"é😀"'],
    );
    assert.deepEqual(
      a.elements?.map((span) => span.literal),
      [1, undefined, 'é😀'],
    );
    assert.equal(c.literal, 'é');
    assert.equal(root.hasOthers, true);
  });

  it('are found within those that hold them, whatever is beside them', () => {
    const text = '{"x":{"a":[0]},"a":[[{"a":[1],"b":true}],{"a":null,"c":{"a":[2]}}],"y":[{"a":[3]}]}';
    const root = findSpans(text, object({ a: list(object({ a: list(literal), b: literal })) }));
    const [first, second] = root.members?.get('a')?.elements ?? [];
    assert.equal(first?.members, undefined, 'an array is no object');
    assert.deepEqual([...(second?.members?.keys() ?? [])], ['a']);
    assert.equal(second?.members?.get('a')?.literal, null);
    assert.equal(second?.hasOthers, true);
  });

  it('are none of a value in another form', () => {
    for (const text of ['{}', '[]', '1', '"a"', 'null', '[{"a":1}]', '{"a":{"b":1}}', '{"a":7}']) {
      const root = findSpans(text, object({ a: list(literal) }));
      assert.equal(root.members?.get('a')?.elements, undefined, text);
      assert.equal(root.elements, undefined, text);
    }
  });

  it('are found under any writing of a name', () => {
    const root = findSpans('{"\\u0061":1,"__proto__":{"b":2},"constructor":3}', object({ a: literal, b: literal }));
    assert.equal(root.members?.get('a')?.literal, 1);
    assert.equal(root.members?.has('b'), false);
    assert.equal(({} as { b?: unknown }).b, undefined);
  });
});

describe('a text is refused', () => {
  const broken = [
    '',
    ' ',
    '{',
    '[1,]',
    '{"a":1,}',
    '[1 2]',
    '{"a" 1}',
    '{a:1}',
    "{'a':1}",
    '[01]',
    '[1.]',
    '[.5]',
    '[+1]',
  ];
  const odd = [
    '[1]//',
    '/**/[1]',
    '[1] [2]',
    '["\n"]',
    '["\u0000"]',
    '["\\x"]',
    '["\\u12g4"]',
    '[NaN]',
    '[-]',
    '\ufeff[]',
  ];
  for (const text of [
    ...broken,
    ...odd,
    '[1e]',
    '[tru]',
    '[True]',
    '[,1]',
    '[1,,2]',
    '{"a":}',
    '{,}',
    ']',
    '["',
    '[1}',
  ]) {
    it(`that is not JSON: ${JSON.stringify(text)}`, () => {
      assert.throws(() => JSON.parse(text));
      assert.equal(refusalOf(text), 'The body is not valid JSON.');
    });
  }

  it('in which a member that is looked at comes twice', () => {
    const shape = object({ a: list(object({ b: literal })) });
    assert.equal(refusalOf('{"a":[],"a":[]}', shape), 'The body has a member twice in one object: a.');
    assert.equal(refusalOf('{"a":[{"b":1,"\\u0062":1}]}', shape), 'The body has a member twice in one object: b.');
    assert.equal(refusalOf('{"x":1,"x":2,"a":[{"b":1},{"b":2,"a":1,"a":2}]}', shape), undefined);
  });

  it('that is nested deeper than 64 levels, wherever', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
    const detail = 'The body is nested deeper than 64 levels.';
    assert.equal(refusalOf(nested(64)), undefined);
    assert.equal(refusalOf(nested(65)), detail);
    assert.equal(refusalOf('['.repeat(1_000_000)), detail);
    assert.equal(refusalOf('{"a":'.repeat(500_000)), detail);
    assert.equal(refusalOf(`{"a":[${nested(62)}]}`, object({ a: list(literal) })), undefined);
    assert.equal(refusalOf(`{"a":[${nested(63)}]}`, object({ a: list(literal) })), detail);
  });

  it('that has more than 250,000 values', () => {
    const many = (count: number, value: string) => `[${`${value},`.repeat(count - 2)}${value}]`;
    assert.equal(refusalOf(many(250_000, '1')), undefined);
    assert.equal(refusalOf(many(250_001, '1')), 'The body has more than 250000 values.');
    assert.equal(refusalOf(many(250_001, '{}'), list(object({}))), 'The body has more than 250000 values.');
  });
});

/** Texts that are JSON, or nearly. */
const nearlyJson = fc.oneof(
  fc.json(),
  fc.string({ unit: fc.constantFrom(...'{}[],:"\\/*-+.eEu01ntrfals \n\t\r\u0000é\ufeff\u2028'), maxLength: 30 }),
  fc.tuple(fc.json(), fc.nat(), fc.constantFrom(...'{}[],:"\\/-.0e \n')).map(([json, at, character]) => {
    const place = at % (json.length + 1);
    return `${json.slice(0, place)}${character}${json.slice(place + 1)}`;
  }),
);

describe('whatever the text', () => {
  it('is JSON here exactly if it is elsewhere', () => {
    const shapes = fc.constantFrom(literal, list(list(literal)), list(object({ '': literal })));
    fc.assert(
      fc.property(nearlyJson, shapes, (text, shape) => {
        let isJson = true;
        try {
          JSON.parse(text);
        } catch {
          isJson = false;
        }
        const refusal = refusalOf(text, shape);
        if (refusal?.includes('twice')) return;
        assert.equal(refusal, isJson ? undefined : 'The body is not valid JSON.');
      }),
      { numRuns: 3000 },
    );
  });
});

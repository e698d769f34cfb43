import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { keepMembers, membersOf } from './json-members.ts';

const namesOf = (text: string) => membersOf(Buffer.from(text))?.map(({ name }) => name);

function without(text: string, ...names: readonly string[]): string {
  const bytes = Buffer.from(text);
  return Buffer.from(keepMembers(bytes, membersOf(bytes) ?? [], ({ name }) => !names.includes(name))).toString();
}

describe('membersOf', () => {
  it('finds the members of the outermost object, by their real names', () => {
    assert.deepEqual(namesOf('{"a":1,"b" : {"c":[{"d":"}"}]}, "\\u0065":"\\"","f":[],"g":true}'), [
      'a',
      'b',
      'e',
      'f',
      'g',
    ]);
    assert.deepEqual(namesOf(' {\n} '), []);
    assert.deepEqual(namesOf('\ufeff{"a":null}'), ['a']);
  });

  it('finds none in what is no object', () => {
    for (const text of ['[{"a":1}]', '"a"', '1', '', '  ']) assert.deepEqual(namesOf(text), []);
  });

  it('gives up what is broken', () => {
    for (const text of [
      '{',
      '{"a"',
      '{"a":',
      '{"a":1',
      '{"a":1,',
      '{"a":}',
      '{"a" 1}',
      '{a:1}',
      '{"a":1}x',
      '{"a":"',
      '{"a":1,}',
      '{"a":1 2}',
      '{"\\u00":1}',
    ])
      assert.equal(namesOf(text), undefined, text);
  });

  it('agrees with the parser about every object', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.nat(3), (object, indent) => {
        assert.deepEqual(
          namesOf(JSON.stringify(object, null, indent)),
          Object.keys(JSON.parse(JSON.stringify(object))),
        );
      }),
    );
  });
});

describe('keepMembers', () => {
  it('cuts out spans, and changes nothing else', () => {
    const text = '\ufeff { "a" : 1e0 ,\n"t":"x", "b":"\\u00e9é" , "t":{} } ';
    assert.equal(without(text, 't'), '\ufeff { "a" : 1e0 ,\n"b":"\\u00e9é" } ');
    assert.equal(without(text, 'a'), '\ufeff { "t":"x", "b":"\\u00e9é" , "t":{} } ');
    assert.equal(without(text, 'a', 'b', 't'), '\ufeff {  } ');
    assert.equal(without(text), text);
  });

  it('leaves JSON that says the rest', () => {
    const objects = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd', 'token'), fc.jsonValue());
    fc.assert(
      fc.property(objects, fc.subarray(['a', 'b', 'token']), fc.nat(2), (object, cut, indent) => {
        const text = JSON.stringify(object, null, indent);
        const expected = Object.fromEntries(Object.entries(JSON.parse(text)).filter(([name]) => !cut.includes(name)));
        assert.deepEqual(JSON.parse(without(text, ...cut)), expected);
      }),
    );
  });
});

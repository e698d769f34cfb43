import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { isParentBsuid, parseAccountName, parseBsuid, parseKeyId, parsePhoneNumberId, parseWaId } from './ids.ts';

const parsers: Readonly<Record<string, (text: string) => string | undefined>> = {
  phone: parseWaId,
  bsuid: parseBsuid,
  parent_bsuid: (text) => (isParentBsuid(text) ? text : undefined),
  phone_number_id: parsePhoneNumberId,
  account_name: parseAccountName,
  key_id: parseKeyId,
};

function linesOf(name: string): string[] {
  const file = new URL(`../../test/fixtures/identifiers/${name}.txt`, import.meta.url);
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  assert.ok(lines.length > 0, `${name} is empty`);
  return lines;
}

for (const [name, parse] of Object.entries(parsers)) {
  describe(`the parser of ${name}`, () => {
    it('takes every text of its list, and gives it back or its digits', () => {
      for (const text of linesOf(`${name}_valid`)) {
        assert.equal(parse(text), name === 'phone' ? text.replace(/\D/g, '') : text);
      }
    });

    it('refuses every text of the other list, and an empty one', () => {
      for (const text of [...linesOf(`${name}_invalid`), ''])
        assert.equal(parse(text), undefined, JSON.stringify(text));
    });

    it('refuses a text with a line break anywhere', () => {
      for (const text of linesOf(`${name}_valid`)) {
        for (const broken of [`${text}\n`, `\n${text}`, `${text.slice(0, 1)}\n${text.slice(1)}`]) {
          assert.equal(parse(broken), undefined, JSON.stringify(broken));
        }
      }
    });
  });
}

describe('a phone number', () => {
  const digits = fc.stringMatching(/^[1-9][0-9]{6,14}$/);

  it('is understood in every writing', () => {
    const gap = fc.stringMatching(/^[ .()-]{0,3}$/);
    const writing = fc.tuple(
      digits,
      fc.constantFrom('', '+', ' +', '  '),
      fc.array(gap, { minLength: 15, maxLength: 15 }),
    );
    fc.assert(
      fc.property(writing, ([number, lead, gaps]) => {
        const text = `${lead}${[...number].map((digit, index) => digit + gaps[index]).join('')}`;
        assert.equal(parseWaId(text), number);
      }),
    );
  });

  it('is refused with any other character in it', () => {
    const other = fc.string({ minLength: 1, maxLength: 1 }).filter((character) => !/[\d .()-]/.test(character));
    fc.assert(
      fc.property(digits, other, fc.nat(), (number, character, at) => {
        const place = 1 + (at % number.length);
        assert.equal(parseWaId(number.slice(0, place) + character + number.slice(place)), undefined);
      }),
    );
  });
});

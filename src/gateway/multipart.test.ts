import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Refusal } from '../core/errors.ts';
import { boundaryOf, MultipartFilter } from './multipart.ts';
import { inPieces } from './pieces.contract.ts';

const boundary = '--b';

interface Part {
  readonly head: string;
  readonly body: string;
  readonly isKept: boolean;
}

const named = (name: string, isKept = true): Part => ({
  head: `Content-Disposition: form-data; name="${name}"`,
  body: 'x',
  isKept,
});

/** A form of these parts; `isWhole`: those that are not kept too. */
function formOf(parts: readonly Part[], isWhole: boolean, end = `--${boundary}--\r\n`): string {
  return (
    parts
      .filter(({ isKept }) => isKept || isWhole)
      .map(({ head, body }) => `--${boundary}\r\n${head}\r\n\r\n${body}\r\n`)
      .join('') + end
  );
}

function filtered(pieces: readonly Buffer[]): { readonly text: string; readonly cut: number } {
  const filter = new MultipartFilter(boundary);
  const out = Buffer.concat([...pieces.map((piece) => filter.push(piece)), filter.end()]);
  return { text: out.toString('latin1'), cut: filter.cut };
}

const bytes = (text: string) => Buffer.from(text, 'latin1');

describe('a form of parts', () => {
  it('loses its credentials and not a byte more, however it comes in pieces', () => {
    // A line that is the boundary ends a part wherever it stands, also as the first.
    const bodies = fc
      .string({ unit: fc.constantFrom('-', 'b', '\r', '\n', ' ', 'x', `\r\n--${boundary}x`), maxLength: 12 })
      .filter((body) => !new RegExp(`\\r\\n--${boundary}(?!x)`).test(`\r\n${body}`));
    const kept = fc.constantFrom(
      'Content-Disposition: form-data; name="file"; filename="access_token"',
      'content-disposition:form-data;name=a',
      'Content-Type: text/plain',
      'Content-Disposition: form-data; filename="; name=access_token"',
      'X: access_token',
    );
    const cut = fc.constantFrom(
      'Content-Disposition: form-data; name="access_token"',
      'CONTENT-DISPOSITION : form-data ; name = appsecret_proof',
      'Content-Type: text/plain\r\nContent-Disposition: form-data;\r\n\tname="access_token"; filename="a"',
      'Content-Disposition: form-data; name="access\\_token"',
      "Content-Disposition: form-data; name*=utf-8''access%5Ftoken",
    );
    const part = fc.oneof(
      fc.record({ head: kept, body: bodies, isKept: fc.constant(true) }),
      fc.record({ head: cut, body: bodies, isKept: fc.constant(false) }),
    );
    const ends = fc.constantFrom(`--${boundary}--\r\n`, `--${boundary}--`, `--${boundary}-- \r\nafterwards\r\n`, '');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 5 }), ends, fc.infiniteStream(fc.nat(40)), (parts, end, sizes) => {
        const [whole, expected] = [bytes(formOf(parts, true, end)), formOf(parts, false, end)];
        const { text, cut } = filtered(inPieces(whole, sizes));
        assert.equal(text, expected);
        assert.equal(cut, whole.length - expected.length);
      }),
      { numRuns: 2000 },
    );
  });

  it('keeps what stands before its first part, and parts without a head or without a body', () => {
    const text = `before\r\n--${boundary}\t \r\n\r\nno head\r\n--${boundary}\r\nA: b\r\n\r\n--${boundary}\r\n\r\n\r\n--${boundary}--`;
    for (let size = 1; size < text.length; size += 1) {
      assert.equal(filtered([bytes(text.slice(0, size)), bytes(text.slice(size))]).text, text);
    }
  });

  it('goes on as it is if it is no form', () => {
    for (const text of [
      '',
      '\r\n',
      'no form at all',
      `--${boundary}`,
      `--${boundary}\r\nContent-Disp`,
      `x--${boundary}\r\n`,
    ])
      assert.equal(filtered([bytes(text)]).text, text);
  });

  it('is refused with a batch in it', () => {
    for (const name of ['batch', 'batch[0]']) {
      const text = formOf([named('a'), named(name)], true);
      assert.throws(
        () => filtered([bytes(text)]),
        (error) => error instanceof Refusal && error.reason.kind === 'batch_refused',
      );
    }
  });

  it('is refused with a head that does not end', () => {
    const filter = new MultipartFilter(boundary);
    filter.push(bytes(`--${boundary}\r\nX: `));
    assert.throws(() => {
      for (let at = 0; at < 20; at += 1) filter.push(Buffer.alloc(1024, 'x'));
    }, Refusal);
  });

  it('that is large passes piece by piece', () => {
    const filter = new MultipartFilter(boundary);
    filter.push(bytes(formOf([named('file')], true, '').slice(0, -3)));
    const piece = Buffer.alloc(64 * 1024, '\r\n--');
    let out = 0;
    for (let at = 0; at < 100; at += 1) out += filter.push(piece).length;
    assert.ok(out > 100 * piece.length - 100, String(out));
  });
});

describe('boundaryOf', () => {
  const types: readonly (readonly [type: string, boundary: string | undefined])[] = [
    ['multipart/form-data; boundary=abc', 'abc'],
    ['multipart/form-data;boundary="a b;c"; charset=x', 'a b;c'],
    ['Multipart/Form-Data; charset=utf-8; Boundary=----x', '----x'],
    ['multipart/form-data', undefined],
    ['multipart/form-data; boundary=', undefined],
  ];
  for (const [type, expected] of types) it(`of ${type}`, () => assert.equal(boundaryOf(type), expected));
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { Refusal } from '../../core/errors.ts';
import { wireRequest } from '../contract/request.contract.ts';
import { bodyParameters, mergeParameters, queryParameters } from './parameters.ts';

const part = (name: string, text: string, more = '') =>
  `--b\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${text}\r\n`;
const form = (body: string, type = 'multipart/form-data; boundary=b') =>
  bodyParameters(wireRequest({ method: 'POST', headers: { 'content-type': type }, body }));
const malformed = { reason: { kind: 'invalid_body', detail: 'The body is not a well-formed multipart form.' } };

describe('a multipart form', () => {
  it('is refused wherever it is cut short, and ends neither the process nor the wait', async () => {
    const whole = `${part('a', 'one')}${part('f', 'bytes', '; filename="x"')}--b--`;
    for (let length = 1; length < whole.length; length += 1) {
      await assert.rejects(form(whole.slice(0, length)), malformed, whole.slice(0, length));
    }
    assert.deepEqual([...(await form(whole))], [['a', { kind: 'text', text: 'one' }]]);
  });

  it('may hold files of any size, which are no parameters', async () => {
    const files = part('f', 'x'.repeat(1_000_000), '; filename="f"') + part('g', 'y'.repeat(900_000), '; filename="g"');
    assert.deepEqual([...(await form(`${files}${part('a', 'one')}--b--`))], [['a', { kind: 'text', text: 'one' }]]);
  });

  it('keeps a long field whole', async () => {
    const text = 'é'.repeat(500_000);
    assert.deepEqual((await form(`${part('a', text)}--b--`)).get('a'), { kind: 'text', text });
  });

  it('has at most 100 parts', async () => {
    const parts = (count: number) =>
      `${Array.from({ length: count }, (_, index) => part(`p${index}`, '1')).join('')}--b--`;
    assert.equal((await form(parts(100))).size, 100);
    await assert.rejects(form(parts(101)), {
      reason: { kind: 'invalid_body', detail: 'The form has more than 100 parts.' },
    });
  });

  it('without a boundary is refused', async () => {
    for (const type of [
      'multipart/form-data',
      'multipart/form-data; boundary=',
      'multipart/form-data; boundary=other',
    ]) {
      await assert.rejects(form(`${part('a', 'one')}--b--`, type), malformed, type);
    }
  });
});

describe('a form', () => {
  it('is refused unless it is UTF-8', async () => {
    const body = Buffer.from('a=\xff', 'latin1');
    const request = wireRequest({ headers: { 'content-type': 'application/x-www-form-urlencoded' }, body });
    await assert.rejects(bodyParameters(request), {
      reason: { kind: 'invalid_body', detail: 'The body is not valid UTF-8.' },
    });
  });
});

describe('a body that is packed', () => {
  it('is refused as such, also where what came could be read', async () => {
    const packed = 'The body is packed, as its Content-Encoding says: send it as it is.';
    const read = (coding: string, body: string | Uint8Array) =>
      bodyParameters(
        wireRequest({ headers: { 'content-type': 'application/json', 'content-encoding': coding }, body }),
      );
    for (const body of [gzipSync('{"to":"1"}'), '{"to":"1"}'])
      await assert.rejects(read('gzip', body), { reason: { kind: 'invalid_body', detail: packed } });
    for (const coding of ['identity', '', 'Identity']) assert.equal((await read(coding, '{"to":"1"}')).size, 1);
  });
});

describe('a body of blanks', () => {
  it('holds nothing, whatever its content type', async () => {
    for (const type of ['application/json', 'multipart/form-data', 'x'])
      assert.equal((await form(' \r\n\t', type)).size, 0);
  });
});

describe('a query', () => {
  it('counts the last of two values, and takes broken encoding as it is', () => {
    const parameters = queryParameters(wireRequest({ query: 'a=1&a=2&b=%zz' }));
    assert.deepEqual(
      [...parameters],
      [
        ['a', { kind: 'text', text: '2', repeated: true }],
        ['b', { kind: 'text', text: '%zz' }],
      ],
    );
  });

  it('is refused when what it encodes is no UTF-8, and not for a U+FFFD that was sent', () => {
    assert.throws(() => queryParameters(wireRequest({ query: 'a=%FF' })), Refusal);
    const sent = queryParameters(wireRequest({ query: 'a=%EF%BF%BD' }));
    assert.deepEqual([...sent], [['a', { kind: 'text', text: '\ufffd' }]]);
  });

  it('has 100 parameters at most', () => {
    const names = Array.from({ length: 100 }, (_, i) => `p${i}`).join('&');
    assert.equal(queryParameters(wireRequest({ query: names })).size, 100);
    assert.throws(() => queryParameters(wireRequest({ query: 'a&'.repeat(100) })), Refusal);
  });
});

describe('query and body together', () => {
  const text = (value: string) => ({ kind: 'text', text: value }) as const;

  it('count the body, and mark what the two say differently', () => {
    const query = new Map([
      ['a', text('1')],
      ['b', text('2')],
      ['c', text('')],
      ['d', text('4')],
    ]);
    const body = new Map([
      ['a', text('1')],
      ['b', text('3')],
      ['c', text('5')],
    ]);
    assert.deepEqual(Object.fromEntries(mergeParameters(query, body)), {
      a: text('1'),
      b: { ...text('3'), repeated: true },
      c: text('5'),
      d: text('4'),
    });
  });
});

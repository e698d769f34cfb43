import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Names } from '../helpers/placeholders.ts';
import { readTranscript } from '../helpers/transcript.ts';

const head = 'A sentence.\nsource: https://example.org\nrules: meta\n\n';
const asked = '>>> GET /x\nA: b\n\n';
const answered = '<<< 200\nC: {d}\n\n{"e": 1}\n';

describe('the reader of transcripts', () => {
  it('reads title, sources, set-up and exchanges', () => {
    assert.deepEqual(
      readTranscript(`${head}${asked}${answered}\n--- clock: +25h\n\n${asked}two\n\nlines\n\n${answered}`),
      {
        title: 'A sentence.',
        sources: ['https://example.org'],
        steps: [
          { kind: 'set_up', word: 'rules', value: 'meta' },
          {
            kind: 'exchange',
            request: { method: 'GET', path: '/x', headers: [['A', 'b']], body: '' },
            expected: { status: 200, headers: [['C', '{d}']], body: '{"e": 1}' },
          },
          { kind: 'set_up', word: 'clock', value: '+25h' },
          {
            kind: 'exchange',
            request: { method: 'GET', path: '/x', headers: [['A', 'b']], body: 'two\n\nlines' },
            expected: { status: 200, headers: [['C', '{d}']], body: '{"e": 1}' },
          },
        ],
      },
    );
  });

  for (const [fault, text, message] of [
    ['has no title', `source: https://example.org\n${asked}${answered}`, /must be a sentence/],
    ['names no source', `A sentence.\n\n${asked}${answered}`, /no source/],
    ['names a source that nobody can read', `A sentence.\nsource: a file\n\n${asked}${answered}`, /no public URL/],
    ['has no exchange', head, /no exchange/],
    ['has a request without an answer', `${head}${asked}`, /without expectation/],
    ['has two requests in a row', `${head}${asked}${asked}${answered}`, /without expectation/],
    ['has an answer without a request', `${head}${answered}`, /without a request/],
    ['expects no body', `${head}${asked}<<< 200\nC: d\n`, /without a body/],
    ['has a line that is no header', `${head}>>> GET /x\nhello\n\n${answered}`, /no header/],
    [
      'has a line that sets nothing up',
      `A sentence.\nsource: https://example.org\nhello\n\n${asked}${answered}`,
      /no set-up/,
    ],
  ] as const) {
    it(`refuses one that ${fault}`, () => assert.throws(() => readTranscript(text), message));
  }
});

describe('the names in a transcript', () => {
  it('match what they stand for, and only that', () => {
    const names = new Names();
    names.set('number', '1.2');
    assert.equal(names.match('/{number}/x', '/1.2/x'), '/1.2/x');
    assert.notEqual(names.match('/{number}/x', '/132/x'), '/132/x');
  });

  it('keep what they matched first', () => {
    const names = new Names();
    assert.deepEqual(names.matchJson({ a: ['{cursor}', '?after={cursor}'] }, { a: ['abc', '?after=abc'] }), {
      a: ['abc', '?after=abc'],
    });
    assert.equal(names.fill('/x?after={cursor}'), '/x?after=abc');
    assert.notEqual(names.match('{cursor}', 'abd'), 'abd');
  });

  it('match no value of another kind, and no further member', () => {
    const names = new Names();
    assert.deepEqual(names.matchJson({ a: '{any}' }, { a: 1, b: 2 }), { a: '{any}' });
    assert.deepEqual(names.matchJson(['{any}'], ['x', 'y']), ['x']);
    assert.equal(names.match('{any}', ''), '{any}');
  });

  it('leave members of an object unnamed where it says so', () => {
    const names = new Names();
    assert.deepEqual(names.matchJson({ a: { b: 1, '…': '…' } }, { a: { b: 2, c: 3 }, d: 4 }), { a: { b: 1, c: 3 } });
  });

  it('are told when nothing mentions them', () => {
    const names = new Names();
    names.set('other', '1');
    names.match('{cursor}', 'abc');
    assert.deepEqual(names.unused, ['other', 'cursor']);
    names.fill('{other} {cursor}');
    assert.deepEqual(names.unused, []);
    assert.throws(() => names.fill('{nobody}'), /stands for nothing/);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Refusal } from './errors.ts';
import { type CursorTexts, parsePosition, StableCursors, versionedCursors } from './paging.ts';

const secret = Buffer.alloc(32, 7);
const cursors = new StableCursors(secret, 'blocks 1');
const seq = fc.maxSafeNat();

/** Every text that differs from `text` in one place: a character changed, taken out, put in, or another case. */
function mutations(text: string): Set<string> {
  const found = new Set<string>();
  for (let at = 0; at <= text.length; at += 1) {
    const [before, after] = [text.slice(0, at), text.slice(at)];
    found.add(before + after.slice(1));
    for (const character of 'AZaz09-_=+/ ') {
      found.add(before + character + after);
      found.add(before + character + after.slice(1));
    }
  }
  found.delete(text);
  return found.add(text.toLowerCase()).add(`${text}${text}`).add('');
}

describe('a stable cursor', () => {
  it('is read back as what it was made of', () => {
    fc.assert(fc.property(seq, (number) => assert.equal(cursors.parse(cursors.render(number)), number)));
  });

  it('is plain in a URL', () => {
    fc.assert(fc.property(seq, (number) => assert.match(cursors.render(number), /^[A-Za-z0-9_-]+$/)));
  });

  it('is refused after any change', () => {
    for (const number of [0, 1, 255, 65_536, Number.MAX_SAFE_INTEGER]) {
      for (const text of mutations(cursors.render(number))) assert.equal(cursors.parse(text), undefined, text);
    }
  });

  it('is refused by another list and under another secret', () => {
    const text = cursors.render(5);
    assert.equal(new StableCursors(secret, 'blocks 2').parse(text), undefined);
    assert.equal(new StableCursors(Buffer.alloc(32, 8), 'blocks 1').parse(text), undefined);
  });

  it('refuses any text that it did not give out', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => assert.equal(cursors.parse(text), undefined)));
  });
});

describe('a versioned cursor', () => {
  const offset = fc.nat({ max: 1_000_000_000 });
  const published = 'eyJvZAmZAzZAXQiOjAsInZAlcnNpb25JZACI6IjE3Mzc2Nzk2ODgzODM1ODQifQZDZD';

  it('has the form of the one that Meta published', () => {
    assert.deepEqual(versionedCursors.parse(published), { offset: 0, version: 1_737_679_688_383_584 });
    assert.equal(versionedCursors.render(0, 1_737_679_688_383_584), published);
  });

  it('is read back as what it was made of, and plain in a URL', () => {
    fc.assert(
      fc.property(offset, seq, (row, version) => {
        const text = versionedCursors.render(row, version);
        assert.match(text, /^[A-Za-z0-9]+$/);
        assert.deepEqual(versionedCursors.parse(text), { offset: row, version });
      }),
    );
  });

  it('after any change is refused, or is the one writing of another place', () => {
    let refused = 0;
    for (const text of mutations(published)) {
      const found = versionedCursors.parse(text);
      if (found) assert.equal(versionedCursors.render(found.offset, found.version), text);
      else refused += 1;
    }
    assert.ok(refused > 1500, `${refused} refused`);
  });

  it('is refused for what JSON could also say', () => {
    const texts = [
      '{"offset":-1,"versionId":"1"}',
      '{"offset":1.5,"versionId":"1"}',
      '{"offset":01,"versionId":"1"}',
      '{"offset":1,"versionId":1}',
      '{"offset": 1,"versionId":"1"}',
      '{"versionId":"1","offset":1}',
      '{"offset":1,"versionId":"99999999999999999999"}',
      '{"offset":1e3,"versionId":"1"}',
    ];
    for (const text of texts) {
      const cursor = Buffer.from(text).toString('base64').replace(/Z/g, 'ZA').replace(/=/g, 'ZD');
      assert.equal(versionedCursors.parse(cursor), undefined, text);
    }
  });

  it('refuses any other text without fail', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => assert.equal(versionedCursors.parse(text), undefined)),
    );
    assert.equal(versionedCursors.parse('A'.repeat(1_000_000)), undefined);
  });
});

describe('the position that a client asks for', () => {
  const read = (texts: CursorTexts, policy: 'stable' | 'versioned', limit = 10) =>
    parsePosition(texts, limit, policy, cursors);
  const refused = (texts: CursorTexts, policy: 'stable' | 'versioned', name: string) =>
    assert.throws(
      () => read(texts, policy),
      (error) => error instanceof Refusal && error.reason.kind === 'invalid_cursor' && error.reason.name === name,
    );

  it('is the start without a cursor', () => {
    for (const policy of ['stable', 'versioned'] as const) {
      assert.deepEqual(read({}, policy), { position: { kind: 'start' }, limit: 10 });
    }
  });

  it('is beyond or before the row of a stable cursor', () => {
    const text = cursors.render(7);
    assert.deepEqual(read({ after: text }, 'stable'), { position: { kind: 'after', seq: 7 }, limit: 10 });
    assert.deepEqual(read({ before: text }, 'stable'), { position: { kind: 'before', seq: 7 }, limit: 10 });
  });

  it('is the row after a versioned cursor', () => {
    const position = { kind: 'offset', offset: 8, row: 7, version: 99 };
    assert.deepEqual(read({ after: versionedCursors.render(7, 99) }, 'versioned'), { position, limit: 10 });
  });

  it('is as many rows before a versioned cursor as there are', () => {
    const before = (row: number) => read({ before: versionedCursors.render(row, 99) }, 'versioned');
    assert.deepEqual(before(25), { position: { kind: 'offset', offset: 15, row: 25, version: 99 }, limit: 10 });
    assert.deepEqual(before(4), { position: { kind: 'offset', offset: 0, row: 4, version: 99 }, limit: 4 });
    assert.deepEqual(before(0), { position: { kind: 'offset', offset: 0, row: 0, version: 99 }, limit: 0 });
  });

  it('is refused for a cursor of the other policy, and names the parameter', () => {
    refused({ after: versionedCursors.render(1, 1) }, 'stable', 'after');
    refused({ before: versionedCursors.render(1, 1) }, 'stable', 'before');
    refused({ after: cursors.render(1) }, 'versioned', 'after');
    refused({ before: cursors.render(1) }, 'versioned', 'before');
  });

  it('is refused for both at once', () => {
    const text = cursors.render(7);
    refused({ after: text, before: text }, 'stable', 'before');
  });
});

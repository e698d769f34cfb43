import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inwardHeaders, outwardHeaders } from './headers.ts';
import { Mask } from './mask.ts';

const secret = 'the-callers-own-key';
const credential = { authorization: 'Bearer the-token' };

function outward(raw: readonly string[], connection?: string): readonly string[] {
  return outwardHeaders({ raw, connection, secret, credential }).slice(0, -2);
}

function inward(raw: readonly string[], about: { isLast?: boolean; isDecoded?: boolean } = {}): readonly string[] {
  const parsed: Record<string, string | string[]> = {};
  for (let at = 0; at < raw.length; at += 2) {
    const [key = '', value = ''] = [raw[at]?.toLowerCase(), raw[at + 1]];
    const before = parsed[key];
    parsed[key] = before === undefined ? value : [before, value].flat();
  }
  return inwardHeaders({
    raw: raw.map((text) => Buffer.from(text, 'latin1')),
    parsed,
    mask: new Mask('the-token'),
    requestId: 'A1',
    isLast: false,
    isDecoded: false,
    ...about,
  });
}

describe('the headers of a request', () => {
  it('go on in their order and writing, also twice, with the provider’s credential', () => {
    const raw = ['X-Mine', '1', 'accept', '*/*', 'X-Mine', '2', 'Cookie', 'a=\xe9'];
    assert.deepEqual(outwardHeaders({ raw, connection: undefined, secret, credential }), [
      ...raw,
      'authorization',
      'Bearer the-token',
    ]);
  });

  it('lose what is about the connection, and what that names', () => {
    const raw = ['Connection', 'Upgrade, X-Hop', 'Upgrade', 'h2c', 'x-hop', '1', 'Keep-Alive', '1', 'TE', 'trailers'];
    const more = [
      'Proxy-Authorization',
      'x',
      'Transfer-Encoding',
      'chunked',
      'Trailer',
      'x',
      'Host',
      'a',
      'Expect',
      'x',
    ];
    assert.deepEqual(outward([...raw, ...more, 'Content-Length', '1', 'X-Rest', '1'], 'Upgrade, X-Hop'), [
      'X-Rest',
      '1',
    ]);
  });

  it('lose every credential', () => {
    const raw = ['Authorization', 'Basic eA==', 'X-API-Key', 'x', 'D360-API-KEY', 'x', 'X-Else', `token=${secret};`];
    assert.deepEqual(outward([...raw, 'X-Rest', '1']), ['X-Rest', '1']);
  });
});

describe('the headers of an answer', () => {
  it('go on in their order and writing, also twice, with our id', () => {
    const raw = ['Set-Cookie', 'a=1', 'content-type', 'text/plain', 'Set-Cookie', 'b=\xe9', 'Content-Length', '3'];
    assert.deepEqual(inward(raw), [...raw, 'x-request-id', 'A1']);
  });

  it('keep the provider’s id, and never tell its token', () => {
    const raw = ['X-Request-ID', 'theirs', 'Location', '/x?access_token=the-token&b'];
    assert.deepEqual(inward(raw), ['X-Request-ID', 'theirs', 'Location', '/x?access_token=xxxxxxxxx&b']);
  });

  it('lose what is about the connection, and tell of ours', () => {
    const raw = ['Connection', 'close, X-Hop', 'X-Hop', '1', 'Transfer-Encoding', 'chunked', 'Proxy-Authenticate', 'x'];
    const again = ['Connection', 'X-Other', 'X-Other', '1'];
    assert.deepEqual(inward([...raw, ...again, 'X-Request-Id', 'b'], { isLast: true }), [
      'X-Request-Id',
      'b',
      'connection',
      'close',
    ]);
  });

  it('lose what tells of a coding that is undone', () => {
    const raw = ['Content-Encoding', 'gzip', 'Content-Length', '3', 'Content-Type', 'text/plain', 'X-Request-Id', 'b'];
    assert.deepEqual(inward(raw, { isDecoded: true }), ['Content-Type', 'text/plain', 'X-Request-Id', 'b']);
  });
});
